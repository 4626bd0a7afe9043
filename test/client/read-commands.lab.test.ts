/** The list of reads, held to what a real server says of its commands. */
import { expect, test } from 'vitest';
import { READ_COMMANDS } from '../../lib/client/retry-policy.ts';
import { administratorOf } from '../../lib/lab/administrator.ts';
import type { LabNode } from '../../lib/lab/lab.ts';
import { AZURE_OSS, newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';

test('a server that knows a command of the list says that it only reads', async () => {
  const baseDirectory = newBaseDirectory();
  const lab = await startTestLab(AZURE_OSS, { baseDirectory });
  const administrator = administratorOf(lab.runDirectory, lab.profile.tls.serverName);
  try {
    const [reply] = await administrator.ask(lab.nodes()[0] as LabNode, [['COMMAND', 'INFO', ...READ_COMMANDS]]);
    const known = (reply as unknown[]).filter((row) => Array.isArray(row)).map(([name, , flags]) => ({ name, flags }));
    expect(known.length).toBeGreaterThan(60);
    const others = known.filter(({ flags }) => !(flags as unknown[]).map(String).includes('readonly'));
    expect(others.map(({ name }) => String(name))).toEqual([]);
  } finally {
    administrator.close();
    await lab.stop();
    removeBaseDirectory(baseDirectory);
  }
});
