import { prettyFactory } from 'pino-pretty';

/** Children log JSON. A person at a terminal gets short coloured lines; a file or a collector gets the JSON as it is. */
export function logLinePrinter(output: NodeJS.WriteStream): (name: string, line: string) => void {
  if (!output.isTTY) return (name, line) => output.write(line.startsWith('{') ? `${line}\n` : `[${name}] ${line}\n`);
  const pretty = prettyFactory({ colorize: true, ignore: 'pid,hostname,name', translateTime: 'SYS:HH:MM:ss', singleLine: true });
  return (name, line) => {
    const text = line.startsWith('{') ? pretty(line).trimEnd() : line;
    output.write(`${name.padEnd(8)} ${text}\n`);
  };
}
