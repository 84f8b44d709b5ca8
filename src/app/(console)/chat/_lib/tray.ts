import type { ShownFile } from './chat-thread';

/** A file on its way to the next question. */
export interface TrayFile {
  key: string;
  name: string;
  sizeBytes: number;
  state: 'uploading' | 'ready' | 'refused';
  /** From 0 to 1. At 1 the server is reading it. */
  progress: number;
  file: ShownFile | null;
  /** Why it was refused, in words. */
  problem: string | null;
  /** Whether the same file may be taken another time: what was wrong was not the file. */
  canRetry: boolean;
}

export type TrayEvent =
  | { type: 'added'; key: string; name: string; sizeBytes: number }
  | { type: 'progressed'; key: string; progress: number }
  | { type: 'uploaded'; key: string; file: ShownFile }
  | { type: 'refused'; key: string; problem: string; canRetry: boolean }
  | { type: 'again'; key: string }
  | { type: 'removed'; key: string }
  | { type: 'emptied' };

const change = (tray: TrayFile[], key: string, part: Partial<TrayFile>): TrayFile[] => tray.map((file) => (file.key === key ? { ...file, ...part } : file));

export function reduceTray(tray: TrayFile[], event: TrayEvent): TrayFile[] {
  switch (event.type) {
    case 'added':
      return [...tray, { key: event.key, name: event.name, sizeBytes: event.sizeBytes, state: 'uploading', progress: 0, file: null, problem: null, canRetry: false }];
    case 'progressed':
      return change(tray, event.key, { progress: event.progress });
    case 'uploaded':
      return change(tray, event.key, { state: 'ready', progress: 1, file: event.file });
    case 'refused':
      return change(tray, event.key, { state: 'refused', problem: event.problem, canRetry: event.canRetry });
    case 'again':
      return change(tray, event.key, { state: 'uploading', progress: 0, problem: null, canRetry: false });
    case 'removed':
      return tray.filter(({ key }) => key !== event.key);
    case 'emptied':
      return tray.filter(({ state }) => state === 'refused'); // why it was refused is still to be read
  }
}

export const isUploading = (tray: readonly TrayFile[]): boolean => tray.some(({ state }) => state === 'uploading');

export const readyFiles = (tray: readonly TrayFile[]): ShownFile[] => tray.flatMap(({ file }) => (file ? [file] : []));
