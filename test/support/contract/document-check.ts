import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { validateOutput } from '@stoplight/prism-http/dist/validator';
import type { TestAnswer } from '@test/support/web';

type Operation = Awaited<ReturnType<typeof getHttpOperationsFromSpec>>[number];

/** Prism's own validator, without its proxy: what an answer has that the document does not promise. */
export async function documentCheck(document: object): Promise<(method: string, path: string, answer: TestAnswer) => string[]> {
  const operations = new Map<string, Operation>();
  for (const operation of await getHttpOperationsFromSpec(structuredClone(document))) operations.set(`${operation.method.toUpperCase()} ${operation.path}`, operation);
  return (method, path, answer) => {
    const resource = operations.get(`${method} ${path}`);
    if (!resource) return [`${method} ${path} is no operation of the document`];
    const type = String(answer.headers['content-type'] ?? '');
    const body: unknown = answer.text === '' ? undefined : type.startsWith('application/json') ? answer.json() : answer.text;
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
    if (!resource.responses.some(({ code }) => code === String(answer.status))) return [`status ${answer.status} is not documented`];
    const result = validateOutput({ resource, element: { statusCode: answer.status, headers, body } });
    return result._tag === 'Left' ? result.left.map(({ message, path: at }) => `${at?.join('.') ?? ''}: ${message}`) : [];
  };
}
