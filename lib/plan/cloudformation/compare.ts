/** Two templates to a plan: what happens to every ElastiCache resource, and to what it hangs on. */
import type { Problem } from '../../base/problem.ts';
import { type Action, acknowledgementOf, type Plan, type PlannedChange } from '../change.ts';
import { type Outcome, outcomeOf } from '../row.ts';
import { ABSENT, isSecretName, shown, shownTags } from '../shown.ts';
import { loopProblems } from './loops.ts';
import { keepingSentence, keepsData, retains, sameNameSentence } from './policies.ts';
import { type Fates, type FoundChange, propertyChanges } from './property-changes.ts';
import { withRenames } from './renames.ts';
import { GENERAL, type ResourceTable, tableOf } from './tables.ts';
import { readTemplate, type Template, type TemplateResource } from './template.ts';
import { changedDefinition, dependenciesOf, type Pair } from './values.ts';

/** Never throws: what cannot be compared is a problem of the plan. */
export function planCloudFormation(before: unknown, after: unknown): Plan {
  const pair = {
    before: readTemplate(before, 'The template before'),
    after: readTemplate(after, 'The template after'),
  };
  const ids = [...new Set([...pair.before.resources.keys(), ...pair.after.resources.keys()])];
  const fates = fatesOf(ids, pair);
  const read = [...pair.before.problems, ...pair.after.problems, ...loopProblems(pair, fates)];
  // Half a comparison would call everything of the other half deleted or new.
  if (pair.before.resources.size + pair.after.resources.size === 0) {
    return { kind: 'cloudformation', changes: [], problems: read.length > 0 ? read : [nothingToJudge()] };
  }
  const changes = comparable(pair) ? changesOf(ids, pair, fates) : [];
  return {
    kind: 'cloudformation',
    changes,
    problems: read.length === 0 && !hasCache(pair) ? [nothingToJudge()] : read,
  };
}

function comparable({ before, after }: Pair): boolean {
  const unreadable = (template: Template) => template.resources.size === 0 && template.problems.length > 0;
  return !unreadable(before) && !unreadable(after);
}

function nothingToJudge(): Problem {
  return {
    code: 'PLAN_NOTHING_TO_JUDGE',
    message:
      'Neither template has an ElastiCache resource or a nested stack, so nothing was judged. Give the templates of the stack that holds the cache.',
  };
}

const NESTED_STACK = 'AWS::CloudFormation::Stack';

function isJudged(type: string): boolean {
  return type.startsWith('AWS::ElastiCache::') || type === NESTED_STACK;
}

function hasCache({ before, after }: Pair): boolean {
  return [...before.resources.values(), ...after.resources.values()].some(({ type }) => isJudged(type));
}

function changesOf(ids: readonly string[], pair: Pair, fates: Fates): PlannedChange[] {
  const relevant = relevantIds(pair);
  const changes = ids.filter((id) => relevant.has(id)).flatMap((id) => changesOfResource(id, pair, fates));
  return withRenames(changes, pair);
}

/** Replacement spreads along references, so it is followed until nothing is added any more; what was added stays. */
function fatesOf(ids: readonly string[], pair: Pair): Fates {
  const fates = { replaced: new Set<string>(), maybeReplaced: new Set<string>() };
  for (let grew = true; grew; ) {
    grew = false;
    for (const id of ids) {
      if (fates.replaced.has(id)) continue;
      const fate = fateOf(id, pair, fates);
      if (fate === 'kept' || fates[fate].has(id)) continue;
      fates[fate].add(id);
      grew = true;
    }
  }
  return fates;
}

function fateOf(id: string, pair: Pair, fates: Fates): 'replaced' | 'maybeReplaced' | 'kept' {
  const [before, after] = [pair.before.resources.get(id), pair.after.resources.get(id)];
  if (before === undefined || after === undefined) return 'kept';
  if (before.type !== after.type) return 'replaced';
  const table = tableOf(after.type);
  const found = propertyChanges({ before, after }, table?.maps ?? [], pair, fates);
  if (table === undefined) return found.some(({ property }) => property !== 'Tags') ? 'maybeReplaced' : 'kept';
  const outcomes = found.map((change) => outcomeOf(table.rows, change, GENERAL.valueUnknown));
  if (outcomes.some((outcome) => outcome?.replaces === true)) return 'replaced';
  const open = outcomes.some((outcome) => outcome === undefined || outcome === GENERAL.valueUnknown);
  return open ? 'maybeReplaced' : 'kept';
}

/** ElastiCache and nested stacks; keys and secrets only where one of these, or a secret of one, refers to them. */
function relevantIds(pair: Pair): Set<string> {
  const relevant = new Set<string>();
  for (const template of [pair.before, pair.after]) {
    const open = [...template.resources].filter(([, { type }]) => isJudged(type)).map(([id]) => id);
    for (const id of open) relevant.add(id);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const name of dependenciesOf(template.resources.get(id)?.properties).references) {
        const table = tableOf(template.resources.get(name)?.type ?? '');
        if (table?.onlyWhenReferenced !== true || relevant.has(name)) continue;
        relevant.add(name);
        open.push(name);
      }
    }
  }
  return relevant;
}

