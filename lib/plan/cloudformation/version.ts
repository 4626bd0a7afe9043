/** True when both are versions (`7.2`, `7.1`) and the second is the earlier one. */
export function isDowngrade(before: unknown, after: unknown): boolean {
  const [from, to] = [numbersOf(before), numbersOf(after)];
  if (from === undefined || to === undefined) return false;
  const differing = to.findIndex((number, index) => number !== (from[index] ?? number));
  return differing >= 0 && (to[differing] ?? 0) < (from[differing] ?? 0);
}

function numbersOf(value: unknown): number[] | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return /^\d+(\.\d+)*(\.x)?$/.test(text)
    ? text
        .split('.')
        .filter((part) => part !== 'x')
        .map(Number)
    : undefined;
}
