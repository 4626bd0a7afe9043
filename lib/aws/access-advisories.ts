/** What a declared access string leaves its user without, where that is no reason to refuse it: somebody may have meant it so. */
import { Token } from 'aws-cdk-lib/core';
import {
  type AskedAccess,
  missingForDrills,
  neededByIoredis,
  type UntoldCheck,
  unknownCommands,
  untoldChecks,
} from '../topology/access-needs.ts';
import { withAccess } from '../topology/application-access.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import type { Advisory } from './advisories.ts';

/** The topology as its user is restricted: by its own access string, or by one that was given beside it and is known before the deployment. */
export function restricted(topology: ElastiCacheTopology, accessString: string | undefined): ElastiCacheTopology {
  return Token.isUnresolved(accessString) ? topology : withAccess(topology, accessString);
}

/** @param asked undefined where no access string is declared */
export function accessAdvisories(asked: AskedAccess | undefined): Advisory[] {
  if (asked === undefined) return [];
  const rows = [
    { id: 'redoubt:access-string-commands', message: aboutUnknown(unknownCommands(asked.accessString)) },
    { id: 'redoubt:access-string-ioredis', message: aboutIoredis(neededByIoredis(asked)) },
    { id: 'redoubt:access-string-verify', message: aboutVerify(untoldChecks(asked)) },
    { id: 'redoubt:access-string-drill', message: aboutDrills(missingForDrills(asked)) },
  ];
  return rows.flatMap(({ id, message }) => (message === undefined ? [] : [{ id, message }]));
}

function aboutUnknown(commands: readonly string[]): string | undefined {
  if (commands.length === 0) return undefined;
  return `The access string names ${commands.join(', ')}, which Redis OSS 7.0 and Redoubt's list of later commands do not have: a server that does not know a command refuses the whole string. Correct it, or leave it if your engine version has it.`;
}

function aboutIoredis(commands: readonly string[]): string | undefined {
  if (commands.length === 0) return undefined;
  return "The access string does not allow CLUSTER INFO: `connect()` and node-redis do without, and ioredis' own `Cluster` never gets ready. Add `+cluster|info`, or set its `enableReadyCheck` to false.";
}

function aboutVerify(untold: readonly UntoldCheck[]): string | undefined {
  if (untold.length === 0) return undefined;
  const checks = untold.map(({ check, words }) => `${check} (${words.join(' ')})`);
  return `With this access string \`redoubt verify\` ends \`unknown\` in ${checks.join(', ')}: what stands behind each would have to be added. \`VerifiedDeployment\` lets exactly these be unknown.`;
}

function aboutDrills(words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  return `With this access string no drill is begun (\`redoubt drill\`, \`MaintenanceRehearsal\`): its load lacks ${words.join(' ')}. Rehearse with a user of its own, or add them.`;
}
