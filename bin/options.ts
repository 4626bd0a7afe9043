/** Options that several commands share, read at the edge: a wrong value is a usage error with a sentence. */
import { InvalidArgumentError, Option } from 'commander';
import {
  CLIENT_NAMES,
  type ClientName,
  LAB_SCENARIO_NAMES,
  ORDERS,
  SCENARIO_NAMES,
  type ScenarioName,
} from '../lib/drill/scenario.ts';
import { OLD_NODE_MODES } from '../lib/lab/lab.ts';
import { closestTo } from '../lib/topology/input/closest.ts';

/** A whole number in a range, both ends included. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** `15s`, `1500ms`, `2m`, `6h`: milliseconds. A bare number is refused, because nobody can know what it means. */
export function durationMs(leastMs: number, mostMs: number): (text: string) => number {
  const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  return (text) => {
    const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
    const value = Math.round(Number(digits) * (UNITS[unit ?? ''] ?? Number.NaN));
    if (value >= leastMs && value <= mostMs) return value;
    throw new InvalidArgumentError(
      `It must be a duration such as 500ms, 15s, 2m or 6h, from ${leastMs} ms to ${mostMs} ms.`,
    );
  };
}

/** `a,b` or the option several times; `all` stands for every one, or for those that `all` lists. */
export function listOf<Name extends string>(
  names: readonly Name[],
  all: readonly Name[] = names,
): (text: string, earlier?: readonly Name[]) => Name[] {
  return (text, earlier = []) => {
    const given = text.split(',').map((part) => part.trim());
    if (given.includes('all')) return [...all];
    const unknown = given.filter((name) => !names.includes(name as Name));
    if (unknown.length > 0) {
      const sentences = unknown.map((name) => `There is no "${name}"${meant(name, names)}`).join(' ');
      throw new InvalidArgumentError(`${sentences} There are: ${names.join(', ')}, all.`);
    }
    return [...new Set([...earlier, ...(given as Name[])])];
  };
}

function meant(name: string, names: readonly string[]): string {
  const closest = closestTo(name, names);
  return closest === undefined ? '.' : `; did you mean "${closest}"?`;
}

/** Where the drill's own defaults are; said in the help so that nobody has to look. */
export const DRILL_DEFAULTS = {
  oldNode: 'silent',
  order: 'one-by-one',
  clients: ['redoubt', 'ioredis', 'node-redis'],
  ratePerSecond: 400,
  watchMs: 10_000,
} as const;

/** For hours on a deployment with other users: enough to see an outage of a tenth of a second. */
export const WATCHED_RATE = 20;

export interface DrillOptionValues {
  readonly scenario: readonly ScenarioName[];
  readonly oldNode: (typeof OLD_NODE_MODES)[number];
  readonly order: (typeof ORDERS)[number];
  readonly clients: readonly ClientName[];
  readonly rate: number;
  readonly watch: number;
  readonly seed?: number;
}

/**
 * `list` parsers get the earlier value; commander hands them the default too, so there is none: the reader fills it in. Nor where an
 * option means something to some scenarios only: what was not given is not refused.
 */
export function drillOptions(): Option[] {
  return [
    new Option(
      '--scenario <names>',
      `what to do to it: ${SCENARIO_NAMES.join(', ')}; several with commas, all for those of a lab (default: planned-replacement; with --aws test-failover)`,
    ).argParser(listOf(SCENARIO_NAMES, LAB_SCENARIO_NAMES)),
    new Option(
      '--old-node <mode>',
      `what old clients meet at a replaced node: closed connections, silence, or lost packets (default: ${DRILL_DEFAULTS.oldNode})`,
    ).choices(OLD_NODE_MODES),
    new Option(
      '--order <order>',
      `shard after shard, or every node in one step (default: ${DRILL_DEFAULTS.order})`,
    ).choices(ORDERS),
    new Option(
      '--clients <names>',
      `who is under load: ${CLIENT_NAMES.join(', ')} (default: ${DRILL_DEFAULTS.clients.join(', ')})`,
    ).argParser(listOf(CLIENT_NAMES)),
    new Option(
      '--rate <per-second>',
      `operations a second of each client (default: ${DRILL_DEFAULTS.ratePerSecond}; ${WATCHED_RATE} with --watch-maintenance)`,
    ).argParser(wholeNumber(1, 20_000)),
    new Option('--watch <duration>', 'how long to watch after the last fault')
      .argParser(durationMs(1_000, 3_600_000))
      .default(DRILL_DEFAULTS.watchMs, '10s'),
    seedOption(),
  ];
}

const RESULTS_DIRECTORY = 'redoubt-results';

/** What `redoubt report` shows when it is not told. */
export const LATEST_RUN = `${RESULTS_DIRECTORY}/latest`;

export function outputOption(): Option {
  return new Option('--output <directory>', 'where results go, each run in a directory of its own').default(
    RESULTS_DIRECTORY,
  );
}

export function seedOption(): Option {
  return new Option('--seed <number>', 'repeats the choices of an earlier run (default: random)').argParser(
    wholeNumber(0, 4_294_967_295),
  );
}

export function newSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}
