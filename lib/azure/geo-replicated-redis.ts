/**
 * One database in several regions: every member takes writes. The service wants all members alike and each linked when it is
 * made, one after the other; both are the component's, and not whoever's writes the program.
 */
import { ComponentResource, type ComponentResourceOptions, type Output } from '@pulumi/pulumi';
import { type Problem, throwIfProblems } from '../base/problem.ts';
import type { AzureManagedRedisInput } from '../topology/azure-managed-redis-input.ts';
import { describeGiven } from '../topology/input/describe.ts';
import type { ManagedRedisArgs } from './arguments.ts';
import { problemsOf } from './intent.ts';
import { ManagedRedis } from './managed-redis.ts';

export const GEO_REPLICATED_REDIS_TYPE = 'redoubt:azure:GeoReplicatedRedis';

/** What differs from region to region; all else is the same for every member. */
export interface GeoMember
  extends Pick<
    ManagedRedisArgs,
    | 'resourceGroupName'
    | 'location'
    | 'privateEndpoint'
    | 'securityRule'
    | 'workspaceId'
    | 'encryptionKey'
    | 'accessKeys'
    | 'import'
  > {
  /** Short and stable, such as `weu`: the member's cluster is called after it, and so are its resources. */
  readonly key: string;
}

export interface GeoReplicatedRedisArgs
  extends Omit<ManagedRedisArgs, keyof Omit<GeoMember, 'key'> | 'topology' | 'linkedDatabases'> {
  /** The database that every member is. Its name gets the member's key; its `geoReplication` is the component's. */
  readonly topology: Omit<AzureManagedRedisInput, 'geoReplication'>;
  /** Name of the group. Default: the topology's name. It cannot be changed later. */
  readonly groupNickname?: string;
  /** Two to five, in the order in which they join. Add a new one at the end. */
  readonly members: readonly GeoMember[];
}

export class GeoReplicatedRedis extends ComponentResource {
  /** By the member's key. */
  readonly members: Readonly<Record<string, ManagedRedis>>;
  readonly databaseIds: readonly Output<string>[];

  /** @throws ProblemError with every problem of every member, before any resource is registered */
  constructor(name: string, args: GeoReplicatedRedisArgs, options: ComponentResourceOptions = {}) {
    throwIfProblems(problemsOfGroup(args));
    super(GEO_REPLICATED_REDIS_TYPE, name, {}, options);
    const members: ManagedRedis[] = [];
    for (const member of args.members) {
      // Each waits for those before it, because it is linked to them: two that are made at once cannot be.
      const linkedDatabases = members.map(({ databaseId }) => databaseId);
      const memberArgs = { ...argumentsOf(args, member), linkedDatabases };
      members.push(new ManagedRedis(`${name}-${member.key}`, memberArgs, { parent: this, dependsOn: [...members] }));
    }
    this.databaseIds = members.map(({ databaseId }) => databaseId);
    this.members = Object.fromEntries(args.members.map(({ key }, index) => [key, members[index] as ManagedRedis]));
    this.registerOutputs({ databaseIds: this.databaseIds });
  }
}

/** Of every member, with the member's place in front; never throws. */
export function problemsOfGroup(args: GeoReplicatedRedisArgs): Problem[] {
  const keys = args.members.map(({ key }) => key);
  const repeated = [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))];
  const ofMembers = args.members.flatMap((member, index) =>
    problemsOf(argumentsOf(args, member)).map((problem) => ({
      ...problem,
      path: `members[${index}].${problem.path ?? ''}`,
    })),
  );
  return [...(args.members.length === 0 ? [noMembers()] : []), ...repeated.map(repeatedKey), ...ofMembers];
}

function argumentsOf(
  { topology, groupNickname, members, ...common }: GeoReplicatedRedisArgs,
  member: GeoMember,
): ManagedRedisArgs {
  const { key, ...place } = member;
  const geoReplication = {
    kind: 'active',
    groupNickname: groupNickname ?? topology.name,
    memberCount: members.length,
  } as const;
  return { ...common, ...place, topology: { ...topology, name: `${topology.name}-${key}`, geoReplication } };
}

function noMembers(): Problem {
  const message =
    '`members` is empty: a geo-replicated database has two to five. Name the regions, or use ManagedRedis.';
  return { code: 'AMR_GEO_MEMBERS_MISSING', message, path: 'members' };
}

function repeatedKey(key: string): Problem {
  const message = `\`members\` has the key ${describeGiven(key)} more than once: clusters and resources are called after it. Give each member one of its own.`;
  return { code: 'AMR_GEO_MEMBER_KEY_TWICE', message, path: 'members' };
}
