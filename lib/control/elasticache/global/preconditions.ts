/** Why a Global Datastore must not be failed over, or be left by a secondary, now: every reason at once. Pure. */
import { listed } from '../../../verify/judging.ts';
import type { Precondition } from '../../control-plane.ts';
import { productionTagOf } from '../../production-tag.ts';
import type { GlobalReplicationGroup, ReplicationGroup, Tag } from '../description.ts';
import { chosenSecondary, isSame, membersOf, placeOf, placeText, primaryOf, secondariesOf } from './place.ts';

export interface GlobalFacts {
  readonly subject: string;
  readonly group: ReplicationGroup;
  /** Absent where the group belongs to none. */
  readonly datastore?: GlobalReplicationGroup;
  readonly tags: readonly Tag[];
  /** Region of the secondary, where a person has named one. */
  readonly otherRegion?: string;
}

export function failoverPreconditions(facts: GlobalFacts): Precondition[] {
  return problems('GLOBAL_FAILOVER', facts);
}

export function disassociatePreconditions(facts: GlobalFacts): Precondition[] {
  return problems('GLOBAL_DISASSOCIATE', facts);
}

type MemberFacts = GlobalFacts & { readonly datastore: GlobalReplicationGroup };
type Rule = (facts: MemberFacts) => Precondition[];

function problems(prefix: string, facts: GlobalFacts): Precondition[] {
  const { subject, datastore } = facts;
  const found =
    datastore === undefined
      ? refused('NOT_MEMBER', `The ${subject} belongs to no Global Datastore, so no other region is linked to it.`)
      : RULES.flatMap((rule) => rule({ ...facts, datastore }));
  return found.map((problem) => ({ ...problem, code: `${prefix}_${problem.code}` }));
}

function refused(code: string, message: string): Precondition[] {
  return [{ code, message, overridable: false }];
}

/** The load of a drill is writes, and only the primary takes them. */
const notPrimary: Rule = ({ subject, group, datastore }) => {
  const primary = primaryOf(datastore);
  if (isSame(primary, placeOf(group))) return [];
  const who = primary === undefined ? 'The API names no single primary' : `The primary is ${placeText(primary)}`;
  return refused(
    'NOT_PRIMARY',
    `The ${subject} must be the primary of its Global Datastore, because only there can clients write. ${who}: use the profile and the group of that region.`,
  );
};

/** `primary-only` is at rest as well: what is missing then is the secondary. */
const datastoreBusy: Rule = ({
  datastore: { GlobalReplicationGroupId, Status = 'in a state that the API does not say' },
}) =>
  ['available', 'primary-only'].includes(Status)
    ? []
    : refused(
        'DATASTORE_BUSY',
        `The Global Datastore ${GlobalReplicationGroupId} is ${Status}: it must be available. Wait until its change is over.`,
      );

const memberNotAssociated: Rule = ({ datastore }) => {
  const others = membersOf(datastore).filter(({ status }) => status !== 'associated');
  if (others.length === 0) return [];
  const which = listed(others.map((member) => `${placeText(member)} (${member.status || 'state not told'})`));
  return refused(
    'MEMBER_NOT_ASSOCIATED',
    `Every member must be associated, and this is not: ${which}. Wait until it is.`,
  );
};

const noSecondary: Rule = ({ datastore }) =>
  secondariesOf(datastore).length > 0
    ? []
    : refused(
        'NO_SECONDARY',
        `The Global Datastore ${datastore.GlobalReplicationGroupId} has no secondary. Link a region first (docs/aws.md, "Several regions").`,
      );

const secondaryUnclear: Rule = ({ datastore, otherRegion }) => {
  const secondaries = secondariesOf(datastore);
  if (secondaries.length === 0 || chosenSecondary(datastore, otherRegion) !== undefined) return [];
  const wanted = otherRegion === undefined ? 'No region is named' : `The region ${otherRegion} is named`;
  return refused(
    'SECONDARY_UNCLEAR',
    `${wanted}, and the secondaries are: ${listed(secondaries.map(placeText))}. Give --other-region one of their regions.`,
  );
};

const groupBusy: Rule = ({ subject, group: { Status } }) =>
  Status === 'available'
    ? []
    : refused(
        'GROUP_BUSY',
        `The ${subject} is ${Status ?? 'in a state that the API does not say'}: it must be available. Wait until its change is over.`,
      );

const production: Rule = ({ subject, tags }) => {
  const tag = productionTagOf(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  if (tag === undefined) return [];
  return [{ code: 'PRODUCTION', message: `The ${subject} is tagged ${tag}: real users use it.`, overridable: true }];
};

const RULES: readonly Rule[] = [
  notPrimary,
  datastoreBusy,
  memberNotAssociated,
  noSecondary,
  secondaryUnclear,
  groupBusy,
  production,
];
