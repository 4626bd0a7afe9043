/** What may be asked of a drill. */
import type { Problem } from '../base/problem.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import { isSecondary } from '../verify/judging.ts';
import type { DrillOptions } from './run.ts';
import { CLIENT_NAMES } from './scenario.ts';

const MAXIMUM_RATE = 50_000;
const LONGEST_MS = 3_600_000;

/** Every option that makes no sense, at once. */
export function drillProblems(options: DrillOptions): Problem[] {
  const { clients, ratePerSecond, warmUpMs, watchMs, drainMs, seed } = options;
  return [
    ...between('ratePerSecond', ratePerSecond, 1, MAXIMUM_RATE, 'operations a second'),
    ...between('warmUpMs', warmUpMs, 0, LONGEST_MS, 'milliseconds'),
    ...between('watchMs', watchMs, 0, LONGEST_MS, 'milliseconds'),
    ...(drainMs === undefined ? [] : between('drainMs', drainMs, 0, LONGEST_MS, 'milliseconds')),
    ...between('seed', seed, 0, Number.MAX_SAFE_INTEGER, 'as a seed'),
    ...clientProblems(clients),
  ];
}

/** The load of a drill is writes, which a secondary of a Global Datastore refuses. */
export function regionProblems(profile: ConnectionProfile): Problem[] {
  if (!isSecondary(profile)) return [];
  const { deployment } = profile;
  const message = `The profile of ${deployment} says \`expected.globalRole\` "secondary": this region refuses writes, and the load of a drill is writes. Use the profile of the primary region; if this one has been promoted, correct its profile.`;
  return [{ code: 'DRILL_IN_SECONDARY_REGION', message }];
}

function between(path: string, given: number, lowest: number, highest: number, unit: string): Problem[] {
  if (Number.isInteger(given) && given >= lowest && given <= highest) return [];
  const message = `${path} is ${given}; allowed is a whole number from ${lowest} to ${highest} (${unit}).`;
  return [{ code: 'DRILL_OPTION_INVALID', message, path }];
}

function clientProblems(clients: readonly string[]): Problem[] {
  const known: readonly string[] = CLIENT_NAMES;
  const strange = clients.filter((client) => !known.includes(client));
  const twice = clients.filter((client, index) => clients.indexOf(client) !== index);
  const complain = (message: string) => ({
    code: 'DRILL_OPTION_INVALID',
    message: `${message} Name each of these at most once: ${known.join(', ')}.`,
    path: 'clients',
  });
  return [
    ...(clients.length === 0 ? [complain('No client was named, so nobody would see the maintenance.')] : []),
    ...strange.map((client) => complain(`There is no client "${client}".`)),
    ...twice.map((client) => complain(`The client "${client}" is named twice.`)),
  ];
}
