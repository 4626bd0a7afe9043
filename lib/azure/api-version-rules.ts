/** What an API version of the service cannot do is refused with a sentence: the service would drop it without a word. */
import { lockedOutComplaint, unknownCategoriesComplaint } from '../topology/access-needs.ts';
import { isRight } from '../topology/access-words.ts';
import { describeGiven, listed } from '../topology/input/describe.ts';
import { type Rule, ruleMaker } from '../topology/rules/rule.ts';
import { API_VERSIONS, DEFAULT_API_VERSION, hasFeature, isApiVersion, type NewerFeature } from './api-version.ts';
import type { KnownSettings } from './rules.ts';

const rule = ruleMaker<KnownSettings>();

const CHANGES = 'https://learn.microsoft.com/azure/templates/microsoft.cache/change-log/redisenterprise';
const ACL = 'https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/';

export const API_VERSION_RULES: readonly Rule<KnownSettings>[] = [
  rule({
    code: 'AMR_API_VERSION_UNKNOWN',
    source: CHANGES,
    fields: ['apiVersion'],
    when: ({ apiVersion }) => !isApiVersion(apiVersion),
    message: ({ apiVersion }) =>
      `\`apiVersion\` is ${describeGiven(apiVersion)}: allowed is ${listed(Object.keys(API_VERSIONS))}. Choose one, or leave it out for ${DEFAULT_API_VERSION}.`,
  }),
  rule({
    code: 'AMR_WINDOWS_NEED_A_NEWER_API',
    source: CHANGES,
    fields: ['maintenanceWindowCount', 'apiVersion'],
    when: ({ maintenanceWindowCount, apiVersion }) =>
      maintenanceWindowCount > 0 && lacks(apiVersion, 'maintenanceWindows'),
    message: ({ maintenanceWindowCount, apiVersion }) =>
      `\`topology.maintenanceWindows\` has ${maintenanceWindowCount} windows, which API version ${apiVersion} does not know. ${wayOn('maintenanceWindows')}`,
  }),
  rule({
    code: 'AMR_KEYSPACE_EVENTS_NEED_A_NEWER_API',
    source: CHANGES,
    fields: ['keyspaceEvents', 'apiVersion'],
    when: ({ keyspaceEvents, apiVersion }) => keyspaceEvents !== '' && lacks(apiVersion, 'keyspaceEvents'),
    message: ({ keyspaceEvents, apiVersion }) =>
      `\`topology.keyspaceEvents\` is ${describeGiven(keyspaceEvents)}, which API version ${apiVersion} does not know. ${wayOn('keyspaceEvents')}`,
  }),
  rule({
    code: 'AMR_ACCESS_STRINGS_NEED_A_NEWER_API',
    source: CHANGES,
    fields: ['accessStrings', 'apiVersion'],
    when: ({ accessStrings, apiVersion }) => accessStrings.length > 0 && lacks(apiVersion, 'accessStrings'),
    message: ({ accessStrings, apiVersion }) =>
      `\`users\` has an access string for ${accessStrings.map(({ user }) => describeGiven(user)).join(', ')}, which API version ${apiVersion} does not know: its users may do everything. ${wayOn('accessStrings')}`,
  }),
  rule({
    code: 'AMR_ACCESS_STRING_FORM',
    source: ACL,
    fields: ['accessStrings'],
    when: ({ accessStrings }) => accessStrings.some(({ text }) => wrongPlaces(text).length > 0),
    // Places and not words, because any of them may be a password.
    message: ({ accessStrings }) =>
      `\`users\` has access strings with something that they do not take (${accessStrings.flatMap(wrongPlacesText).join('; ')}; not repeated here, because it may be a password): they take what Redis' ACL says of commands (+get, -@admin), keys (~cache:*, %R~shared:*) and channels (&news), and neither passwords nor on and off. Correct it.`,
  }),
  rule({
    code: 'AMR_ACCESS_STRING_LOCKS_OUT',
    source: 'Redoubt: what clients really send (access-needs.ts); a user who can do nothing was not asked for.',
    fields: ['accessStrings', 'clientMode'],
    when: (settings) => lockedOut(settings).length > 0,
    message: (settings) => lockedOut(settings).join(' '),
  }),
  rule({
    code: 'AMR_ACCESS_STRING_CATEGORY',
    source: ACL,
    fields: ['accessStrings'],
    when: ({ accessStrings }) => unknownCategories(accessStrings).length > 0,
    message: ({ accessStrings }) => unknownCategories(accessStrings).join(' '),
  }),
  rule({
    code: 'AMR_ZONES_NEED_THE_DEFAULT_API',
    source: 'https://www.pulumi.com/registry/packages/azure-native/api-docs/resources/resource/ (it has no zones)',
    fields: ['zoneCount', 'apiVersion'],
    when: ({ zoneCount, apiVersion }) => zoneCount > 0 && apiVersion !== DEFAULT_API_VERSION,
    message: ({ zoneCount, apiVersion }) =>
      `\`topology.zones\` names ${zoneCount} zones, which Pulumi's generic resource cannot say, and API version ${apiVersion} goes through it. Leave the list out: the service spreads the nodes where the region has zones. Or leave \`apiVersion\` out.`,
  }),
];

/** A version that is not known at all has a sentence of its own. */
function lacks(apiVersion: string, feature: NewerFeature): boolean {
  return isApiVersion(apiVersion) && !hasFeature(apiVersion, feature);
}

function wayOn(feature: NewerFeature): string {
  const versions = Object.keys(API_VERSIONS).filter((version) => isApiVersion(version) && hasFeature(version, feature));
  return `Choose an \`apiVersion\` that does (${versions.join(', ')}), or leave it out: the service would drop it without a word.`;
}

function wrongPlaces(accessString: string): number[] {
  const tokens = accessString.trim().split(/\s+/);
  return tokens.flatMap((token, index) => (isRight(token) ? [] : [index + 1]));
}

function wrongPlacesText({ user, text }: KnownSettings['accessStrings'][number]): string[] {
  const places = wrongPlaces(text);
  return places.length === 0 ? [] : [`${user}: word${places.length === 1 ? '' : 's'} ${places.join(', ')}`];
}

function lockedOut({ accessStrings, clientMode }: Pick<KnownSettings, 'accessStrings' | 'clientMode'>): string[] {
  return accessStrings.flatMap(
    ({ user, text: accessString }) =>
      lockedOutComplaint(placeOf(user), { accessString, clientMode, isRedis6: false }) ?? [],
  );
}

function unknownCategories(accessStrings: KnownSettings['accessStrings']): string[] {
  return accessStrings.flatMap(({ user, text }) => unknownCategoriesComplaint(placeOf(user), text) ?? []);
}

function placeOf(user: string): string {
  return `users.${user}.accessString`;
}
