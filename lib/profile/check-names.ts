/** What `verify` asks of a deployment, by name: what was written before it runs, in a stack for example, can name a check and be judged. */
import { closestTo } from '../topology/input/closest.ts';
import { describeGiven } from '../topology/input/describe.ts';

/** In the order of a report; test/verify/checks.test.ts holds them to be those of the checks. */
export const CHECK_NAMES: readonly string[] = [
  'reachability',
  'tls-chain',
  'tls-name',
  'tls-expiry',
  'tls-minimum-version',
  'plaintext-refused',
  'credential-required',
  'wrong-credential-refused',
  'admin-commands-refused',
  'client-mode',
  'engine-version',
  'views-readable',
  'cluster-state',
  'slot-coverage',
  'shard-count',
  'endpoint-roles',
  'replicas-per-shard',
  'replicas-in-sync',
  'replica-reads',
  'same-view',
  'no-open-slots',
  'no-failing-nodes',
  'announced-endpoints-reachable',
  'hash-tagged-lua',
  'cross-slot',
  'writes-refused',
];

/** What is wrong with a name that somebody wrote, as sentences; undefined for that of a check. */
export function checkNameComplaint(name: unknown): string | undefined {
  if (typeof name === 'string' && CHECK_NAMES.includes(name)) return;
  const closest = typeof name === 'string' ? closestTo(name, CHECK_NAMES) : undefined;
  const meant = closest === undefined ? '' : ` Did you mean "${closest}"?`;
  return `${describeGiven(name)} is no check.${meant} \`redoubt list\` has their names.`;
}
