/** `Fn::ForEach` stands for resources that are not written out: it is fine while nothing about it changes. */
import type { Problem } from '../../base/problem.ts';
import { sameJson } from '../json.ts';
import type { Fates } from './property-changes.ts';
import { changedDefinition, dependenciesOf, type Pair } from './values.ts';

export function loopProblems(pair: Pair, fates: Fates): Problem[] {
  const { before, after } = pair;
  if (Object.keys({ ...before.loops, ...after.loops }).length === 0) return [];
  const why = changeOf(pair, fates);
  if (why === undefined) return [];
  const message = `Fn::ForEach stands for resources that are not written out, and ${why}. Give the processed templates: aws cloudformation get-template --template-stage Processed.`;
  return [{ code: 'TEMPLATE_LOOP', path: 'Resources', message }];
}

function changeOf(pair: Pair, { replaced, maybeReplaced }: Fates): string | undefined {
  const { before, after } = pair;
  if (!sameJson(before.loops, after.loops)) return 'it changes';
  if (!sameJson(before.transform ?? [], after.transform ?? [])) return 'the Transform that writes them out changes';
  const definition = changedDefinition(after.loops, pair);
  if (definition !== undefined) return `it depends on the ${definition}, which changes`;
  const references = [...dependenciesOf(after.loops).references];
  const other = references.find((name) => replaced.has(name) || maybeReplaced.has(name));
  return other === undefined ? undefined : `it depends on ${other}, which changes and may be replaced`;
}
