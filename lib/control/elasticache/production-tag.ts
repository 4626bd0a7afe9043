import type { Tag } from './description.ts';

const ENVIRONMENT_TAGS: readonly string[] = ['environment', 'env', 'stage'];

/** The tag that says that real users are served: a person has to name such a deployment before it is disturbed. */
export function productionTagOf(tags: readonly Tag[]): Tag | undefined {
  return tags.find(({ Key = '', Value = '' }) => ENVIRONMENT_TAGS.includes(Key.toLowerCase()) && /^prod/i.test(Value));
}
