/** `npm run openapi`: writes docs/openapi.json, the same bytes for the same routes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from './openapi';

const file = fileURLToPath(new URL('../../../docs/openapi.json', import.meta.url));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
