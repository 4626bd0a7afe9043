/**
 * Commands under way: from the moment the application gives them until they are settled. Knows of each whether it has
 * been written to a connection since the last answer, which is what decides between "not applied" and "may have been".
 */
import { type Command, type Redis, ReplyError } from 'ioredis';
import { NotAppliedError, OutcomeUnknownError } from './errors.ts';
import { redisInternals } from './internals.ts';
import type { RetryUnknown } from './options.ts';
import { isBlocking, mayRepeat } from './retry-policy.ts';

type Key = string | Buffer;

export interface Flight {
  readonly command: Command;
  /** -1 for a command without a key. */
  readonly slot: number;
  /** What ioredis writes the commands of one pipeline to. */
  readonly pipeline: object | undefined;
  readonly since: number;
  readonly deadline: number;
  /** Part of MULTI ... EXEC: sent again as a whole or not at all. */
  readonly transaction: boolean;
  readonly blocking: boolean;
  /** When it was last written; undefined when it has not been, or the server has answered that it did not apply it. */
  writtenAt: number | undefined;
  /** An earlier attempt was written and lost: whatever follows, the first copy may have been applied. */
  doubtful: boolean;
  /** How often it has been tried. */
  attempts: number;
  /** How often it was redirected. */
  redirections: number;
  /** Where it was last handed to. */
  connection: Redis | undefined;
  lastError: Error | undefined;
  settled: boolean;
  /** Ends it with the server's answer, an error, or one of this client's own sentences. */
  readonly reject: (error: Error) => void;
}

/** Where a command keeps its flight: a look-up table would cost more than the command itself. */
const FLIGHT = Symbol('flight');
type FollowedCommand = Command & { [FLIGHT]?: Flight };

export interface FlightsOptions {
  readonly retryForMs: number;
  readonly retryUnknown: RetryUnknown;
  readonly slotOf: (command: Command) => number;
  /** What is wrong with the login at the moment, as a sentence, for those that are given up. */
  readonly trouble?: () => string | undefined;
  /** A command came back unanswered or refused. */
  readonly returned: (flight: Flight, error: Error) => void;
  /** A command was answered. */
  readonly answered?: (flight: Flight) => void;
}

export class Flights {
  readonly #options: FlightsOptions;
  /** Those that are not settled, oldest first. */
  readonly #flights = new Set<Flight>();
  /** The first key of each pipeline, for those of its commands that have none (MULTI, EXEC). */
  readonly #keys = new WeakMap<object, Key>();
  /** The commands of one pipeline share a deadline, so that they are given up together. */
  readonly #deadlines = new WeakMap<object, number>();

  constructor(options: FlightsOptions) {
    this.#options = options;
  }

  /** What is known of a command, also after it has been given up. */
  of(command: Command): Flight | undefined {
    return (command as FollowedCommand)[FLIGHT];
  }

  /** The flight of a command that is not settled. */
  underWay(command: Command): Flight | undefined {
    const flight = this.of(command);
    return flight?.settled === true ? undefined : flight;
  }

