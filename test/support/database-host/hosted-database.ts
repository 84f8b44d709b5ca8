import { connect } from 'node:net';

/** An empty, migrated database of the run's host; see database-host.ts. */
export async function createHostedDatabase(socketPath: string): Promise<{ url: string; drop(): Promise<void> }> {
  const socket = connect(socketPath).setEncoding('utf8');
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  const answer = await new Promise<string>((resolve, reject) => {
    let heard = '';
    socket.on('data', (text: string) => {
      heard += text;
      if (heard.endsWith('\n')) resolve(heard.trimEnd());
    });
    socket.on('error', reject); // later ones are as good as a close
    void closed.then(() => reject(new Error('The test database host has gone.')));
  });
  if (!answer.startsWith('postgres:')) throw new Error(`The test database host has no database: ${answer}`);
  const drop = () => {
    socket.end();
    return closed;
  };
  return { url: answer, drop };
}
