/** What a drill disturbs: a profile plus the capabilities this target really has. The lab has nearly all; a cloud fewer. */
import type { Problem } from '../base/problem.ts';
import { CLOUD_OPERATIONS, type CloudOperation } from '../control/control-plane.ts';
import type { Lab, LabNode, RetiredAddress, ServerView } from '../lab/lab.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import type { ClaimTrouble } from './history.ts';
import type { ScenarioName } from './scenario.ts';

/** What can be done to a target. A scenario names what it needs and is refused where that is missing. */
export const CAPABILITIES = [
  'replace-node',
  'fail-over',
  'kill',
  'pause',
  'silence',
  'drop-packets',
  'occupy',
  ...CLOUD_OPERATIONS,
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** A server of the deployment, as far as a drill has to tell it from others. */
export type ServerNode = Pick<LabNode, 'id' | 'host' | 'port' | 'shardIndex'>;

/** The servers seen from outside every client. */
export interface Servers {
  /** `7.0.15`. */
  readonly serverVersion: string;
  /** How often the observer looks, milliseconds: a promotion is known no more exactly than this. */
  readonly observeEveryMs: number;
  /** True behind a single endpoint that cannot be looked behind: `serverView` then only says that it answers. */
  readonly topologyIsHidden: boolean;
  /** Members of the deployment now, as of the last view. */
  nodes(): ServerNode[];
  /** Asks the servers; one that does not answer in `timeoutMs` has no vote. */
  serverView(timeoutMs?: number): Promise<ServerView>;
  /** Addresses that were members and are none now. */
  retiredAddresses(): RetiredAddress[];
}

export interface Claim {
  /** Looks once more whether it still stands, and tells when it does not. Never rejects. */
  readonly confirm: () => Promise<void>;
  readonly release: () => Promise<void> | void;
}

export interface Target {
  readonly profile: ConnectionProfile;
  readonly profilePath: string;
  readonly servers: Servers;
  readonly capabilities: ReadonlySet<Capability>;
  /** Why a capability is missing, as a sentence, for the refusal. */
  readonly whyNot: (capability: Capability) => string;
  /** What can only be found out by asking: why the scenario must not run at this moment. Only reads; all reasons at once. */
  readonly preflight: (scenario: ScenarioName, signal?: AbortSignal) => Promise<readonly Problem[]>;
  /**
   * Keeps every other drill away until it is released: two at once would take each other's faults for their own and heal them.
   * `tell` hears what goes wrong with that meanwhile, each kind once. Throws ProblemError `DRILL_IN_PROGRESS`.
   */
  readonly claim: (tell: (trouble: ClaimTrouble) => void) => Promise<Claim>;
  /** Servers that ended although nobody had ended them, as a sentence; undefined where there are none or nobody can tell. */
  readonly unexpectedEnds: (
    disturbed: readonly { readonly host: string; readonly port: number }[],
  ) => string | undefined;
  /** Undoes every fault that still lasts. Safe to call twice. */
  readonly heal: (note: (text: string) => void) => Promise<void>;
  /** How long healing may take: milliseconds. */
  readonly healTimeoutMs: number;
  /** Closes what the target itself holds open. Safe to call twice. */
  readonly close: () => void;
  /** The means of a lab's scenarios; absent on a cloud, whose scenarios are its operations. */
  readonly lab?: Lab;
  readonly operations: readonly CloudOperation[];
}

/** What can be said of a target although its servers are not asked: enough to refuse a scenario, and to plan one. */
export type Plannable = Pick<Target, 'profile' | 'lab' | 'capabilities' | 'whyNot' | 'preflight' | 'operations'>;

/** For a scenario whose capabilities only a lab has. @throws when there is none, which the refusals have to prevent */
export function labOf({ lab, profile }: Target): Lab {
  if (lab === undefined) throw new Error(`${profile.deployment} is not a lab, and this can be done to a lab only.`);
  return lab;
}
