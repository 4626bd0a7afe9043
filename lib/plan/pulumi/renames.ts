/** A resource that was renamed or moved in the program has a new URN: to Pulumi, one goes and another comes. */
import type { PlannedChange } from '../change.ts';
import { sameJson } from '../json.ts';
import type { PreviewStep } from './preview.ts';
import { GENERAL, tableOf } from './tables.ts';

/** Says at a deletion which new resource of the same type looks like the one that goes. */
export function withRenames(changes: readonly PlannedChange[], steps: readonly PreviewStep[]): PlannedChange[] {
  const created = new Set(steps.filter(({ operation }) => operation === 'create'));
  return changes.map((change) => {
    if (change.action !== 'delete' || tableOf(change.type)?.holdsData !== true) return change;
    const gone = steps.find(
      (step) => step.operation === 'delete' && step.name === change.resource && step.type === change.type,
    );
    const heir = gone === undefined ? undefined : likest(gone, [...created]);
    if (heir === undefined) return change;
    created.delete(heir);
    const { code, message, alternative, source } = GENERAL.renamed;
    return {
      ...change,
      code,
      source,
      message: `${heir.name} of the same type takes its place. ${message}`,
      alternative: alternative.replace('OLD_NAME', change.resource),
    };
  });
}

function likest(gone: PreviewStep, candidates: readonly PreviewStep[]): PreviewStep | undefined {
  return candidates
    .filter(({ type }) => type === gone.type)
    .map((step) => ({ step, likeness: likeness(gone, step) }))
    .toSorted((one, other) => other.likeness - one.likeness)[0]?.step;
}

function likeness({ before }: PreviewStep, { after }: PreviewStep): number {
  return Object.entries(before?.inputs ?? {}).filter(([name, value]) => sameJson(value, after?.inputs[name])).length;
}
