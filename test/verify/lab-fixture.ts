/** A lab for tests, with its administrator's hand for making real damage. */
import { deploymentNamed } from '../../deployments/index.ts';
import { type Administrator, administratorOf } from '../../lib/lab/administrator.ts';
import type { Lab, LabNode } from '../../lib/lab/lab.ts';
import { startLab } from '../../lib/lab/start.ts';
import type { Topology } from '../../lib/topology/topology.ts';
import type { CheckResult } from '../../lib/verify/check.ts';
import type { Verification } from '../../lib/verify/run.ts';

export interface LabUnderTest {
  readonly lab: Lab;
  /** As the lab's administrator, to one node; error replies throw. */
  readonly command: (node: LabNode, ...words: string[]) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

export async function startLabUnderTest(deployment: string): Promise<LabUnderTest> {
  return startTopologyUnderTest(deployment, deploymentNamed(deployment).topology);
}

export async function startTopologyUnderTest(deployment: string, topology: Topology): Promise<LabUnderTest> {
  const lab = await startLab({ deployment, topology, detached: false });
  const administrator: Administrator = administratorOf(lab.runDirectory, lab.profile.tls.serverName);
  return {
    lab,
    command: async (node, ...words) => {
      const [reply] = await administrator.ask(node, [words]);
      if (reply instanceof Error) throw reply;
      return reply;
    },
    stop: async () => {
      administrator.close();
      await lab.stop();
    },
  };
}

export const outcomes = ({ checks }: Verification) => Object.fromEntries(checks.map(({ name, code }) => [name, code]));

export const notPassed = ({ checks }: Verification): CheckResult[] =>
  checks.filter(({ verdict }) => verdict !== 'pass');

export function messageOf({ checks }: Verification, name: string): string {
  return checks.find((check) => check.name === name)?.message ?? '';
}
