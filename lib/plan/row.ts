/**
 * The tables' rows. A table says for each property what changing it does; the first row of a property whose condition holds
 * decides, so the last row of every property has none. A property without a row is `unknown`, never harmless.
 */
import { EFFECTS, type Effect } from './change.ts';
import type { JsonRecord } from './json.ts';

export interface Outcome {
  readonly effect: Effect;
  readonly code: string;
  readonly message: string;
  readonly alternative?: string;
  readonly source: string;
  /** The resource itself becomes another one, and what refers to it gets another value. */
  readonly replaces?: true;
}

export interface PropertyChange {
  readonly property: string;
  /** Undefined: absent. */
  readonly before: unknown;
  readonly after: unknown;
  /** False: they differ as they are written, and may be the same (or anything) when they are deployed. */
  readonly certain: boolean;
  /** Every property of the resource that changes, this one too, and whether it is certain; also through a parameter's default. */
  readonly changing: ReadonlyMap<string, boolean>;
  readonly beforeProperties: JsonRecord;
  readonly afterProperties: JsonRecord;
  /** CloudFormation's parameters; empty elsewhere. */
  readonly beforeParameters: JsonRecord;
  readonly afterParameters: JsonRecord;
  /** CloudFormation's attribute of the new template; empty elsewhere. */
  readonly updatePolicy: JsonRecord;
}

/** Lets each change know of the others of its resource. */
export function knowingOthers<Change extends Omit<PropertyChange, 'changing'>>(
  changes: readonly Change[],
): (Change & Pick<PropertyChange, 'changing'>)[] {
  const changing = new Map(changes.map(({ property, certain }) => [property, certain]));
  return changes.map((change) => ({ ...change, changing }));
}

export interface Row extends Outcome {
  /** A name, or `Name.*` for every entry of a map. */
  readonly property: string;
  readonly when?: (change: PropertyChange) => boolean;
  /** The condition does not look at the values, so it also decides when they are not known. */
  readonly ignoresValues?: true;
}

/** Undefined when the table has no row for the property. */
export function outcomeOf(rows: readonly Row[], change: PropertyChange, valueUnknown: Outcome): Outcome | undefined {
  const candidates = rowsOf(rows, change.property);
  if (candidates.length === 0) return undefined;
  if (change.certain) return candidates.find((row) => row.when === undefined || row.when(change));
  const decided = candidates.find((row) => row.ignoresValues === true && row.when?.(change) === true);
  if (decided !== undefined) return decided;
  // Whatever the value turns out to be, the effect is one of these.
  const rest = candidates.filter((row) => row.ignoresValues !== true);
  if (rest.some((row) => row.effect === 'data-loss' || row.effect === 'refused')) return valueUnknown;
  const worst = EFFECTS.toReversed().find((effect) => rest.some((row) => row.effect === effect));
  return rest.find((row) => row.effect === worst);
}

function rowsOf(rows: readonly Row[], property: string): Row[] {
  const exact = rows.filter((row) => row.property === property);
  if (exact.length > 0) return exact;
  const [map] = property.split('.', 1);
  return rows.filter((row) => row.property === `${map}.*` && property !== map);
}

export function inPlace(property: string, code: string, message: string, source: string): Row {
  return { property, effect: 'in-place', code, message, source };
}
