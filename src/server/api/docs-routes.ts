import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { binary, routesWith, type Route } from './define-route';
import { content, json } from './answer';

/** The document itself; generated late, and by whoever has it. */
export interface DocsServices {
  openapi: () => object | Promise<object>;
}

const route = routesWith<DocsServices>();
const tags = ['Gateway'];

/** Everything from this machine and no inline script; Swagger UI sets style attributes, hence 'unsafe-inline' for styles. */
const CSP = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley API</title>
<link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/init.js"></script>
</body>
</html>
`;

const INIT = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true, persistAuthorization: false, tryItOutEnabled: true });
`;

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

const page = route({
  meta: { openapi: { method: 'GET', path: '/api/docs', operationId: 'docs', tags, summary: 'This document, to be read and tried' }, auth: 'public' },
  answers: { 200: { description: 'A page', content: { 'text/html': z.string() } } },
  handle: () => content(HTML, PAGE, { headers: { 'content-security-policy': CSP } }),
});

const document = route({
  meta: { openapi: { method: 'GET', path: '/api/openapi.json', operationId: 'openapi', tags, summary: 'This document' }, auth: 'public' },
  answers: { 200: { description: 'An OpenAPI 3.1 document', content: { 'application/json': z.record(z.string(), z.unknown()) } } },
  handle: async ({ services }) => json(await services.openapi()),
});

/** A part of the page: served, and no operation of the document. */
const asset = (name: string, type: string, read: () => Promise<string | Buffer>): Route<DocsServices> => route({
  meta: { openapi: { enabled: false, method: 'GET', path: `/api/docs/${name}` }, auth: 'public' },
  answers: { 200: { description: 'A part of the page', content: { [type.split(';', 1)[0]!]: binary } } },
  handle: async () => content(type, await read(), { headers: { 'cache-control': 'public, max-age=86400' } }),
});

/** Swagger UI from the installed package: the page works without internet. */
const packaged = (name: string, type: string) => {
  let file: Promise<Buffer> | undefined; // read on first use: most servers are never asked
  return asset(name, type, () => (file ??= readFile(join(dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')), name))));
};

export const docsRoutes = [
  page, document,
  asset('init.js', SCRIPT, () => Promise.resolve(INIT)),
  packaged('swagger-ui.css', 'text/css; charset=utf-8'),
  packaged('swagger-ui-bundle.js', SCRIPT),
  packaged('favicon-32x32.png', 'image/png'),
];
