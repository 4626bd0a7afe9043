/**
 * What each user may do: keys, channels, commands. By meaning, so that the same rights in other words are no difference.
 * https://learn.microsoft.com/azure/redis/configure-access-permissions
 */
import { accessMeaning, commandDifference } from '../../../topology/access-string.ts';
import type { AzureDeclared } from '../../../topology/azure-declared.ts';
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import type { AccessPolicyAssignment } from '../description.ts';
import { type Comparison, type FieldCheck, judged } from '../field.ts';

export const RIGHTS_FIELDS: readonly FieldCheck[] = [judged('access-strings', judgeAccessStrings)];

const SOURCE = 'accessString of the access policy assignments';
/** Of a list of commands that differ; the rest is a number. */
const NAMED = 6;

type DeclaredUser = NonNullable<AzureDeclared['users']>[number];

/** One user's rights, as sentences without their end. */
interface Rights {
  readonly differences: readonly string[];
  readonly undecided: readonly string[];
}

function judgeAccessStrings({ expected: { users = [] }, description: { accessPolicyAssignments } }: Comparison) {
  // Who is not there at all is the drift of the assignments.
  const compared = users.flatMap((user) => {
    const assignment = assignmentOf(user, accessPolicyAssignments);
    return user.accessString === undefined || assignment === undefined
      ? []
      : [{ objectId: user.objectId, ...rightsOf(user.accessString, assignment.properties?.accessString) }];
  });
  if (compared.length === 0) return undefined;
  const differing = sentences(compared, ({ differences }) => differences);
  if (differing.length > 0)
    return failed(
      'DRIFT_ACCESS_STRINGS',
      `What users may do differs from what is declared (${SOURCE}). ${differing.join(' ')} Deploy again (\`pulumi up --refresh\`, which looks at what is there), or declare it (\`accessString\`).`,
    );
  const open = sentences(compared, (rights) => rights.undecided);
  if (open.length > 0) return undecided('ACCESS_STRINGS_NOT_TOLD', `${open.join(' ')} (${SOURCE})`);
  return passed(
    `What users may do is what is declared, by the meaning of their access strings: ${listed(compared.map(({ objectId }) => objectId))}.`,
  );
}

function assignmentOf({ objectId }: DeclaredUser, assignments: readonly AccessPolicyAssignment[]) {
  return assignments.find(({ properties }) => properties?.user?.objectId?.toLowerCase() === objectId.toLowerCase());
}

function sentences(
  compared: readonly (Rights & { readonly objectId: string })[],
  part: (rights: Rights) => readonly string[],
): string[] {
  return compared.flatMap((rights) =>
    part(rights).length === 0 ? [] : [`User ${rights.objectId}: ${part(rights).join('; ')}.`],
  );
}

function rightsOf(declaredText: string, foundText: string | null | undefined): Rights {
  if (typeof foundText !== 'string') return { differences: [], undecided: ['the API does not say what it may do'] };
  const [declared, found] = [accessMeaning(declaredText), accessMeaning(foundText)];
  const places = found.unknownPlaces.map(String);
  const commands = commandDifference(found.commands, declared.commands);
  const channelsDiffer = found.channels !== declared.channels;
  // What a string that says nothing of channels allows depends on a setting that the service does not tell.
  const channelsAreTold = found.channels !== undefined && declared.channels !== undefined;
  const channels = `channels ${declared.channels ?? 'not said'} declared, the API says ${found.channels ?? 'nothing'}`;
  return {
    differences: [
      ...(found.keys === declared.keys ? [] : [`keys ${declared.keys} declared, the API says ${found.keys}`]),
      ...(channelsDiffer && channelsAreTold ? [channels] : []),
      ...(commands.added.length === 0 ? [] : [`it may also use ${listed(commands.added, NAMED)}`]),
      ...(commands.missing.length === 0 ? [] : [`it may not use ${listed(commands.missing, NAMED)}`]),
      ...(found.selectors.join(' ') === declared.selectors.join(' ')
        ? []
        : [`selectors ${listed(declared.selectors)} declared, the API says ${listed(found.selectors)}`]),
    ],
    undecided: [
      ...(places.length === 0 ? [] : [`this version does not know word ${listed(places)} of its access string`]),
      ...(channelsDiffer && !channelsAreTold ? [channels] : []),
      ...(commands.untold.length === 0
        ? []
        : [`${listed(commands.untold, NAMED)} may be allowed by one of the two strings only`]),
    ],
  };
}
