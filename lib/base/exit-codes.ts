import type { Verdict } from './verdict.ts';

/** How every command ends. Documented in the README; scripts rely on the numbers. */
export const EXIT = {
  pass: 0,
  fail: 1,
  unknown: 2,
  usage: 64,
  internal: 70,
  interrupted: 130,
} as const;

export function exitCodeOf(verdict: Verdict): number {
  return EXIT[verdict];
}
