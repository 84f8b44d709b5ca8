import { z } from 'zod';
import type { ShownFile } from './chat-thread';

const uploaded = z.object({ id: z.string(), name: z.string(), media_type: z.string(), size_bytes: z.number(), page_count: z.number().nullable() });

interface Upload {
  conversationId: string;
  file: File;
  /** From 0 to 1. */
  onProgress: (progress: number) => void;
  signal: AbortSignal;
}

/** The file itself will not do: the same again is refused again. Other errors may pass. */
export class FileRefused extends Error {}

/** Hands a file in. XMLHttpRequest, because fetch does not tell how much has been sent. Throws the server's words. */
export function uploadFile({ conversationId, file, onProgress, signal }: Upload): Promise<ShownFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append('file', file, file.name);
    request.open('POST', `/api/conversations/${conversationId}/files`);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new Error('The server cannot be reached.'));
    request.onabort = () => reject(new Error('Cancelled.'));
    request.onload = () => {
      const answer = uploaded.safeParse(request.response);
      if (request.status === 201 && answer.success) {
        const { id, name, media_type: mediaType, size_bytes: sizeBytes, page_count: pageCount } = answer.data;
        return resolve({ id, name, mediaType, sizeBytes, pageCount });
      }
      const words = refusal(request.response) ?? `The server answered with status ${request.status}.`;
      reject(request.status >= 400 && request.status < 500 && request.status !== 429 ? new FileRefused(words) : new Error(words));
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}

function refusal(body: unknown): string | null {
  const said = z.object({ detail: z.string() }).or(z.object({ error: z.string() })).safeParse(body).data;
  if (!said) return null;
  const words = 'detail' in said ? said.detail : said.error;
  return words.replace(/^file: (.)/, (_, first: string) => first.toUpperCase()); // the field’s name says nothing beside the file’s
}
