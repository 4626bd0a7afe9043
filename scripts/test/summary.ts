/** What a test run comes to. Written by the reporter, read by scripts/test.ts. */
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** The last line of `npm test` and of `.ci/run`; its form is relied on. */
export function countsLine({ passed, failed, skipped }: TestSummary): string {
  return `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
}

/** A skipped test is a claim that was not checked: each one is named, with the reason. */
export function skippedLines({ skipped }: TestSummary): string[] {
  return skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`);
}
