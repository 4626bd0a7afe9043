/** A lab as something that can be drilled: every capability, less what this machine or this deployment cannot do. */
import { ProblemError } from '../../base/problem.ts';
import type { Lab } from '../../lab/lab.ts';
import { tryLock } from '../../lab/state.ts';
import { CAPABILITIES, type Capability, type Target } from '../target.ts';

export function labTarget(lab: Lab): Target {
  const refused = new Map<Capability, string>();
  if (!lab.canDropPackets) {
    refused.set(
      'drop-packets',
      'This lab cannot lose packets for real, because it does not run in a network namespace of its own. ' +
        'Allow unprivileged user namespaces and start the lab again, or rehearse with the old node silent instead.',
    );
  }
  return {
    profile: lab.profile,
    profilePath: lab.profilePath,
    capabilities: new Set(CAPABILITIES.filter((capability) => !refused.has(capability))),
    whyNot: (capability) => refused.get(capability) ?? `The lab can do "${capability}".`,
    claim: async () => {
      const release = await tryLock(lab.runDirectory, 'drill');
      if (release !== undefined) return release;
      const message = `Another drill disturbs the lab in ${lab.runDirectory} at this moment. Wait until it has ended, or drill a lab of your own (redoubt rehearse).`;
      throw new ProblemError({ code: 'DRILL_IN_PROGRESS', message });
    },
    lab,
  };
}
