const ENVIRONMENT_TAGS: readonly string[] = ['environment', 'env', 'stage'];

/** The tag that says that real users are served, as `name=value`: a person has to name such a deployment before it is disturbed. */
export function productionTagOf(tags: readonly (readonly [name: string, value: string])[]): string | undefined {
  return tags.find(([name, value]) => ENVIRONMENT_TAGS.includes(name.toLowerCase()) && /^prod/i.test(value))?.join('=');
}
