/** A lab in a network namespace can be reached, and its packets dropped, only from inside. */
import { commandInNamespaceOf, currentNetworkNamespace, namespaceEnvironment } from './network-namespace.ts';
import { isOurs } from './process-identity.ts';
import { readState } from './state.ts';

export interface CommandInside {
  readonly command: readonly string[];
  /** To be added to the environment of the command. */
  readonly environment: Record<string, string>;
}

/**
 * How to run a command that has to talk to the lab: inside its network namespace. `undefined` when the lab has none of its
 * own, or this process is in it, or none of the lab's processes runs any more.
 * @throws ProblemError `LAB_NOT_FOUND`, `LAB_STATE_UNREADABLE`
 */
export function commandForLab(runDirectory: string, command: readonly string[]): CommandInside | undefined {
  const { networkNamespace, nodes } = readState(runDirectory);
  if (networkNamespace === undefined || networkNamespace === currentNetworkNamespace()) return undefined;
  const running = nodes.find(({ process }) => process !== undefined && isOurs(process, runDirectory))?.process;
  if (running === undefined) return undefined;
  return { command: commandInNamespaceOf(running.pid, command), environment: namespaceEnvironment() };
}
