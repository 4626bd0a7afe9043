/** A preview to a plan: what happens to every Azure Managed Redis resource in it. */
import { type Action, acknowledgementOf, type Plan, type PlannedChange } from '../change.ts';
import { isRecord, lower, sameJson } from '../json.ts';
import { type Outcome, outcomeOf } from '../row.ts';
import { ABSENT, isSecretName, shown, shownTags } from '../shown.ts';
import { asTyped } from './generic-resource.ts';
import { type PreviewState, type PreviewStep, readPreview } from './preview.ts';
import { foundChanges, type PulumiChange } from './property-changes.ts';
import { withRenames } from './renames.ts';
import { GENERAL, isNear, isResourceGroup, type ResourceTable, tableOf } from './tables.ts';
import { stepsBetween } from './two-previews.ts';

/**
 * Never throws: what cannot be judged is a problem of the plan. With an earlier preview, the plan says what changes from
 * what that one was going to deploy to what this one is going to deploy.
 */
export function planPulumi(preview: unknown, against?: unknown): Plan {
  const later = asTyped(readPreview(preview, 'The preview'));
  const earlier = against === undefined ? undefined : asTyped(readPreview(against, 'The earlier preview'));
  const steps = earlier === undefined ? later.steps : stepsBetween(earlier.steps, later.steps);
  const judged = withUniqueNames(onePerResource(steps).filter(isJudged));
  return {
    kind: 'pulumi',
    changes: withRenames(judged.flatMap(changesOf), judged),
    problems: [...(earlier?.problems ?? []), ...later.problems],
  };
}

/** An acknowledgement must name one resource: a name that several share gets its type, or its URN, in front. */
function withUniqueNames(steps: readonly PreviewStep[]): PreviewStep[] {
  const shared = (names: readonly string[], name: string) => names.indexOf(name) !== names.lastIndexOf(name);
  const names = steps.map(({ name }) => name);
  const typed = steps.map(({ type, name }) => `${type.split(':').at(-1)}/${name}`);
  return steps.map((step, index) => {
    const withType = typed[index] ?? step.urn;
    if (!shared(names, step.name)) return step;
    return { ...step, name: shared(typed, withType) ? step.urn : withType };
  });
}

/** Components are nothing in the cloud; what is in them has steps of its own. */
function isJudged({ type, before, after }: PreviewStep): boolean {
  const custom = (after ?? before)?.custom ?? true;
  if (tableOf(type)?.name === 'PrivateEndpoint') return leadsToCache(before) || leadsToCache(after);
  return tableOf(type) !== undefined || (custom && (isNear(type) || isGeneric(after ?? before)));
}

/** A private endpoint names the kind of service that it leads to. */
function leadsToCache(state: PreviewState | undefined): boolean {
  return JSON.stringify(state?.inputs ?? {}).includes('"redisEnterprise"');
}

/** A resource of the generic type, for an API version that the module does not have. */
function isGeneric(state: PreviewState | undefined): boolean {
  return lower(state?.inputs.resourceType).startsWith('redisenterprise');
}

/** With --show-replacement-steps a replacement has three steps; the one that says replace has the reasons. */
function onePerResource(steps: readonly PreviewStep[]): PreviewStep[] {
  const byUrn = new Map<string, PreviewStep>();
  for (const step of steps) {
    const known = byUrn.get(step.urn);
    if (known === undefined || rank(step) > rank(known)) byUrn.set(step.urn, step);
  }
  return [...byUrn.values()];
}

const RANKS = [
  'same',
  'read',
  'refresh',
  'create',
  // Pulumi takes over what exists and changes it in the same run: then the change is the news.
  'import',
  'update',
  'delete',
  'delete-replaced',
  'create-replacement',
  'replace',
];

/** What is not known ranks highest: it must not be hidden by a step that is. */
function rank({ operation }: PreviewStep): number {
  const index = RANKS.indexOf(operation);
  return index < 0 ? RANKS.length : index;
}

type Kind = Action | 'none';

const KINDS: Readonly<Record<string, Kind>> = {
  same: 'none',
  read: 'none',
  refresh: 'none',
  // Reading leaves the cloud alone; so does forgetting what was read.
  discard: 'none',
  create: 'create',
  import: 'create',
  update: 'update',
  delete: 'delete',
  replace: 'replace',
  'create-replacement': 'replace',
  'delete-replaced': 'replace',
  'import-replacement': 'replace',
  'read-replacement': 'replace',
  'discard-replaced': 'replace',
  'remove-pending-replace': 'replace',
};