  /** The first key of the command, or else of the pipeline it belongs to. */
  keyOf(flight: Flight): Key | undefined {
    return flight.command.getKeys()[0] ?? (flight.pipeline === undefined ? undefined : this.#keys.get(flight.pipeline));
  }

  get size(): number {
    return this.#flights.size;
  }

  /**
   * Follows a command from now on. A pipeline that is sent again gives its commands new promises, so they are followed anew.
   * @param ofTransaction of a transaction whose commands are given one by one, which ioredis does not mark
   */
  track(command: Command, stream?: object, ofTransaction = false): Flight {
    const { resolve, reject } = command;
    const now = performance.now();
    const name = command.name.toLowerCase();
    const flight: Flight = {
      command,
      slot: this.#options.slotOf(command),
      pipeline: stream,
      since: now,
      deadline: this.#deadline(stream, now),
      transaction: ofTransaction || command.inTransaction || (stream !== undefined && name === 'exec'),
      blocking: isBlocking(name, command.args),
      writtenAt: undefined,
      doubtful: false,
      attempts: 0,
      redirections: 0,
      connection: undefined,
      lastError: undefined,
      settled: false,
      reject: (error) => {
        if (this.#settle(flight)) reject.call(command, error);
      },
    };
    this.#flights.add(flight);
    (command as FollowedCommand)[FLIGHT] = flight;
    const key = command.getKeys()[0];
    if (stream !== undefined && key !== undefined && !this.#keys.has(stream)) this.#keys.set(stream, key);
    command.resolve = (answer) => {
      this.#options.answered?.(flight);
      if (this.#settle(flight)) resolve.call(command, answer);
    };
    command.reject = (error) => {
      if (!flight.settled) this.#options.returned(flight, error);
    };
    const { toWritable } = command;
    command.toWritable = (socket) => {
      flight.writtenAt = performance.now();
      return toWritable.call(command, socket);
    };
    return flight;
  }

  /** Gives up what has been under way for too long. Oldest first, so a look at the front is enough. */
  expire(now: number): void {
    for (const flight of this.#flights) {
      if (flight.deadline > now) return;
      if (flight.blocking && flight.writtenAt !== undefined) continue;
      this.#giveUp(flight);
    }
  }

  /** Ends everything, because the client is closed. */
  endAll(): void {
    for (const flight of this.#flights) this.end(flight, 'The client was closed.');
  }

  /** Ends a command with the one of the two sentences that is true of it. */
  end(flight: Flight, reason: string): void {
    const cause = flight.lastError === undefined ? {} : { cause: flight.lastError };
    const last = flight.lastError === undefined ? '' : ` Last error: ${flight.lastError.message}`;
    // The commands of a transaction have to fail with one text, or ioredis does not take it for one failure.
    const name = flight.transaction ? 'the transaction' : flight.command.name.toUpperCase();
    if (flight.writtenAt !== undefined || flight.doubtful)
      flight.reject(new OutcomeUnknownError(name, `was sent and not answered. ${reason}${last}`, cause));
    else flight.reject(new NotAppliedError(name, `${reason}${last}`, cause));
  }

  /** Whether a command whose connection was lost is to be sent again. */
  mayRepeat(flight: Flight): boolean {
    return (
      flight.writtenAt === undefined || mayRepeat(this.#options.retryUnknown, flight.command.name, flight.command.args)
    );
  }

  #deadline(stream: object | undefined, now: number): number {
    const deadline = now + this.#options.retryForMs;
    if (stream === undefined) return deadline;
    const shared = this.#deadlines.get(stream) ?? deadline;
    this.#deadlines.set(stream, shared);
    return shared;
  }

  #giveUp(flight: Flight): void {
    if (flight.writtenAt === undefined && flight.connection !== undefined) withdraw(flight.connection, flight.command);
    const waited = Math.round(performance.now() - flight.since).toLocaleString('en');
    const trouble = this.#options.trouble?.();
    const why = trouble === undefined ? '' : ` ${trouble}`;
    this.end(
      flight,
      `Gave up after ${waited} ms (retryForMs is ${this.#options.retryForMs.toLocaleString('en')}).${why}`,
    );
  }

  #settle(flight: Flight): boolean {
    if (flight.settled) return false;
    flight.settled = true;
    this.#flights.delete(flight);
    return true;
  }
}

/** Takes a command that has been given up out of the queue it waits in: a command that "was not applied" must not be sent later. */
function withdraw(connection: Redis, command: Command): void {
  const { offlineQueue } = redisInternals(connection);
  for (let index = 0; index < offlineQueue.length; index += 1) {
    if (offlineQueue.peekAt(index)?.command === command) {
      offlineQueue.remove(index, 1);
      return;
    }
  }
}

/** Whether the error is the server's answer to this very command (and not to the login of the connection it waited for). */
export function isReplyTo(command: Command, error: Error): boolean {
  if (!(error instanceof ReplyError)) return false;
  const answered = (error as Error & { command?: { name?: string } }).command;
  return answered?.name === undefined || answered.name === command.name;
}
