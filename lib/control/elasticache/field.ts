/** One field: what was declared, what the API says, and where the servers can tell as well, what they say. */
import type { ElastiCacheTopology } from '../../topology/elasticache.ts';
import type { CheckResult } from '../../verify/check.ts';
import { failed, passed, undecided } from '../../verify/judging.ts';
import type { Observation } from '../../verify/observation.ts';
import type { GroupDescription } from './description.ts';
import { inCommon } from './servers.ts';

export interface Comparison {
  readonly topology: ElastiCacheTopology;
  readonly description: GroupDescription;
  readonly observation?: Observation;
  /** Against which dates of service updates are held. */
  readonly now: Date;
}

/** Pure. Nothing for what was not declared: that is the service's to choose. */
export type FieldCheck = (comparison: Comparison) => CheckResult[];

interface Field {
  /** Name of the check: `engine-version`. */
  readonly name: string;
  /** Begins the sentence: `The engine version`. */
  readonly subject: string;
  /** Undefined: left to the service, so there is nothing to compare. */
  readonly declared: (topology: ElastiCacheTopology) => string | undefined;
  /** Where the API has it: `EngineVersion of DescribeCacheClusters`. */
  readonly source: string;
  readonly api: (description: GroupDescription, topology: ElastiCacheTopology) => string | undefined;
  readonly servers?: (observation: Observation, comparison: Comparison) => string | undefined;
  /** Default: the same text. */
  readonly agrees?: (found: string, declared: string, topology: ElastiCacheTopology) => boolean;
  /** What to do about a difference, as a sentence. */
  readonly advice: string;
}

export function field(given: Field): FieldCheck {
  const { name, subject, source, agrees = (found, declared) => found === declared, advice } = given;
  return (comparison) => {
    const { topology, description, observation } = comparison;
    const declared = given.declared(topology);
    if (declared === undefined) return [];
    const api = given.api(description, topology);
    const servers = observation === undefined ? undefined : given.servers?.(observation, comparison);
    const differs = [api, servers].some((found) => found !== undefined && !agrees(found, declared, topology));
    const said = [
      api === undefined ? `the API does not say (${source})` : `the API says ${api}`,
      ...(servers === undefined ? [] : [`the servers say ${servers}`]),
    ].join(', ');
    const message = `${subject}: ${declared} is declared, ${said}.`;
    if (differs) return [{ name, ...failed(`DRIFT_${codeOf(name)}`, `${message} ${advice}`) }];
    if (api === undefined) return [{ name, ...undecided(`${codeOf(name)}_NOT_TOLD`, message) }];
    return [{ name, ...passed(message) }];
  };
}

/** A check that is more than one value held against another. */
export function judged(
  name: string,
  judge: (comparison: Comparison) => Omit<CheckResult, 'name'> | undefined,
): FieldCheck {
  return (comparison) => {
    const finding = judge(comparison);
    return finding === undefined ? [] : [{ name, ...finding }];
  };
}

/** What every node says, as one text; undefined unless every node says something. */
export function ofEveryNode(
  { nodes }: Pick<GroupDescription, 'nodes'>,
  read: (node: GroupDescription['nodes'][number]) => string | undefined,
): string | undefined {
  const values = nodes.map(read);
  return values.includes(undefined) ? undefined : inCommon(values);
}

export function onOff(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? 'on' : 'off';
}

export function codeOf(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
}
