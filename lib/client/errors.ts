/** The two ways in which a command of this project's client fails for want of a server, besides the server's own errors. */
import { ProblemError } from '../base/problem.ts';
import { withoutRuntimeAdvice } from '../base/runtime-advice.ts';

/**
 * The command was handed to a connection that was then lost, or was not answered in time. The server may have applied
 * it or not, and sending it again could apply it twice, so the decision is the application's.
 */
export class OutcomeUnknownError extends ProblemError {
  readonly code = 'CLIENT_OUTCOME_UNKNOWN';

  constructor(commandName: string, what: string, options?: ErrorOptions) {
    super(
      {
        code: 'CLIENT_OUTCOME_UNKNOWN',
        message: `${sentenceStart(commandName)} ${what} It may have been applied or not: read the value before you send it again, or declare retryUnknown: 'always' where applying it twice does no harm.`,
      },
      options,
    );
    this.name = 'OutcomeUnknownError';
  }
}

/** The command was surely not applied: no server took it before the time for trying again was over. */
export class NotAppliedError extends ProblemError {
  readonly code = 'CLIENT_NOT_APPLIED';

  constructor(commandName: string, what: string, options?: ErrorOptions) {
    super({ code: 'CLIENT_NOT_APPLIED', message: `${sentenceStart(commandName)} was not applied: ${what}` }, options);
    this.name = 'NotAppliedError';
  }
}

/** Message of anything that was thrown, for the end of a sentence. */
export function messageOf(error: unknown): string {
  const message = withoutRuntimeAdvice(error instanceof Error ? error.message : String(error));
  const name = error instanceof Error ? error.constructor.name : 'error';
  return message === '' ? name : message;
}

function sentenceStart(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
