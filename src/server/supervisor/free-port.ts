import { createServer, type AddressInfo } from 'node:net';
import { AppError } from '../platform/errors';

/**
 * The port itself when it can be listened on, any free one for 0. Found out before anything starts, so that a taken
 * port is one clear line and not a child's stack trace.
 */
export async function freePort(setting: string, host: string, port: number): Promise<number> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => probe.once('error', reject).listen({ host, port, exclusive: true }, resolve));
    return (probe.address() as AddressInfo).port;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') throw new AppError('precondition_failed', `Port ${port} on ${host} is taken: stop what uses it, or set ${setting} to another one`);
    if (code === 'EACCES') throw new AppError('precondition_failed', `Port ${port} on ${host} needs more rights: set ${setting} to one above 1023`);
    throw new AppError('precondition_failed', `Cannot listen on ${host}:${port} (${code}): check HOST and ${setting}`, { cause: error });
  } finally {
    if (probe.listening) await new Promise((resolve) => probe.close(resolve));
  }
}
