import type { CheckResult } from '../verify/check.ts';

/** What `verify` says of a check that saw nothing, because the endpoint was not reached. */
const NOT_OBSERVED = 'NOT_OBSERVED';

/** For a person to read: what was not seen for one and the same reason is one entry, last: its cause is to be read, and is not buried under it. */
export function sayingOnce(checks: readonly CheckResult[]): readonly CheckResult[] {
  const unseen = checks.filter(({ code }) => code === NOT_OBSERVED);
  const [first] = unseen;
  if (first === undefined || unseen.length === 1) return checks;
  const names = unseen.map(({ name }) => name).join(', ');
  const message = `could not be judged, because the endpoint was not reached (see reachability): ${names}.`;
  const together = { ...first, name: `${unseen.length} more checks`, message };
  return [...checks.filter((check) => !unseen.includes(check)), together];
}
