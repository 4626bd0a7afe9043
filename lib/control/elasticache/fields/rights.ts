/** What the application's user may do: keys, channels, commands. By meaning, because the service writes access strings anew. */
import { type AccessMeaning, accessMeaning, commandDifference } from '../../../topology/access-string.ts';
import { applicationAccess } from '../../../topology/application-access.ts';
import type { ElastiCacheTopology } from '../../../topology/elasticache.ts';
import { categoriesIn6, categoriesIn7 } from '../../../topology/redis-commands.ts';
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import { type Comparison, type FieldCheck, field, judged } from '../field.ts';

const SOURCE = 'AccessString of DescribeUsers';
const ADVICE = 'Deploy again, or declare it (`authentication.accessString`).';

export const RIGHTS_FIELDS: readonly FieldCheck[] = [
  field({
    name: 'application-keys',
    subject: "Keys of the application's user",
    declared: (comparison) => rightsOf(comparison)?.declared.keys,
    source: SOURCE,
    api: (_description, comparison) => rightsOf(comparison)?.found?.keys,
    advice: ADVICE,
  }),
  field({
    name: 'application-channels',
    subject: "Channels of the application's user",
    declared: (comparison) => channelsOf(rightsOf(comparison)?.declared, comparison),
    source: SOURCE,
    api: (_description, comparison) => channelsOf(rightsOf(comparison)?.found, comparison),
    advice: ADVICE,
  }),
  judged('application-commands', judgeCommands),
  judged('application-selectors', judgeSelectors),
];

interface Rights {
  readonly declared: AccessMeaning;
  /** Absent where the API does not say. */
  readonly found?: AccessMeaning;
}

/** Undefined where there is no such user, declared or in the group: the latter is the drift of `application-user`. */
function rightsOf({ topology, description: { users } }: Comparison): Rights | undefined {
  const { authentication } = topology;
  if (authentication.kind !== 'rbac') return undefined;
  const user = users?.find(({ UserName }) => UserName === authentication.userName);
  if (users !== undefined && user === undefined) return undefined;
  const declared = accessMeaning(applicationAccess(topology));
  return user?.AccessString === undefined ? { declared } : { declared, found: accessMeaning(user.AccessString) };
}

/** Where nothing is said of channels it is all of them before Redis OSS 7, and none since, unless the parameter says otherwise. */
function channelsOf(meaning: AccessMeaning | undefined, { topology }: Comparison): string | undefined {
  if (meaning === undefined) return undefined;
  const usual = topology.parameters['acl-pubsub-default'] ?? (isRedis6(topology) ? 'allchannels' : 'resetchannels');
  return meaning.channels ?? (usual === 'allchannels' ? '&*' : 'none');
}

function isRedis6({ engine, engineVersion }: ElastiCacheTopology): boolean {
  return engine === 'redis' && engineVersion.startsWith('6.');
}

/** Of a list of commands that differ; the rest is a number. */
const NAMED = 6;

function judgeCommands(comparison: Comparison) {
  const rights = rightsOf(comparison);
  if (rights === undefined) return undefined;
  const { declared, found } = rights;
  const subject = `Commands of the application's user: "${declared.commands}" is declared`;
  if (found === undefined)
    return undecided('APPLICATION_COMMANDS_NOT_TOLD', `${subject}, the API does not say (${SOURCE}).`);
  const categoriesOf = isRedis6(comparison.topology) ? categoriesIn6 : categoriesIn7;
  const { added, missing, untold } = commandDifference(found.commands, declared.commands, categoriesOf);
  const said = `${subject}, the API says "${found.commands}"`;
  if (added.length + missing.length === 0)
    return passed(
      untold.length === 0
        ? `${said}, which allows the same.`
        : `${said}, which allows the same; of ${listed(untold, NAMED)} it does not tell, because the service writes by the commands of Redis OSS 6.0.`,
    );
  const differences = [
    ...(added.length === 0 ? [] : [`it may also use ${listed(added, NAMED)}`]),
    ...(missing.length === 0 ? [] : [`it may not use ${listed(missing, NAMED)}`]),
  ];
  return failed('DRIFT_APPLICATION_COMMANDS', `${said}: ${differences.join('; ')}. ${ADVICE}`);
}

/** Only where there are any, or where something is not understood. */
function judgeSelectors(comparison: Comparison) {
  const { declared, found } = rightsOf(comparison) ?? {};
  if (declared === undefined || found === undefined) return undefined;
  if (found.unknownPlaces.length > 0)
    return undecided(
      'APPLICATION_SELECTORS_NOT_UNDERSTOOD',
      `The access string of the application's user has something that this version does not know (by the API, word ${listed(found.unknownPlaces.map(String))}). Look at it (\`aws elasticache describe-users\`).`,
    );
  if (declared.selectors.length + found.selectors.length === 0) return undefined;
  const said = `Selectors of the application's user: ${listed(declared.selectors)} is declared, the API says ${listed(found.selectors)}`;
  if (declared.selectors.join(' ') === found.selectors.join(' ')) return passed(`${said}.`);
  if (declared.selectors.length !== found.selectors.length)
    return failed('DRIFT_APPLICATION_SELECTORS', `${said}. ${ADVICE}`);
  return undecided(
    'APPLICATION_SELECTORS_NOT_COMPARED',
    `${said}. The service writes commands anew, and those of selectors are compared as text only: compare them by hand.`,
  );
}
