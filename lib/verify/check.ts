/** A check: one question about a deployment, in a file of its own under checks/. */
import type { Verdict } from '../base/verdict.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import type { Observation } from './observation.ts';

export interface CheckResult {
  /** The file's name: `client-mode`. */
  readonly name: string;
  readonly verdict: Verdict;
  /** Stable code of what was found: `CLIENT_MODE_SINGLE_ON_CLUSTER`; `OK` for a pass. */
  readonly code: string;
  /** A sentence: what was found, what was expected, what to do. */
  readonly message: string;
}

export interface CheckContext {
  readonly profile: ConnectionProfile;
  /** Everything that was read from the server, once, before the checks ran. */
  readonly observation: Observation;
}

export type View = 'info' | 'clusterInfo' | 'clusterSlots' | 'clusterNodes';

/** Pure: judges what has been observed. All talking to the server happens in observe.ts, so that every way to fail can be tested by hand. */
export interface Check {
  readonly name: string;
  /** The question it answers, for `redoubt list`. */
  readonly question: string;
  /** Why it does not apply to this profile, or undefined when it does. A check that does not apply is not in the report. */
  readonly notApplicable?: (profile: ConnectionProfile) => string | undefined;
  /** What it judges of every server's answers: where the user may not ask for it, an `unknown` names the word that its access string lacks. */
  readonly reads?: readonly View[];
  readonly judge: (context: CheckContext) => Omit<CheckResult, 'name'>;
}
