import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type FullConfig } from '@playwright/test';
import { freePort, ParleyProcess, temporaryFolder } from '@test/support/parley-process';
import { startModelServer } from './model-server';
import { ADMIN, signedIn, urlVariable } from './settings';
import { buildScenes } from './spoken-wav';

const startParley = async (folder: string, modelsUrl: string): Promise<ParleyProcess> => ParleyProcess.start({
  PARLEY_DATA_DIR: folder,
  PORT: String(await freePort()),
  REALTIME_PORT: String(await freePort()),
  SIP_PORT: String(await freePort()),
  OPENAI_BASE_URL: modelsUrl,
  LLM_MODEL: 'builtin/assistant', // and not the server above
  PARLEY_ADMIN_EMAIL: ADMIN.email,
  PARLEY_ADMIN_PASSWORD: ADMIN.password,
  PARLEY_SCRIPT: fileURLToPath(new URL('./script.json', import.meta.url)), // what `scripted/chat` answers
});

async function signIn(browser: Browser, url: string, statePath: string): Promise<void> {
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(`${url}/login`);
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Home' }).waitFor();
  await page.context().storageState({ path: statePath });
  await page.close();
}

/** Starts Parley as a person does, on free ports, with an empty data folder, for each worker; signs in once for the specs that need it. */
export default async function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  buildScenes();
  const models = await startModelServer();
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    await Promise.all(stops.map((stopOne) => stopOne()));
    await models.stop();
  };
  try {
    const browser = await chromium.launch(config.projects[0]?.use.launchOptions);
    for (let worker = 0; worker < config.workers; worker++) { // not at once: the first may have to build
      const folder = temporaryFolder('e2e');
      const parley = await startParley(folder.path, models.baseUrl);
      stops.push(async () => {
        await parley.stop();
        folder[Symbol.dispose]();
      });
      const [, url = ''] = await parley.until(/Parley is ready after [\d.]+ s: (\S+)/, 240_000);
      process.env[urlVariable(worker)] = url;
      await signIn(browser, url, signedIn(worker));
    }
    await browser.close();
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
