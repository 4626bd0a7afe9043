/** The candidate that a mistyped word most probably meant, or undefined when none is near (at most a third of it differs). */
export function closestTo(word: string, candidates: readonly string[]): string | undefined {
  const given = word.slice(0, MAX_COMPARED_LENGTH).toLowerCase();
  const allowedDistance = Math.max(1, Math.floor(given.length / 3));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(given, candidate.toLowerCase());
    if (distance <= allowedDistance && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

const MAX_COMPARED_LENGTH = 80;

/** Levenshtein: insertions, deletions and substitutions that turn one word into the other. */
export function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
