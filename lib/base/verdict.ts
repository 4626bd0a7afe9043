/** `unknown` means "could not be judged": it never counts as a pass. */
export const VERDICTS = ['pass', 'fail', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

const BADNESS: Record<Verdict, number> = { pass: 0, unknown: 1, fail: 2 };

/** The worst one wins (fail > unknown > pass). Nothing to judge is `unknown`, never `pass`. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0) return 'unknown';
  return verdicts.reduce((worst, verdict) => (BADNESS[verdict] > BADNESS[worst] ? verdict : worst));
}
