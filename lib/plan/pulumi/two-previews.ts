/**
 * What changes from the stack that an earlier preview was going to deploy to the one that a later preview is going to
 * deploy. A resource that a preview does not list is left alone by it, so its state there is its old one.
 */
import { sameJson } from '../json.ts';
import type { PreviewState, PreviewStep } from './preview.ts';

export function stepsBetween(earlier: readonly PreviewStep[], later: readonly PreviewStep[]): PreviewStep[] {
  const [from, to] = [byUrn(earlier), byUrn(later)];
  const urns = [...new Set([...from.keys(), ...to.keys()])];
  return urns.flatMap((urn) => {
    const [one, other] = [from.get(urn), to.get(urn)];
    const step = other ?? one;
    // Planned before and not listed now: deployed since then, or never; nothing is lost either way.
    if (step === undefined || (other === undefined && one?.before === undefined)) return [];
    const before = one === undefined ? other?.before : planned(one);
    const after = other === undefined ? one?.before : planned(other);
    const operation = operationOf(before, after);
    if (operation === 'same') return [];
    const replaced = operation === 'update' && other !== undefined && isReplacement(other);
    return [
      replaced ? { ...other, before, after } : { ...step, operation, before, after, differing: [], replacing: [] },
    ];
  });
}

function isReplacement({ operation }: PreviewStep): boolean {
  return operation === 'replace' || operation.endsWith('-replacement');
}

function byUrn(steps: readonly PreviewStep[]): Map<string, PreviewStep> {
  // Of the steps of a replacement, the one that deletes says nothing about what is there afterwards.
  return new Map(steps.filter(({ operation }) => operation !== 'delete-replaced').map((step) => [step.urn, step]));
}

/** What is there once the preview is carried out. */
function planned({ operation, before, after }: PreviewStep): PreviewState | undefined {
  return operation === 'delete' ? undefined : (after ?? before);
}

function operationOf(before: PreviewState | undefined, after: PreviewState | undefined): string {
  if (before === undefined) return after === undefined ? 'same' : 'create';
  if (after === undefined) return 'delete';
  return sameJson(before.inputs, after.inputs) ? 'same' : 'update';
}
