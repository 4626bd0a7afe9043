/** One real lab and short drills on it, for the tests that run whole drills. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDeployment } from '../../deployments/index.ts';
import { seededRandom } from '../../lib/base/random.ts';
import { type DrillOptions, runDrill } from '../../lib/drill/run.ts';
import { type ShardMembers, shardMembers } from '../../lib/drill/scenarios/primaries.ts';
import type { ServerNode } from '../../lib/drill/target.ts';
import { labTarget } from '../../lib/drill/targets/lab.ts';
import { withAdministrator } from '../../lib/drill/targets/replication.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import type { Reply } from '../../lib/lab/reply.ts';
import { startLab } from '../../lib/lab/start.ts';
import type { Deployment } from '../../lib/topology/deployment.ts';

export class DrillLab {
  readonly directory: string;
  readonly deployment: Deployment;
  readonly lab: Lab;

  private constructor(directory: string, deployment: Deployment, lab: Lab) {
    this.directory = directory;
    this.deployment = deployment;
    this.lab = lab;
  }

  static async start(name = 'azure-oss'): Promise<DrillLab> {
    const directory = await mkdtemp(join(tmpdir(), 'redoubt-drill-'));
    const deployment = await loadDeployment(name);
    const { topology } = deployment;
    const baseDirectory = join(directory, 'labs');
    const lab = await startLab({ deployment: name, topology, detached: false, baseDirectory });
    return new DrillLab(directory, deployment, lab);
  }

  async stop(): Promise<void> {
    await this.lab.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** A drill of one client with everything short; each test says what differs. */
  drill(change: Partial<DrillOptions>): ReturnType<typeof runDrill> {
    return runDrill({
      target: labTarget(this.lab),
      scenario: 'planned-replacement',
      options: { oldNode: 'silent', order: 'one-by-one' },
      clients: ['redoubt'],
      ratePerSecond: 150,
      warmUpMs: 1_000,
      watchMs: 3_000,
      drainMs: 1_000,
      seed: 1,
      budgets: this.deployment.budgets,
      outputDirectory: join(this.directory, 'out'),
      ...change,
    });
  }

  /** The shard that the scenarios of one victim pick with this seed. */
  async victim(seed: number): Promise<ShardMembers> {
    return seededRandom(seed).pick(await shardMembers(labTarget(this.lab)));
  }

  /** Replies to the lab's administrator; an error reply is thrown. A server that has just been busy works off what waits first. */
  async ask(node: ServerNode, command: readonly string[], timeoutMs = 5_000): Promise<Reply> {
    return withAdministrator(this.lab, async (administrator) => {
      const [reply] = await administrator.ask(node, [command], timeoutMs);
      if (reply instanceof Error) throw reply;
      return reply as Reply;
    });
  }

  /** What the drill has left in the keyspace. */
  async keysLeft(): Promise<string[]> {
    // The application may not use KEYS.
    const { shards } = await this.lab.serverView();
    const primaries = new Set(shards.map(({ primaryNodeId }) => primaryNodeId));
    const nodes = this.lab.nodes().filter(({ id }) => primaries.has(id));
    const found = await Promise.all(
      nodes.map((node) => this.ask(node, ['KEYS', 'redoubt:drill:*']) as Promise<string[]>),
    );
    return found.flat();
  }
}

/** Does something of its own when the drill says it has come to a point; `done` hands on what became of it. */
export function atPoint(
  text: string,
  act: () => Promise<void>,
): { progress: (message: string) => void; done: () => Promise<void> } {
  let acted: Promise<void> | undefined;
  const progress = (message: string) => {
    if (!message.includes(text)) return;
    acted ??= act();
    // Looked at in `done`, when the drill has ended.
    acted.catch(() => undefined);
  };
  const done = async () => {
    if (acted === undefined) throw new Error(`The drill never came to "${text}".`);
    await acted;
  };
  return { progress, done };
}
