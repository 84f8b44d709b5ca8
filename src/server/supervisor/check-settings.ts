import { accessSync, constants } from 'node:fs';
import { parseModelId } from '../llm/model-id';
import { ConfigError, type Config } from '../platform/config';

/** What the settings alone cannot tell: files that must be there, names that another part understands. Reports all at once. */
export function checkSettings(config: Config): void {
  const { ai, web } = config;
  const problems: string[] = [];
  for (const [name, file] of [['TLS_CERT', web.tls?.cert], ['TLS_KEY', web.tls?.key], ['PARLEY_SCRIPT', ai.scriptFile]] as const)
    if (file !== undefined && !isReadable(file)) problems.push(`${name}: cannot read ${file}`);
  try {
    if (ai.model !== undefined) parseModelId(ai.model, ai.openaiBaseUrl === undefined ? undefined : 'openai');
  } catch (error) {
    problems.push(`LLM_MODEL: ${(error as Error).message}`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
