/** One field: what was declared, what the cloud's API says, and where the servers can tell as well, what they say. Of either cloud. */
import type { CheckResult } from '../verify/check.ts';
import { failed, passed, undecided } from '../verify/judging.ts';
import type { Observation } from '../verify/observation.ts';

export interface Compared {
  readonly topology: unknown;
  /** The API's own answers, unchanged. */
  readonly description: unknown;
  readonly observation?: Observation;
}

/** Pure. Nothing for what was not declared: that is the service's to choose. */
export type FieldCheck<Comparison extends Compared> = (comparison: Comparison) => CheckResult[];

export interface Field<Comparison extends Compared> {
  /** Name of the check: `engine-version`. */
  readonly name: string;
  /** Begins the sentence: `The engine version`. */
  readonly subject: string;
  /** Undefined: left to the service, so there is nothing to compare. */
  readonly declared: (comparison: Comparison) => string | undefined;
  /** Where the API has it: `EngineVersion of DescribeCacheClusters`. */
  readonly source: string;
  readonly api: (description: Comparison['description'], comparison: Comparison) => string | undefined;
  readonly servers?: (observation: Observation, comparison: Comparison) => string | undefined;
  /** Default: the same text. */
  readonly agrees?: (found: string, declared: string, comparison: Comparison) => boolean;
  /** What to do about a difference, as a sentence. */
  readonly advice: string;
}

/** The two ways to make a check, for one cloud's comparison. */
export interface FieldMakers<Comparison extends Compared> {
  field(given: Field<Comparison>): FieldCheck<Comparison>;
  /** A check that is more than one value held against another. */
  judged(
    name: string,
    judge: (comparison: Comparison) => Omit<CheckResult, 'name'> | undefined,
  ): FieldCheck<Comparison>;
}

export function fieldMakers<Comparison extends Compared>(): FieldMakers<Comparison> {
  return {
    field: (given) => (comparison) => compareOne(given, comparison),
    judged: (name, judge) => (comparison) => {
      const finding = judge(comparison);
      return finding === undefined ? [] : [{ name, ...finding }];
    },
  };
}

function compareOne<Comparison extends Compared>(given: Field<Comparison>, comparison: Comparison): CheckResult[] {
  const { name, subject, source, agrees = (found: string, declared: string) => found === declared, advice } = given;
  const { description, observation } = comparison;
  const declared = given.declared(comparison);
  if (declared === undefined) return [];
  const api = given.api(description, comparison);
  const servers = observation === undefined ? undefined : given.servers?.(observation, comparison);
  const differs = [api, servers].some((found) => found !== undefined && !agrees(found, declared, comparison));
  const said = [
    api === undefined ? `the API does not say (${source})` : `the API says ${api}`,
    ...(servers === undefined ? [] : [`the servers say ${servers}`]),
  ].join(', ');
  const message = `${subject}: ${declared} is declared, ${said}.`;
  if (differs) return [{ name, ...failed(`DRIFT_${codeOf(name)}`, `${message} ${advice}`) }];
  if (api === undefined) return [{ name, ...undecided(`${codeOf(name)}_NOT_TOLD`, message) }];
  return [{ name, ...passed(message) }];
}

export function onOff(value: boolean): 'on' | 'off';
export function onOff(value: boolean | undefined): 'on' | 'off' | undefined;
export function onOff(value: boolean | undefined): 'on' | 'off' | undefined {
  return value === undefined ? undefined : value ? 'on' : 'off';
}

export function codeOf(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
}
