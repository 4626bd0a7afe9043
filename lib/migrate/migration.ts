/**
 * From one old cache to everything that is said of its migration: what becomes of each setting, the deployment, the way of the data.
 * Pure; it asks no account.
 */
import type { Problem } from '../base/problem.ts';
import type { Verdict } from '../base/verdict.ts';
import type { DeploymentInput } from '../topology/deployment.ts';
import { parseDeployment } from '../topology/parse.ts';
import type { OldCache } from './old-cache.ts';
import { type Contribution, OUTCOMES, type Outcome, type Setting, type StackSetting, type Subject } from './setting.ts';
import { access } from './settings/access.ts';
import { clustering } from './settings/clustering.ts';
import { endpoint } from './settings/endpoint.ts';
import { memory } from './settings/memory.ts';
import { network } from './settings/network.ts';
import { persistence } from './settings/persistence.ts';
import { regions } from './settings/regions.ts';
import { resource } from './settings/resource.ts';
import { upkeep } from './settings/upkeep.ts';
import { type Step, stepsOf } from './steps.ts';
import { type Target, targetOf, type Wishes } from './target.ts';
import { type Way, waysOf } from './ways.ts';

const SUBJECTS: readonly Subject[] = [
  endpoint,
  clustering,
  memory,
  persistence,
  network,
  access,
  regions,
  upkeep,
  resource,
];

export interface Migration {
  readonly cache: OldCache;
  /** Absent where no SKU takes it. */
  readonly target?: Target;
  /** Worst first. */
  readonly settings: readonly JudgedSetting[];
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Why there is no deployment. */
  readonly refusals: readonly Problem[];
  readonly deployment?: DeploymentInput;
  readonly steps: { readonly before: readonly Step[]; readonly ways: readonly Way[]; readonly after: readonly Step[] };
  readonly verdict: Verdict;
}

export interface JudgedSetting extends Setting {
  /** Allowed by its code; always false where there is nothing to allow. */
  readonly acknowledged: boolean;
}

export interface MigrationOptions extends Wishes {
  /** Name of the deployment, which its file is called by. Undefined: made from the cache's. */
  readonly deploymentName?: string | undefined;
  /** Where its file is, for the commands. Undefined: `./deployments/NAME.ts`. */
  readonly deploymentPath?: string | undefined;
  /** Codes of settings that are not available, or not known, and are accepted. */
  readonly acknowledged?: readonly string[];
}

export function migrationOf(cache: OldCache, options: MigrationOptions): Migration {
  const target = targetOf(cache, options);
  if ('code' in target) return judged({ cache, settings: [], refusals: [target], steps: NO_STEPS }, options);
  const contributions = SUBJECTS.map((subject) => subject(cache, target));
  const deployment = deploymentOf(cache, target, { contributions, name: options.deploymentName });
  const parsed = parseDeployment(deployment);
  const refusals = [
    ...contributions.flatMap((contribution) => contribution.refusals ?? []),
    ...('problems' in parsed ? parsed.problems : []),
  ];
  const settings = contributions.flatMap((contribution) => contribution.settings);
  if (refusals.length > 0) return judged({ cache, target, settings, refusals, steps: NO_STEPS }, options);
  const steps = {
    ...stepsOf({
      cache,
      target,
      deployment: deployment.name,
      file: options.deploymentPath ?? `./deployments/${deployment.name}.ts`,
      isWritten: options.deploymentPath !== undefined,
      stack: stackOf(contributions),
    }),
    ways: waysOf(cache, target),
  };
  return judged({ cache, target, settings, refusals, deployment, steps }, options);
}

const NO_STEPS = { before: [], ways: [], after: [] };

function deploymentOf(
  cache: OldCache,
  target: Target,
  { contributions, name }: { readonly contributions: readonly Contribution[]; readonly name: string | undefined },
): DeploymentInput {
  const topology = Object.assign({}, ...contributions.map((contribution) => contribution.topology ?? {}));
  return {
    name: name ?? deploymentNameOf(cache.name),
    description: `Azure Managed Redis, ${target.clusteringPolicy}: takes over from the ${cache.tier} cache ${cache.name}.`,
    topology: { platform: 'azure-managed-redis', name: target.name, ...topology },
    // One shard is the whole database: while it moves, nothing answers.
    budgets: { slowestAnswerMs: target.shardCount === 1 ? 1_500 : 1_000, excessOverPromotionMs: 300 },
  };
}

/** Small letters, digits and hyphens, beginning with a letter, at most 40. */
export function deploymentNameOf(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9-]/g, '-');
  const begun = /^[a-z]/.test(plain) ? plain : `cache-${plain}`;
  return begun.slice(0, 40).replace(/-+$/, '');
}

/** Each key once: several subjects may want the same one. */
function stackOf(contributions: readonly Contribution[]): StackSetting[] {
  const all = contributions.flatMap((contribution) => contribution.stack ?? []);
  return [...new Map(all.map((setting) => [setting.key, setting])).values()];
}

type Unjudged = Omit<Migration, 'verdict' | 'settings' | 'counts'> & { readonly settings: readonly Setting[] };

function judged(migration: Unjudged, { acknowledged = [] }: MigrationOptions): Migration {
  const settings = migration.settings
    .toSorted((one, other) => OUTCOMES.indexOf(other.outcome) - OUTCOMES.indexOf(one.outcome))
    .map((setting) => ({ ...setting, acknowledged: isOpen(setting) && acknowledged.includes(setting.code) }));
  const open = settings.filter((setting) => isOpen(setting) && !setting.acknowledged);
  const fails = migration.refusals.length > 0 || open.some(({ outcome }) => outcome === 'unavailable');
  return {
    ...migration,
    settings,
    counts: Object.fromEntries(
      OUTCOMES.map((outcome) => [outcome, settings.filter((setting) => setting.outcome === outcome).length]),
    ) as Record<Outcome, number>,
    verdict: fails ? 'fail' : open.length > 0 ? 'unknown' : 'pass',
  };
}

function isOpen({ outcome }: Setting): boolean {
  return outcome === 'unavailable' || outcome === 'unknown';
}

/** What still stands in the way of a pass and can be accepted. */
export function openCodes({ settings }: Migration): string[] {
  return [...new Set(settings.filter((setting) => isOpen(setting) && !setting.acknowledged).map(({ code }) => code))];
}

/** A code that accepts nothing is a slip, or left over from another cache. */
export function acknowledgementProblems({ settings }: Migration, acknowledged: readonly string[]): Problem[] {
  const open = new Set(settings.filter(isOpen).map(({ code }) => code));
  const allowed = open.size === 0 ? 'Nothing here needs it.' : `These can be: ${[...open].join(', ')}.`;
  return acknowledged
    .filter((code) => !open.has(code))
    .map((code) => ({
      code: 'ACKNOWLEDGEMENT_MATCHES_NOTHING',
      message: `"${code}" acknowledges no setting of this cache, so it allows nothing. ${allowed} Take it out.`,
    }));
}
