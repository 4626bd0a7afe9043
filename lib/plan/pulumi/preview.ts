/**
 * What `pulumi preview --json` prints (pkg/display/json.go of pulumi/pulumi): one document, a step for each resource that is
 * not left alone; with --show-sames and --show-replacement-steps a few more.
 */
import type { Problem } from '../../base/problem.ts';
import { currentResourceType, GENERIC_RESOURCE_TYPE } from '../../topology/azure-generic-resource.ts';
import { entryOf, isRecord, type JsonRecord, lower, recordOf, unwalkable } from '../json.ts';

export interface PreviewState {
  readonly inputs: JsonRecord;
  readonly outputs: JsonRecord;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** False for a component, which is nothing in the cloud. */
  readonly custom: boolean;
}

export interface PreviewStep {
  readonly operation: string;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly before: PreviewState | undefined;
  readonly after: PreviewState | undefined;
  /** Top-level properties that differ, in the provider's opinion; also what the service only reports. */
  readonly differing: readonly string[];
  /** Top-level properties that make it a replacement. */
  readonly replacing: readonly string[];
}

export interface Preview {
  readonly steps: readonly PreviewStep[];
  readonly problems: readonly Problem[];
}

/** Never throws; what cannot be read is a problem and the rest is read all the same. */
export function readPreview(document: unknown, name: string): Preview {
  const tooMuch = unwalkable(document, name);
  if (tooMuch !== undefined) return { steps: [], problems: [tooMuch] };
  const steps = entryOf(document, 'steps');
  if (!isRecord(document) || (steps !== undefined && !Array.isArray(steps)) || !isDigest(document)) {
    const message = `${name} is not a preview: it has no steps and no changeSummary. Give what \`pulumi preview --json\` prints, whole and alone.`;
    return { steps: [], problems: [{ code: 'PREVIEW_UNREADABLE', message }] };
  }
  const read = (steps ?? []).map(stepOf);
  return {
    steps: read.filter((step) => step !== undefined),
    problems: [...brokenSteps(read, name), ...unfinished(document, name), ...missingSteps(document, read, name)],
  };
}

function isDigest(document: JsonRecord): boolean {
  return Object.hasOwn(document, 'steps') || Object.hasOwn(document, 'changeSummary');
}

function stepOf(value: unknown): PreviewStep | undefined {
  const [operation, urn] = [entryOf(value, 'op'), entryOf(value, 'urn')];
  if (typeof operation !== 'string' || typeof urn !== 'string') return undefined;
  const identity = identityOf(urn);
  if (identity === undefined) return undefined;
  const detailed = Object.entries(recordOf(entryOf(value, 'detailedDiff')));
  const kindOf = (entry: unknown) => lower(entryOf(entry, 'kind') ?? entryOf(entry, 'diffKind'));
  const nameOf = isGeneric(identity.type) ? settingOf : topOf;
  const replacing = detailed.filter(([, entry]) => kindOf(entry).endsWith('-replace')).map(([path]) => nameOf(path));
  const reasons = namesOf(entryOf(value, 'replaceReasons'));
  return {
    operation,
    urn,
    ...identity,
    before: stateOf(entryOf(value, 'oldState')),
    after: stateOf(entryOf(value, 'newState')),
    differing: unique([
      ...detailed.map(([path]) => nameOf(path)),
      ...namesOf(entryOf(value, 'diffReasons')),
      ...reasons,
    ]),
    replacing: unique([...replacing, ...reasons]),
  };
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`; a name may hold `::` itself. */
function identityOf(urn: string): { type: string; name: string } | undefined {
  const [, types, name] = /^urn:pulumi:[^:]*(?::(?!:)[^:]*)*::.*?::(.*?)::(.*)$/s.exec(urn) ?? [];
  return types === undefined || name === undefined ? undefined : { type: types.split('$').at(-1) ?? '', name };
}

function stateOf(value: unknown): PreviewState | undefined {
  if (!isRecord(value)) return undefined;
  return {
    inputs: recordOf(entryOf(value, 'inputs')),
    outputs: recordOf(entryOf(value, 'outputs')),
    protect: entryOf(value, 'protect') === true,
    retainOnDelete: entryOf(value, 'retainOnDelete') === true,
    custom: entryOf(value, 'custom') !== false,
  };
}

/** `geoReplication.linkedDatabases[0].id` to `geoReplication`, `["a.b"].c` to `a.b`. */
function topOf(path: string): string {
  const [, quoted] = /^\["((?:[^"\\]|\\.)*)"\]/.exec(path) ?? [];
  return quoted ?? path.split(/[.[]/, 1)[0] ?? path;
}

/** A resource of any API version: its settings are below one property. */
export function isGeneric(type: string): boolean {
  return currentResourceType(type) === GENERIC_RESOURCE_TYPE;
}

function settingOf(path: string): string {
  return topOf(path.startsWith('properties.') ? path.slice('properties.'.length) : path);
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').map(topOf) : [];
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function brokenSteps(steps: readonly (PreviewStep | undefined)[], name: string): Problem[] {
  const broken = steps.filter((step) => step === undefined).length;
  if (broken === 0) return [];
  const message = `${name}: ${broken} of ${steps.length} steps have no operation or no URN, so they were not judged. Give what \`pulumi preview --json\` printed, unchanged.`;
  return [{ code: 'PREVIEW_STEP_BROKEN', path: 'steps', message }];
}

/** The summary comes last; errors end a preview before its last step. */
function unfinished(document: JsonRecord, name: string): Problem[] {
  const diagnostics = entryOf(document, 'diagnostics');
  const errors = Array.isArray(diagnostics) ? diagnostics.filter((one) => entryOf(one, 'severity') === 'error') : [];
  const problem = (message: string): Problem => ({ code: 'PREVIEW_UNFINISHED', message });
  return [
    ...(errors.length === 0
      ? []
      : [
          problem(
            `${name} reports ${errors.length} errors, so it may have ended early. Correct them and preview again.`,
          ),
        ]),
    ...(isRecord(entryOf(document, 'changeSummary'))
      ? []
      : [problem(`${name} has no changeSummary, so it did not come to its end. Preview again.`)]),
    ...(entryOf(document, 'maybeCorrupt') === true
      ? [problem(`${name} says that it may be corrupt. Refresh the stack (pulumi refresh) and preview again.`)]
      : []),
  ];
}

const COUNTED = ['create', 'update', 'delete', 'replace'];

/** A step that is counted and not listed was filtered out, and could be the one that matters. */
function missingSteps(document: JsonRecord, steps: readonly (PreviewStep | undefined)[], name: string): Problem[] {
  return COUNTED.flatMap((operation) => {
    const counted = entryOf(entryOf(document, 'changeSummary'), operation);
    const listed = steps.filter((step) => step?.operation === operation).length;
    if (typeof counted !== 'number' || counted <= listed) return [];
    const message = `${name} counts ${counted} × ${operation} and lists ${listed}; the others could not be judged. Give the whole preview.`;
    return [{ code: 'PREVIEW_STEPS_MISSING', path: 'steps', message }];
  });
}
