import { frame } from '@/server/platform/db/embedded/messages';

export { closeStatement, frame, parse, query, sync } from '@/server/platform/db/embedded/messages';

const int16 = (value: number) => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

export const bind = (options: { statement?: string; portal?: string; values?: (string | null)[] } = {}) => {
  const values = options.values ?? [];
  return frame(
    'B', `${options.portal ?? ''}\0`, `${options.statement ?? ''}\0`, int16(0), int16(values.length),
    ...values.flatMap((value) => (value === null ? [int32(-1)] : [int32(Buffer.byteLength(value)), value])), int16(0),
  );
};
export const execute = (portal = '', maxRows = 0) => frame('E', `${portal}\0`, int32(maxRows));
export const describeStatement = (name = '') => frame('D', `S${name}\0`);
export const closePortal = (name: string) => frame('C', `P${name}\0`);
export const flush = () => frame('H');
export const copyData = (text: string) => frame('d', text);
export const copyDone = () => frame('c');
export const copyFail = (reason: string) => frame('f', `${reason}\0`);
