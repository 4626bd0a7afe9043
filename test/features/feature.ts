/** One feature that a deployment of Redis may want, and where this project has it. From these rows docs/features.md is made. */
export interface Feature {
  /** Stable; documents refer to it. */
  readonly number: number;
  readonly feature: string;
  readonly aws: Answer;
  readonly azure: Answer;
}

/** What a cloud has no such thing for is not applicable, and says why; what is not there yet says so. */
export type Answer = Yes | { readonly notApplicable: string } | { readonly missing: string };

export interface Yes {
  /** What to write or to run, in a few words. */
  readonly how: string;
  /** Tests that show it, `file › the beginning of the title`; at least one. */
  readonly shownBy: readonly [string, ...string[]];
}
