/** What CloudFormation shows when a verification fails: short, and the most important first. */
import { ProblemError, problemLine } from '../../../base/problem.ts';
import type { CheckResult } from '../../../verify/check.ts';
import { counted } from '../../../verify/judging.ts';
import { ChecksNotPassed } from './settle.ts';

/**
 * CloudFormation takes 4,096 bytes of answer, of which ids and the place of the log need some
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html). Counted as JSON, in which a
 * line break or a quotation mark is longer.
 */
export const REASON_MAX_BYTES = 3_000;

export function failureText(error: unknown): string {
  if (error instanceof ChecksNotPassed) return checksText(error);
  if (error instanceof ProblemError)
    return fitted('The deployment could not be verified.', error.problems.map(problemLine));
  return fitted('The verification itself failed; this is a mistake in redoubt, please report it.', [String(error)]);
}

function checksText({ deployment, checks, attempts }: ChecksNotPassed): string {
  const failed = checks.filter(({ verdict }) => verdict === 'fail');
  const unknown = checks.filter(({ verdict }) => verdict === 'unknown');
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  const head = `${deployment} is not what was asked for: ${counted(failed.length, 'check')} failed, ${unknown.length} unknown; verified ${times}.`;
  return fitted(head, [...failed, ...unknown].map(sentenceOf));
}

/** What follows from a failed check is `unknown`; it stands behind the failures, and is what is left out first. */
function sentenceOf({ name, code, message }: CheckResult): string {
  return `${name} ${problemLine({ code, message })}`;
}

function fitted(head: string, sentences: readonly string[]): string {
  const lines = [head];
  for (const [index, sentence] of sentences.entries()) {
    const rest = `and ${sentences.length - index} more: see the function's log`;
    if (bytesOf([...lines, sentence, rest]) > REASON_MAX_BYTES) {
      // A single endless sentence is cut rather than left out.
      if (lines.length === 1) lines.push(`${sentence.slice(0, REASON_MAX_BYTES / 3)}…`);
      const left = sentences.length - (lines.length - 1);
      return left === 0 ? lines.join('\n') : [...lines, `and ${left} more: see the function's log`].join('\n');
    }
    lines.push(sentence);
  }
  return lines.join('\n');
}

function bytesOf(lines: readonly string[]): number {
  return Buffer.byteLength(JSON.stringify(lines.join('\n')));
}
