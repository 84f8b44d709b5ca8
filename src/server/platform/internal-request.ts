import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface InternalAnswer {
  status: number;
  text: string;
}

/**
 * A request to another process of this installation. With TLS that process shows the public certificate, whose name is
 * not the loopback address it is reached by, so the certificate is not checked; what is asked carries its own proof.
 */
export function internalRequest(url: string | URL, options: { method?: string; headers?: Record<string, string>; body?: string; signal: AbortSignal }): Promise<InternalAnswer> {
  const { method = 'GET', headers = {}, body, signal } = options;
  const target = new URL(url);
  return new Promise((resolve, reject) => {
    const request = target.protocol === 'https:'
      ? httpsRequest(target, { method, headers, signal, rejectUnauthorized: false })
      : httpRequest(target, { method, headers, signal });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    request.end(body);
  });
}