function changesOf(step: PreviewStep): PlannedChange[] {
  const kind = Object.hasOwn(KINDS, step.operation) ? KINDS[step.operation] : undefined;
  if (kind === undefined) return [whole(step, 'update', GENERAL.operationUnknown)];
  if (kind === 'none') return [];
  const table = tableOf(step.type);
  if (table === undefined) {
    const harmless = kind === 'create' || (kind === 'update' && isResourceGroup(step.type));
    return harmless ? [] : [whole(step, kind, GENERAL.tableMissing)];
  }
  switch (kind) {
    case 'create':
      return [whole(step, 'create', step.operation === 'import' ? GENERAL.imported : GENERAL.created)];
    case 'delete':
      return [whole(step, 'delete', kept(step, table.deleted))];
    case 'replace':
      return replacement(step, table);
    case 'update':
      return updates(step, table);
  }
}

function updates(step: PreviewStep, table: ResourceTable): PlannedChange[] {
  const found = foundChanges(step, table);
  if (found.length === 0) return [whole(step, 'update', GENERAL.changesUnknown)];
  return found.map((change) => {
    const outcome: Outcome = outcomeOf(table.rows, change, GENERAL.valueUnknown) ?? GENERAL.propertyUnknown;
    return ofProperty(step, change, outcome.replaces === true ? 'replace' : 'update', outcome);
  });
}

/** Whatever a row says of the property in place, here Pulumi replaces; the row's words count only where they say so too. */
function replacement(step: PreviewStep, table: ResourceTable): PlannedChange[] {
  const found = foundChanges(step, table).filter(({ property }) => step.replacing.includes(topOf(property)));
  if (found.length === 0) return [whole(step, 'replace', kept(step, table.replaced))];
  return found.map((change) => {
    const row = outcomeOf(table.rows, change, GENERAL.valueUnknown);
    const outcome = row?.replaces === true ? row : inPlaceOtherwise(table.replaced, row);
    return ofProperty(step, change, 'replace', kept(step, outcome));
  });
}

/** The service could do it in place, and the program asks for a replacement. */
function inPlaceOtherwise(replaced: Outcome, row: Outcome | undefined): Outcome {
  if (row === undefined || row.effect === 'unknown' || row.effect === 'refused') return replaced;
  return {
    ...replaced,
    alternative:
      'The service changes this in place: take the property out of replaceOnChanges, or update the provider.',
  };
}

function topOf(property: string): string {
  return property.split('.', 1)[0] ?? property;
}

/** `protect` and `retainOnDelete` change the sentence, and not what clients find. */
function kept({ before }: PreviewStep, outcome: Outcome): Outcome {
  const sentences = [
    before?.protect === true ? 'It is protected, so Pulumi refuses as long as it is.' : '',
    before?.retainOnDelete === true ? 'With retainOnDelete it stays in Azure with its data, and is paid for.' : '',
  ].filter((sentence) => sentence !== '');
  return { ...outcome, message: [outcome.message, ...sentences].join(' ') };
}

function whole(step: PreviewStep, action: Action, outcome: Outcome): PlannedChange {
  const [before, after] = [action === 'create' ? ABSENT : step.type, action === 'delete' ? ABSENT : step.type];
  return planned(step, { action, property: '', before, after }, outcome);
}

function ofProperty(step: PreviewStep, change: PulumiChange, action: Action, outcome: Outcome): PlannedChange {
  const { property, before, after } = change;
  const show = (value: unknown) =>
    property === 'tags' && isRecord(value)
      ? shownTags(value)
      : shown(value, { secret: isSecretName(property) && !isSetting(value) });
  return planned(step, { action, property, before: show(before), after: show(after) }, outcome);
}

/** `accessKeysAuthentication` is named after keys and says only whether they count. */
function isSetting(value: unknown): boolean {
  return sameJson(value, 'Enabled') || sameJson(value, 'Disabled');
}

function planned(
  { name, type }: PreviewStep,
  place: Pick<PlannedChange, 'action' | 'property' | 'before' | 'after'>,
  { effect, code, message, alternative, source }: Outcome,
): PlannedChange {
  return {
    resource: name,
    type,
    ...place,
    effect,
    code,
    message,
    ...(alternative === undefined ? {} : { alternative }),
    source,
    acknowledgement: acknowledgementOf({ resource: name, ...place }),
  };
}
