/** A lab as something that can be drilled: every capability, less what this machine or this deployment cannot do. */
import type { Lab } from '../../lab/lab.ts';
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
    lab,
  };
}
