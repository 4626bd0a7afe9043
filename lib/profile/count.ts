/** A count that verify compares with: one number, or every number of a range in which the service changes it by itself. */
import { z } from 'zod';

/** Both ends belong to it. */
const range = z.strictObject({ min: z.int().positive(), max: z.int().positive() });

/** @param least the smallest number on its own; a range always begins at 1 or above */
export function countSchema(least: 0 | 1) {
  return z
    .union([z.int().min(least), range])
    .describe(`a whole number from ${least}, or with automatic scaling a range of two from 1 (min, max)`);
}

export type CountRange = z.infer<typeof range>;
export type Count = number | CountRange;

export function leastOf(count: Count): number {
  return typeof count === 'number' ? count : count.min;
}

export function mostOf(count: Count): number {
  return typeof count === 'number' ? count : count.max;
}

export function isWithin(found: number, count: Count): boolean {
  return found >= leastOf(count) && found <= mostOf(count);
}

/** `3`, or `3 to 8`. */
export function countText(count: Count): string {
  const [least, most] = [leastOf(count), mostOf(count)];
  return least === most ? String(least) : `${least} to ${most}`;
}
