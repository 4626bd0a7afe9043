/** A lab as something that can be drilled: every capability, less what this machine or this deployment cannot do. */
import { ProblemError } from '../../base/problem.ts';
import { CLOUD_OPERATIONS } from '../../control/control-plane.ts';
import type { Lab } from '../../lab/lab.ts';
import { tryLock } from '../../lab/state.ts';
import { rightsProblems } from '../rights.ts';
import { CAPABILITIES, type Capability, type Target } from '../target.ts';
import { unexpectedDeaths } from './deaths.ts';

const OBSERVE_EVERY_MS = 50;
const HEAL_TIMEOUT_MS = 20_000;

export function labTarget(lab: Lab): Target {
  const refused = new Map<Capability, string>();
  if (!lab.canDropPackets) {
    refused.set(
      'drop-packets',
      'This lab cannot lose packets for real, because it does not run in a network namespace of its own. ' +
        'Allow unprivileged user namespaces and start the lab again, or rehearse with the old node silent instead.',
    );
  }
  for (const operation of CLOUD_OPERATIONS) {
    refused.set(
      operation,
      `"${operation}" is asked of a cloud, and this is a lab. Name the deployment with --aws or --azure, or rehearse planned-replacement here.`,
    );
  }
  return {
    profile: lab.profile,
    profilePath: lab.profilePath,
    servers: {
      serverVersion: lab.serverVersion,
      observeEveryMs: OBSERVE_EVERY_MS,
      topologyIsHidden: false,
      nodes: () => lab.nodes(),
      serverView: (timeoutMs) => lab.serverView(timeoutMs),
      retiredAddresses: () => lab.retiredAddresses(),
    },
    capabilities: new Set(CAPABILITIES.filter((capability) => !refused.has(capability))),
    whyNot: (capability) => refused.get(capability) ?? `The lab can do "${capability}".`,
    preflight: () => rightsProblems(lab.profile),
    claim: async () => {
      const release = await tryLock(lab.runDirectory, 'drill');
      // A file of this machine, which nobody takes over while its holder runs.
      if (release !== undefined) return { confirm: async () => undefined, release };
      const message = `Another drill disturbs the lab in ${lab.runDirectory} at this moment. Wait until it has ended, or drill a lab of your own (redoubt rehearse).`;
      throw new ProblemError({ code: 'DRILL_IN_PROGRESS', message });
    },
    unexpectedEnds: (disturbed) => unexpectedDeaths(lab, disturbed),
    heal: () => lab.heal(),
    healTimeoutMs: HEAL_TIMEOUT_MS,
    close: () => undefined,
    lab,
    operations: [],
  };
}
