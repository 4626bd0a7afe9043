/** Which properties of one resource differ between two templates, also by what they refer to. */
import { entryOf, type JsonRecord, recordOf, sameJson } from '../json.ts';
import { knowingOthers, type PropertyChange } from '../row.ts';
import type { TemplateResource } from './template.ts';
import { changedDefinition, dependenciesOf, isWrittenOut, normalised, type Pair, surelyDiffer } from './values.ts';

/** What is known of the other resources so far. */
export interface Fates {
  /** They become other resources: what refers to them gets another value. */
  readonly replaced: ReadonlySet<string>;
  readonly maybeReplaced: ReadonlySet<string>;
}

export interface FoundChange extends PropertyChange {
  /** Why it changes although it is written the same; empty when it is written differently. */
  readonly because: string;
}

type Difference = Omit<FoundChange, 'changing'>;

interface Versions {
  readonly before: TemplateResource;
  readonly after: TemplateResource;
}

export function propertyChanges(versions: Versions, maps: readonly string[], pair: Pair, fates: Fates): FoundChange[] {
  const meant = { before: meaning(versions.before), after: meaning(versions.after) };
  const { before, after } = meant;
  const names = new Set([...Object.keys(before.properties), ...Object.keys(after.properties)]);
  const found = [...names].flatMap((name) => {
    const values = { before: entryOf(before.properties, name), after: entryOf(after.properties, name) };
    const each = (property: string, one: unknown, other: unknown) =>
      difference({ property, before: one, after: other }, meant, pair, fates);
    if (!maps.includes(name) || !hasKeys(values.before) || !hasKeys(values.after)) {
      return each(name, values.before, values.after);
    }
    const keys = new Set([...Object.keys(values.before ?? {}), ...Object.keys(values.after ?? {})]);
    return [...keys].flatMap((key) => each(`${name}.${key}`, entryOf(values.before, key), entryOf(values.after, key)));
  });
  return knowingOthers(found);
}

/** A property that is `AWS::NoValue` is not there, also for the rows that look at another one. */
function meaning(resource: TemplateResource): TemplateResource {
  return { ...resource, properties: recordOf(normalised(resource.properties)) };
}

/** A map whose keys can be read, or that is absent. */
function hasKeys(value: unknown): value is JsonRecord | undefined {
  return value === undefined || isWrittenOut(value);
}

function difference(
  change: Pick<PropertyChange, 'property' | 'before' | 'after'>,
  { before, after }: Versions,
  pair: Pair,
  fates: Fates,
): Difference[] {
  const found = (certain: boolean, because: string): Difference[] => [
    {
      ...change,
      certain,
      because,
      beforeProperties: before.properties,
      afterProperties: after.properties,
      beforeParameters: pair.before.parameters,
      afterParameters: pair.after.parameters,
      updatePolicy: after.updatePolicy,
    },
  ];
  if (!sameJson(change.before, change.after)) return found(surelyDiffer(change.before, change.after, pair), '');
  const references = [...dependenciesOf(change.after).references];
  const replaced = references.find((name) => fates.replaced.has(name));
  if (replaced !== undefined) return found(true, `It follows from ${replaced}, which is replaced.`);
  const definition = changedDefinition(change.after, pair);
  if (definition !== undefined) return found(false, `It depends on the ${definition}, which changes.`);
  const perhaps = references.find((name) => fates.maybeReplaced.has(name));
  return perhaps === undefined ? [] : found(false, `It depends on ${perhaps}, which changes and may be replaced.`);
}
