/** A construct that was moved or renamed has a new logical id: to CloudFormation, one cache goes and another comes. */
import type { PlannedChange } from '../change.ts';
import { sameJson } from '../json.ts';
import { keepingSentence, retains, sameNameSentence } from './policies.ts';
import { GENERAL, tableOf } from './tables.ts';
import type { TemplateResource } from './template.ts';
import type { Pair } from './values.ts';

/** Says at a deletion which new resource of the same type looks like the one that goes. */
export function withRenames(changes: readonly PlannedChange[], pair: Pair): PlannedChange[] {
  const created = new Set(changes.filter(({ action }) => action === 'create').map(({ resource }) => resource));
  return changes.map((change) => {
    const gone = pair.before.resources.get(change.resource);
    if (change.action !== 'delete' || gone === undefined || tableOf(gone.type)?.holdsData !== true) return change;
    const heir = likest(gone, [...created], pair);
    if (heir === undefined) return retains(gone.deletionPolicy) ? besideAnother(change, [...created], pair) : change;
    created.delete(heir);
    const { effect, code, alternative, source, message } = retains(gone.deletionPolicy)
      ? GENERAL.renamedBesideRetained
      : GENERAL.renamed;
    const nameProperty = tableOf(gone.type)?.nameProperty ?? '';
    const name = (resource: TemplateResource | undefined) => resource?.properties[nameProperty];
    const notes = [
      keepingSentence('deletion', gone.deletionPolicy),
      sameNameSentence(nameProperty, name(gone), name(pair.after.resources.get(heir))),
    ];
    return {
      ...change,
      effect,
      code,
      source,
      message: [`${heir} of the same type takes its place. ${message}`, ...notes.filter((note) => note !== '')].join(
        ' ',
      ),
      alternative: alternative.replace('OLD_ID', change.resource),
    };
  });
}

/** A retained cache keeps its data from the clients also where what they are led to is a cache of another type. */
function besideAnother(change: PlannedChange, created: readonly string[], pair: Pair): PlannedChange {
  const other = created.find((id) => tableOf(pair.after.resources.get(id)?.type ?? '')?.holdsData === true);
  if (other === undefined) return change;
  const { message, ...outcome } = GENERAL.anotherBesideRetained;
  return { ...change, ...outcome, message: `${other}, a cache of another type, comes in the same update. ${message}` };
}

function likest(gone: TemplateResource, candidates: readonly string[], pair: Pair): string | undefined {
  const alike = candidates
    .map((id) => ({ id, resource: pair.after.resources.get(id) }))
    .filter(({ resource }) => resource?.type === gone.type)
    .map(({ id, resource }) => ({ id, likeness: likeness(gone, resource) }));
  return alike.toSorted((one, other) => other.likeness - one.likeness)[0]?.id;
}

function likeness(one: TemplateResource, other: TemplateResource | undefined): number {
  return Object.entries(one.properties).filter(([name, value]) => sameJson(value, other?.properties[name])).length;
}
