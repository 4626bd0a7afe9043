/** CDK's optional properties are absent or have a value, never `undefined`: keeps those that have one. */
export type Given<Props> = { [Key in keyof Props]?: Exclude<Props[Key], undefined> };

export function given<Props extends object>(props: Props): Given<Props> {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as Given<Props>;
}
