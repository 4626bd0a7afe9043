/** Commands to a lab's servers that no user of the service may give. */
import { administratorOf } from '../../../../lib/lab/administrator.ts';
import type { Lab, LabNode } from '../../../../lib/lab/lab.ts';

export type Ask = (node: LabNode, commands: readonly (readonly string[])[]) => Promise<unknown[]>;

export async function asAdministrator<Result>(
  { runDirectory, profile }: Lab,
  use: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const administrator = administratorOf(runDirectory, profile.tls.serverName);
  try {
    return await use(async (node, commands) => {
      // Without a command there is no answer to wait for.
      const replies = commands.length === 0 ? [] : await administrator.ask(node, commands, 10_000);
      const refusal = replies.find((reply) => reply instanceof Error);
      if (refusal !== undefined) throw refusal;
      return replies;
    });
  } finally {
    administrator.close();
  }
}