function changesOfResource(id: string, pair: Pair, fates: Fates): PlannedChange[] {
  const [before, after] = [pair.before.resources.get(id), pair.after.resources.get(id)];
  if (before === undefined) return after === undefined ? [] : [whole(id, after, 'create', created(after.type))];
  if (after === undefined) return [deletion(id, before)];
  if (before.type !== after.type) return [whole(id, after, 'replace', GENERAL.typeChanged)];
  const table = tableOf(after.type);
  const found = propertyChanges({ before, after }, table?.maps ?? [], pair, fates);
  const changes =
    table === undefined
      ? found.slice(0, 1).map(() => whole(id, after, 'update', untabled(after.type)))
      : found.map((change) => propertyChange({ id, before, after, table }, change));
  return [...changes, ...conditionChanges(id, { before, after }, pair), ...keepingChanges(id, { before, after })];
}

function created(type: string): Outcome {
  return type === NESTED_STACK ? GENERAL.nestedStack : GENERAL.created;
}

function untabled(type: string): Outcome {
  return type === NESTED_STACK ? GENERAL.nestedStack : GENERAL.tableMissing;
}

function deletion(id: string, resource: TemplateResource): PlannedChange {
  const table = tableOf(resource.type);
  const retained = retains(resource.deletionPolicy) ? table?.retained : undefined;
  if (retained !== undefined) return whole(id, resource, 'delete', retained);
  const outcome = table?.deleted ?? untabled(resource.type);
  const message = joined(outcome.message, keepingSentence('deletion', resource.deletionPolicy));
  return whole(id, resource, 'delete', { ...outcome, message });
}

function whole(id: string, { type }: TemplateResource, action: Action, outcome: Outcome): PlannedChange {
  const [before, after] = {
    create: [ABSENT, type],
    delete: [type, ABSENT],
    replace: [type, type],
    update: [type, type],
  }[action] as [string, string];
  return planned({ resource: id, type, action, property: '', before, after }, outcome);
}

interface Compared {
  readonly id: string;
  readonly before: TemplateResource;
  readonly after: TemplateResource;
  readonly table: ResourceTable;
}

function propertyChange({ id, before, after, table }: Compared, change: FoundChange): PlannedChange {
  const outcome: Outcome = outcomeOf(table.rows, change, GENERAL.valueUnknown) ?? GENERAL.propertyUnknown;
  const replaces = outcome.replaces === true;
  const name = table.nameProperty ?? '';
  const notes =
    replaces && table.holdsData
      ? [
          keepingSentence('replacement', after.updateReplacePolicy),
          sameNameSentence(table.nameProperty, before.properties[name], after.properties[name]),
        ]
      : [];
  const place = {
    resource: id,
    type: after.type,
    action: replaces ? 'replace' : 'update',
    property: change.property,
  } as const;
  const secret = table.secrets.includes(change.property) || isSecretName(change.property);
  const show = (value: unknown) => (change.property === 'Tags' ? shownTags(value) : shown(value, { secret }));
  return planned(
    { ...place, before: show(change.before), after: show(change.after) },
    { ...outcome, message: joined(change.because, outcome.message, ...notes) },
  );
}

type Versions = { readonly before: TemplateResource; readonly after: TemplateResource };

function conditionChanges(id: string, { before, after }: Versions, pair: Pair): PlannedChange[] {
  const definition = after.condition === '' ? undefined : changedDefinition({ Condition: after.condition }, pair);
  if (before.condition === after.condition && definition === undefined) return [];
  const place = { resource: id, type: after.type, action: 'update', property: 'Condition' } as const;
  const name = (condition: string) => (condition === '' ? ABSENT : condition);
  return [
    planned({ ...place, before: name(before.condition), after: name(after.condition) }, GENERAL.conditionUnknown),
  ];
}

function keepingChanges(id: string, { before, after }: Versions): PlannedChange[] {
  if (tableOf(after.type)?.holdsData !== true) return [];
  return (['deletionPolicy', 'updateReplacePolicy'] as const)
    .filter((policy) => before[policy] !== after[policy])
    .map((policy) => {
      const property = policy === 'deletionPolicy' ? 'DeletionPolicy' : 'UpdateReplacePolicy';
      const name = (value: string) => (value === '' ? ABSENT : value);
      const place = { resource: id, type: after.type, action: 'update', property } as const;
      const outcome = keepsData(after[policy]) ? GENERAL.keepingPolicyAdded : GENERAL.keepingPolicyRemoved;
      return planned({ ...place, before: name(before[policy]), after: name(after[policy]) }, outcome);
    });
}

function planned(
  place: Pick<PlannedChange, 'resource' | 'type' | 'action' | 'property' | 'before' | 'after'>,
  { effect, code, message, alternative, source }: Outcome,
): PlannedChange {
  return {
    ...place,
    effect,
    code,
    message,
    ...(alternative === undefined ? {} : { alternative }),
    source,
    acknowledgement: acknowledgementOf(place),
  };
}

function joined(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').join(' ');
}
