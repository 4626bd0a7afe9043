/** What the nodes of a lab really execute, as MONITOR tells their administrator. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { ADMINISTRATOR } from '../../lib/lab/acl.ts';
import type { LabNode } from '../../lib/lab/lab.ts';
import { administratorPasswordPath } from '../../lib/lab/secrets.ts';
import { PROBE_KEY_PREFIX } from '../../lib/verify/observe/probe-keys.ts';
import type { LabUnderTest } from './lab-fixture.ts';

/** The words of every command that names a key of the probes, on any node, in scripts too. */
export async function commandsSeenWhile(under: LabUnderTest, action: () => Promise<unknown>): Promise<string[][]> {
  const monitors = under.lab.nodes().map((node) => monitor(under, node));
  try {
    await marked(under, monitors);
    await action();
    await marked(under, monitors);
    return monitors.flatMap(({ text }) => probeCommands(text()));
  } finally {
    for (const { stop } of monitors) stop();
  }
}

interface Monitor {
  readonly node: LabNode;
  readonly text: () => string;
  readonly stop: () => void;
}

function monitor({ lab }: LabUnderTest, node: LabNode): Monitor {
  const password = readFileSync(administratorPasswordPath(lab.runDirectory), 'utf8').trim();
  const { serverName, caFile = '' } = lab.profile.tls;
  const socket = connect({ host: node.host, port: node.port, servername: serverName, ca: readFileSync(caFile) });
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', (error) => {
    text += error.message;
  });
  socket.write(`AUTH ${ADMINISTRATOR} ${password}\r\nMONITOR\r\n`);
  return { node, text: () => text, stop: () => socket.destroy() };
}

/** Waits until every monitor shows a command that is sent now: it watches, and nothing before it is missing. */
async function marked({ command }: LabUnderTest, monitors: readonly Monitor[]): Promise<void> {
  for (const { node, text } of monitors) {
    await waitUntil({
      what: `the monitor of ${node.id} to show what is sent to it`,
      timeoutMs: 5_000,
      everyMs: 10,
      lastSeen: text,
      probe: async () => {
        const mark = randomUUID();
        await command(node, 'ECHO', mark);
        await command(node, 'PING');
        return text().includes(mark) ? true : undefined;
      },
    });
  }
}

function probeCommands(text: string): string[][] {
  const lines = text.split('\r\n').filter((line) => line.includes(`"${PROBE_KEY_PREFIX}`));
  return lines.map((line) => [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => word ?? ''));
}
