/** Which properties of one resource differ: what the preview says, and what its two states show. Neither alone is enough. */
import { entryOf, isRecord, type JsonRecord, sameJson } from '../json.ts';
import { knowingOthers, type PropertyChange } from '../row.ts';
import type { PreviewState, PreviewStep } from './preview.ts';
import type { ResourceTable } from './tables.ts';

export type PulumiChange = PropertyChange;

/** What the service reports and nobody asks for. */
const REPORTED = new Set([
  'id',
  'azureApiVersion',
  'hostName',
  'kind',
  'name',
  'privateEndpointConnections',
  'provisioningState',
  'redisVersion',
  'redundancyMode',
  'resourceState',
  'systemData',
  'type',
]);

/** Bookkeeping of the engine in the inputs. */
const INTERNAL = /^__/;

export function foundChanges(step: PreviewStep, table: ResourceTable): PulumiChange[] {
  const { before, after } = step;
  const written = [...keysOf(before?.inputs), ...keysOf(after?.inputs)];
  const names = [...new Set([...step.differing.filter((name) => !isReported(name, step)), ...written])];
  const found = names
    .filter((name) => !INTERNAL.test(name))
    .flatMap((name) => {
      const claimed = step.differing.includes(name);
      const values = valuesOf(name, before, after);
      if (!claimed && sameJson(values.before, values.after)) return [];
      return fieldsOf(name, values, table).map((field) => ({
        ...field,
        // What the preview calls different and shows as equal is a secret, or something it does not show.
        certain: !sameJson(field.before, field.after) && !holdsUnknown(field.before) && !holdsUnknown(field.after),
        beforeProperties: { ...before?.outputs, ...before?.inputs },
        afterProperties: after?.inputs ?? {},
        beforeParameters: {},
        afterParameters: {},
        updatePolicy: {},
      }));
    });
  return knowingOthers(found);
}

/** A reported property that no input names: its value is a consequence and not a wish. */
function isReported(name: string, { before, after }: PreviewStep): boolean {
  const isInput = Object.hasOwn(before?.inputs ?? {}, name) || Object.hasOwn(after?.inputs ?? {}, name);
  return REPORTED.has(name) && !isInput;
}

interface Values {
  readonly before: unknown;
  readonly after: unknown;
}

/** After a refresh the inputs are equal, and the outputs say what somebody changed by hand. */
function valuesOf(name: string, before: PreviewState | undefined, after: PreviewState | undefined): Values {
  const [was, reported, wanted] = [
    entryOf(before?.inputs, name),
    entryOf(before?.outputs, name),
    entryOf(after?.inputs, name),
  ];
  return { before: was === undefined || sameJson(was, wanted) ? (reported ?? was) : was, after: wanted };
}

function fieldsOf(name: string, { before, after }: Values, { objects }: ResourceTable) {
  const split = objects.includes(name) && isRecord(before) && isRecord(after);
  if (!split) return [{ property: name, before, after }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const fields = keys.map((key) => ({
    property: `${name}.${key}`,
    before: entryOf(before, key),
    after: entryOf(after, key),
  }));
  const differing = fields.filter((field) => !sameJson(field.before, field.after));
  return differing.length > 0 ? differing : [{ property: name, before, after }];
}

/** The engine's marks for what is known only when it is deployed (sdk/go/common/resource/plugin/rpc.go), and for secrets. */
const UNKNOWNS = new Set([
  '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7',
  '3eeb2bf0-c639-47a8-9e75-3b44932eb421',
  '04da6b54-80e4-46f7-96ec-b56ff0331ba9',
  '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
  '030794c1-ac77-496b-92df-f27374a8bd58',
  'e48ece36-62e2-4504-bad9-02848725956a',
  'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
]);
const MASKED = '[secret]';

function holdsUnknown(value: unknown): boolean {
  if (typeof value === 'string') return UNKNOWNS.has(value) || value === MASKED;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsUnknown);
}

function keysOf(record: JsonRecord | undefined): string[] {
  return Object.keys(record ?? {});
}
