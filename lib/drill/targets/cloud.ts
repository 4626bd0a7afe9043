/** A deployment in a cloud as something that can be drilled: what its control plane can be asked for, and no more. */
import type { Problem } from '../../base/problem.ts';
import { CLOUD_OPERATIONS, type CloudOperation, type ControlPlane } from '../../control/control-plane.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import { rightsProblems, sightProblems } from '../rights.ts';
import type { Capability, Plannable, Target } from '../target.ts';
import { claimByKey } from './drill-key.ts';
import { openServers } from './servers-by-profile.ts';

/** Azure scales back in minutes, and an empty database took ten. */
const HEAL_TIMEOUT_MS = 60 * 60_000;

export interface CloudTargetOptions {
  readonly profile: ConnectionProfile;
  /** The client processes read the profile from there. */
  readonly profilePath: string;
  /** Absent: nothing can be asked for, and only `watch-maintenance` is left. */
  readonly controlPlane?: ControlPlane;
  /** The deployment's name as a person has typed it (`--i-mean NAME`): overrides what may be overridden. */
  readonly meant?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** @throws ProblemError `SERVERS_UNREACHABLE` or `SECRET_…`; what it opens, `close` closes */
export async function cloudTarget(options: CloudTargetOptions): Promise<Target> {
  const { profile, profilePath, environment } = options;
  const servers = await openServers(profile, environment);
  const unasked = unaskedCloud(options);
  const { operations } = unasked;
  const begun = new Set<CloudOperation>();
  return {
    ...unasked,
    profilePath,
    servers,
    preflight: async (scenario, signal) => {
      const [rights, sight, standing] = await Promise.all([
        rightsProblems(profile, environment),
        sightProblems(profile, environment),
        unasked.preflight(scenario, signal),
      ]);
      return [...rights, ...sight, ...standing];
    },
    claim: (tell) => claimByKey(profile, tell),
    unexpectedEnds: () => undefined,
    heal: async (note) => {
      for (const operation of begun) {
        await operation.heal({ event: (_kind, text) => note(text) });
        begun.delete(operation);
      }
    },
    healTimeoutMs: HEAL_TIMEOUT_MS,
    close: () => servers.close(),
    operations: operations.map((operation) => remembered(operation, begun)),
  };
}

/** The same for a plan, where nobody can log in to the servers: only the control plane is asked. */
export function unaskedCloud(options: Omit<CloudTargetOptions, 'profilePath' | 'environment'>): Plannable {
  const { profile, controlPlane } = options;
  const operations = controlPlane?.operations ?? [];
  return {
    profile,
    operations,
    capabilities: new Set(operations.map(({ name }) => name)),
    whyNot: (capability) => whyNot(capability, options),
    preflight: async (scenario, signal) => {
      const operation = operations.find(({ name }) => name === scenario);
      return operation === undefined ? [] : preconditionProblems(operation, options, signal);
    },
  };
}

/** What has been begun is healed, even if it was interrupted before it said so. */
function remembered(operation: CloudOperation, begun: Set<CloudOperation>): CloudOperation {
  return {
    name: operation.name,
    effect: operation.effect,
    cost: operation.cost,
    undo: operation.undo,
    ...(operation.afterwards === undefined ? {} : { afterwards: operation.afterwards }),
    reversible: operation.reversible,
    ...(operation.deliberate === undefined ? {} : { deliberate: operation.deliberate }),
    preconditions: (signal) => operation.preconditions(signal),
    run: (context) => {
      begun.add(operation);
      return operation.run(context);
    },
    heal: (context) => operation.heal(context),
    ...(operation.byHand === undefined ? {} : { byHand: operation.byHand }),
  };
}

/** Whether a person has named this deployment, by the name in its profile. */
export function isMeant({ profile, meant }: Pick<CloudTargetOptions, 'profile' | 'meant'>): boolean {
  return meant === profile.deployment;
}

/** Every reason that stands, each with what would overrule it. */
export async function preconditionProblems(
  operation: CloudOperation,
  options: Pick<CloudTargetOptions, 'profile' | 'meant'>,
  signal?: AbortSignal,
): Promise<Problem[]> {
  const means = isMeant(options);
  const advice = ` Say --i-mean ${options.profile.deployment} to go on all the same.`;
  const standing = (await operation.preconditions(signal))
    .filter(({ overridable }) => !(overridable && means))
    .map(({ overridable, ...problem }) => (overridable ? { ...problem, message: problem.message + advice } : problem));
  return means ? standing : [...notMeant(operation, options), ...standing];
}

/** What is a deliberate act whatever the state of the deployment: nobody must come to it by a command copied from elsewhere. */
function notMeant(
  { name, reversible, undo, deliberate }: CloudOperation,
  { profile: { deployment } }: Pick<CloudTargetOptions, 'profile'>,
): Problem[] {
  const advice = `If that is meant, add: --i-mean ${deployment}`;
  if (!reversible)
    return [{ code: 'OPERATION_NOT_REVERSIBLE', message: `${name} cannot be undone: ${undo} ${advice}` }];
  if (deliberate === undefined) return [];
  return [{ code: 'OPERATION_NOT_MEANT', message: `${deliberate} ${advice}` }];
}

function whyNot(
  capability: Capability,
  { profile, controlPlane }: Pick<CloudTargetOptions, 'profile' | 'controlPlane'>,
): string {
  const isOperation = (CLOUD_OPERATIONS as readonly string[]).includes(capability);
  if (isOperation && controlPlane === undefined) {
    return `"${capability}" is asked of a cloud, and only a profile was given. Name the deployment with --aws GROUP or --azure RESOURCE_ID.`;
  }
  if (isOperation) return `${controlPlane?.subject ?? profile.deployment} cannot be asked for "${capability}".`;
  return `"${capability}" can be done to a lab only, and ${profile.deployment} is not one. Rehearse it on this machine with redoubt rehearse.`;
}
