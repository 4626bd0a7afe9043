/** What a published standard asks for, and what of ours answers it. From these rows docs/standards.md is made. */
export interface Standard<Deployed, Asked> {
  readonly name: string;
  /** Where its ids, titles and conditions were read; a control may have a place of its own. */
  readonly source: string;
  /** What is to be known of all of it. */
  readonly note?: string;
  readonly controls: readonly Control<Deployed, Asked>[];
}

export interface Control<Deployed, Asked> {
  /** As published. */
  readonly id: string;
  /** As published; absent where the id is all there is. */
  readonly title?: string;
  readonly source?: string;
  /** The requirements of other standards to which the publisher maps it. */
  readonly requirements?: string;
  readonly answer: Answer<Deployed, Asked>;
}

export type Answer<Deployed, Asked> =
  | Evaluated<Deployed, Asked>
  | { readonly notApplicable: string }
  /** What somebody has to do that no deployment can show. */
  | { readonly yours: string };

/** The condition itself is evaluated on what the shipped deployments make. */
export interface Evaluated<Deployed, Asked> {
  /** By which construct or component and option. */
  readonly met: string;
  /** What has to be asked for; without it the condition does not hold. Default: nothing, it holds as shipped. */
  readonly asked?: Asked;
  /** What the published rule gets wrong or does not see. The condition is then our own in its place. */
  readonly blind?: string;
  /** The rule of cdk-nag that is suppressed for it; the reason is in the section of the suppressed rules. */
  readonly suppressed?: string;
  readonly condition: Condition<Deployed>;
}

export interface Condition<Deployed> {
  readonly holds: (deployed: Deployed) => boolean;
  /** Each way in which a deployment breaks it, in words; changes the copy that it is given. */
  readonly brokenBy: Readonly<Record<string, (copy: Deployed) => void>>;
}

export interface EvaluatedControl<Deployed, Asked> extends Evaluated<Deployed, Asked> {
  readonly id: string;
}

export function evaluatedIn<Deployed, Asked>(
  standards: readonly Standard<Deployed, Asked>[],
): EvaluatedControl<Deployed, Asked>[] {
  return standards.flatMap(({ controls }) =>
    controls.flatMap(({ id, answer }) => ('condition' in answer ? [{ id, ...answer }] : [])),
  );
}

/** Every way to break a control, as a row for a test. */
export function breaksOf<Deployed, Asked>(controls: readonly EvaluatedControl<Deployed, Asked>[]) {
  return controls.flatMap(({ id, asked, condition }) =>
    Object.entries(condition.brokenBy).map(([broken, change]) => ({ id, broken, asked, change, condition })),
  );
}
