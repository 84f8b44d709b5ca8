import { fileURLToPath } from 'node:url';
import { chromium, type FullConfig } from '@playwright/test';
import { freePort, ParleyProcess, temporaryFolder } from '@test/support/parley-process';
import { startModelServer } from './model-server';
import { ADMIN, SIGNED_IN } from './settings';
import { buildScenes } from './spoken-wav';

/** Starts Parley as a person does, on free ports, with an empty data folder; signs in once for the specs that need it. */
export default async function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  buildScenes();
  const folder = temporaryFolder('e2e');
  const models = await startModelServer();
  const parley = ParleyProcess.start({
    PARLEY_DATA_DIR: folder.path,
    PORT: String(await freePort()),
    REALTIME_PORT: String(await freePort()),
    SIP_PORT: String(await freePort()),
    OPENAI_BASE_URL: models.baseUrl,
    LLM_MODEL: 'builtin/assistant', // and not the server above
    PARLEY_ADMIN_EMAIL: ADMIN.email,
    PARLEY_ADMIN_PASSWORD: ADMIN.password,
    PARLEY_SCRIPT: fileURLToPath(new URL('./script.json', import.meta.url)), // what `scripted/chat` answers
  });
  const stop = async () => {
    await parley.stop();
    await models.stop();
    folder[Symbol.dispose]();
  };
  try {
    const [, url] = await parley.until(/Parley is ready after [\d.]+ s: (\S+)/, 240_000);
    process.env.PARLEY_E2E_URL = url;
    const browser = await chromium.launch(config.projects[0]?.use.launchOptions);
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(`${url}/login`);
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.context().storageState({ path: SIGNED_IN });
    await browser.close();
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
