/** A command that was run again inside a namespace ends with the process that did so, however that one ended. */
import { Socket } from 'node:net';

/** Set for the inner process: the descriptor of a pipe that the outer one holds open as long as it lives. */
const VARIABLE = 'REDOUBT_OUTER_PROCESS_DESCRIPTOR';

/** The first one after standard error, so the pipe is the fourth entry of `stdio`. */
const DESCRIPTOR = 3;

export const OUTER_PROCESS_ENVIRONMENT: Readonly<Record<string, string>> = { [VARIABLE]: String(DESCRIPTOR) };

/** Calls back when the outer process is gone, also when it was killed; never where there is none. */
export function whenOuterProcessEnds(onEnd: () => void): void {
  if (process.env[VARIABLE] !== String(DESCRIPTOR)) return;
  // What is started from here has no outer process of this kind.
  delete process.env[VARIABLE];
  const pipe = new Socket({ fd: DESCRIPTOR, readable: true, writable: false });
  pipe.on('error', () => undefined);
  pipe.once('close', onEnd);
  pipe.resume();
  pipe.unref();
}
