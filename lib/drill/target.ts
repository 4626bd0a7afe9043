/** What a drill disturbs: a profile plus the capabilities this target really has. The lab has nearly all; a cloud fewer. */
import type { Lab } from '../lab/lab.ts';
import type { ConnectionProfile } from '../profile/profile.ts';

/** What can be done to a target. A scenario names what it needs and is refused where that is missing. */
export const CAPABILITIES = [
  'replace-node',
  'fail-over',
  'kill',
  'pause',
  'silence',
  'drop-packets',
  'occupy',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

export interface Target {
  readonly profile: ConnectionProfile;
  readonly profilePath: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** Why a capability is missing, as a sentence, for the refusal. */
  readonly whyNot: (capability: Capability) => string;
  /**
   * Keeps every other drill away until the returned function is called: two at once would take each other's faults for
   * their own and heal them. Throws ProblemError `DRILL_IN_PROGRESS`.
   */
  readonly claim: () => Promise<() => void>;
  /** The means. Cloud targets will bring their own; scenarios ask `capabilities` first. */
  readonly lab: Lab;
}
