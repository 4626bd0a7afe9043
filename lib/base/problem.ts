/**
 * One thing that is wrong, as a sentence a person can act on: what is wrong, what was given, what is allowed,
 * what to do. The code is stable (scripts match on it); the wording may change.
 */
export interface Problem {
  /** Stable identifier in capitals, for example `REDIS_SERVER_TOO_OLD`. */
  readonly code: string;
  /** A whole sentence. */
  readonly message: string;
  /** Where in the input it is, as a dotted path (`topology.shardCount`), when the problem is in an input. */
  readonly path?: string;
}

/** Carries every problem of one input or one step at once, so that nobody has to try again for the next one. */
export class ProblemError extends Error {
  declare readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[] | Problem, options?: ErrorOptions) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(list.map(problemLine).join('\n'), options);
    this.name = 'ProblemError';
    // Not enumerable: Node prints what is, and the message has all of it already.
    Object.defineProperty(this, 'problems', { value: list, enumerable: false });
  }
}

/** `CODE path: message`, the form in which a problem is printed everywhere. */
export function problemLine(problem: Problem): string {
  const place = problem.path === undefined || problem.path === '' ? '' : ` ${problem.path}`;
  return `${problem.code}${place}: ${problem.message}`;
}

/** Throws one `ProblemError` with all of them when there is at least one. */
export function throwIfProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ProblemError(problems);
}
