import { generateOpenApiDocument } from 'trpc-to-openapi';
import { z } from 'zod';
import { VERSION } from '../health/version';
import { appRouter } from './root-router';
import { finishOperations, type OpenApiDocument } from './openapi-operations';
import { routePaths } from './openapi-routes';
import { declaredRoutes } from './routes';

const DESCRIPTION = `One agent, one history, every channel.

Every route needs credentials unless it says otherwise: an API key in \`Authorization: Bearer KEY\` or \`X-API-Key: KEY\`,
or the console's session cookie. Paths answer with and without a trailing slash. Errors are \`{"detail": "text"}\`; a
problem with the input names the field. Every answer carries \`X-Request-Id\`, which the log has too.`;

const TAGS: [name: string, description: string][] = [
  ['Agents', 'Who answers: model, prompt, voice and tools.'],
  ['AI service', 'Chat: messages, streamed answers, and the conversations they make.'],
  ['Conversations', 'What was said, on every channel.'],
  ['Files', 'What is attached to conversations, and read by the models.'],
  ['Threads', 'The caller’s own conversations, as chat clients know them.'],
  ['Calls', 'The telephone: placing calls, and the record of every one.'],
  ['Sessions', 'Live voice sessions.'],
  ['Devices', 'Things that talk, each with a token of its own.'],
  ['Telephony', 'Trunks, which agent answers which number, and what calls may do.'],
  ['Usage', 'What was used, what it cost, and what may be spent.'],
  ['Stats', 'What happened over time.'],
  ['Gateway', 'The realtime gateway: WebSocket, information, probes and metrics.'],
  ['Health', 'How each part is.'],
  ['API keys', 'Credentials of programs.'],
  ['Audit log', 'Who changed what.'],
  ['Provider keys', 'Keys of model vendors, kept encrypted.'],
  ['Webhooks', 'Results that are sent to you, signed.'],
  ['Privacy', 'Export and erasure of what is kept of a caller.'],
  ['People', 'Members, invitations and password resets.'],
  ['Workspaces', 'The tenants, and their settings.'],
  ['Identity', 'Who the caller is.'],
];

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key.' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key.' },
  session: { type: 'apiKey', in: 'cookie', name: 'sessionid', description: 'The console’s sign-in; requests must come from its own pages.' },
} as const;

const WRONG = { description: 'What is wrong, in words; bad input names the field.' };
const beside = {
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  request_id: z.string().optional().meta({ description: 'With status 500: what to look for in the log.' }),
};
const errorSchema = z.object({ detail: z.string().meta(WRONG), ...beside });
const namedErrorSchema = z.object({ error: z.string().meta(WRONG), detail: z.string().optional().meta({ description: 'With status 401: the same words.' }), ...beside });

function generate(): OpenApiDocument {
  const document = generateOpenApiDocument(appRouter, {
    title: 'Parley',
    version: VERSION,
    description: DESCRIPTION,
    license: { name: 'MIT', identifier: 'MIT' },
    openApiVersion: '3.1.0',
    baseUrl: '/',
    tags: TAGS.map(([name]) => name),
    securitySchemes: SECURITY_SCHEMES,
    paths: routePaths(declaredRoutes),
    defs: { Error: errorSchema, NamedError: namedErrorSchema },
  }) as unknown as OpenApiDocument;
  document.servers = [{ url: '/', description: 'Where this document came from', 'x-internal': false }];
  document.tags = TAGS.map(([name, description]) => ({ name, description }));
  return finishOperations(document, appRouter, declaredRoutes);
}

let made: OpenApiDocument | undefined;

/** The document of everything that has a path. Made on first use: it takes some milliseconds, and most processes never need it. */
export const openApiDocument = (): OpenApiDocument => (made ??= generate());
