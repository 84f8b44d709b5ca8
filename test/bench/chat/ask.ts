import { Agent, request } from 'node:http';
import { FIRST_TOKEN } from './settings';

/** Whoever is asked, in the same way. */
export interface Target {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** The last event's; a stream that ends without it has failed. */
  end: string;
}

export interface Timing { firstTokenMs: number; totalMs: number }

const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 2_000 });

/** One answer, read to its end. */
export function askStream({ url, headers, body, end }: Target): Promise<Timing> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let firstTokenMs: number | undefined;
    let tail = '';
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers } }, (response) => {
      response.setEncoding('utf8').on('data', (text: string) => {
        tail = tail.slice(-500) + text;
        if (firstTokenMs === undefined && tail.includes(FIRST_TOKEN)) firstTokenMs = performance.now() - began;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode !== 200 || firstTokenMs === undefined || !tail.includes(end)) reject(new Error(`${url} ${response.statusCode}: ${tail.slice(-500)}`));
        else resolve({ firstTokenMs, totalMs: performance.now() - began });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Milliseconds until the whole answer is there, and its size. */
export function askWhole(url: string, method: 'GET' | 'POST', headers: Record<string, string>, body?: string): Promise<{ ms: number; bytes: number; text: string }> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const chunks: Buffer[] = [];
    const sent = request(url, { method, agent, headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) } }, (response) => {
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const all = Buffer.concat(chunks);
        if (response.statusCode! >= 300) reject(new Error(`${url} ${response.statusCode}: ${all.toString().slice(0, 500)}`));
        else resolve({ ms: performance.now() - began, bytes: all.length, text: all.toString() });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
