/** Lines about the connection, for a person: one at connect, one for each change of the topology. */
import type { ConnectOptions } from './options.ts';

export type Log = (line: string) => void;

export function logOf(option: ConnectOptions['log']): Log {
  if (typeof option === 'function') return option;
  if (option === 'silent') return () => {};
  return (line) => process.stderr.write(`redoubt: ${line}\n`);
}
