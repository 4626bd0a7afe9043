/**
 * A cache that is registered for a newer API version is a generic resource: its settings are one property. Here it becomes the
 * typed one that it is, so that the same rows judge it.
 */
import { typedInputs } from '../../topology/azure-generic-resource.ts';
import { entryOf, type JsonRecord, recordOf, sameJson } from '../json.ts';
import { isGeneric, type Preview, type PreviewState, type PreviewStep } from './preview.ts';

export function asTyped(preview: Preview): Preview {
  return { ...preview, steps: preview.steps.map(typedStep) };
}

function typedStep(step: PreviewStep): PreviewStep {
  const kind = typedInputs((step.after ?? step.before)?.inputs ?? {})?.kind;
  if (kind === undefined || !isGeneric(step.type)) return step;
  const before = typedState(step.before);
  const after = typedState(step.after);
  const settings = differingSettings(step);
  const named = (names: readonly string[]) => {
    const precise = names.filter((name) => name !== 'properties' && !IDENTIFIERS.has(name));
    return precise.length === 0 && names.includes('properties') ? settings : precise;
  };
  return {
    ...step,
    type: `azure-native:redisenterprise:${kind}`,
    before,
    after,
    differing: named(step.differing),
    replacing: named(step.replacing),
  };
}

/** What they name stands in inputs of the typed resource, where it is compared. */
const IDENTIFIERS = new Set(['resourceProviderNamespace', 'parentResourcePath', 'resourceType', 'resourceName']);

/** A typed state under a generic step (the program has changed its API version) stays as it is. */
function typedState(state: PreviewState | undefined): PreviewState | undefined {
  const typed = state && typedInputs(state.inputs);
  if (state === undefined || typed === undefined) return state;
  return { ...state, inputs: typed.inputs, outputs: { ...state.outputs, ...recordOf(state.outputs.properties) } };
}

/** The preview says of settings only that `properties` differs; which ones, the two states show. */
function differingSettings({ before, after }: PreviewStep): string[] {
  const [was, wanted] = [before, after].map((state): JsonRecord => recordOf(entryOf(state?.inputs, 'properties')));
  const keys = [...new Set([...Object.keys(was ?? {}), ...Object.keys(wanted ?? {})])];
  return keys.filter((key) => !sameJson(entryOf(was, key), entryOf(wanted, key)));
}
