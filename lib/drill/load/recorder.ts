/**
 * Keeps what became of each operation while the load runs. Typed arrays, because at 10,000 operations a second one object
 * each would make the garbage collector part of what is measured.
 */
import { hundredths } from '../clock.ts';
import type { Outcome } from '../history.ts';
import type { OperationColumns } from './columns.ts';
import { intendedMsOf, type LoadPlan, scheduleOf } from './plan.ts';

const FIRST_CAPACITY = 65_536;
/** More different errors than this are one: a table that grows with every message would be a leak. */
const MAXIMUM_ERRORS = 200;
const OTHER_ERRORS = 'OtherError: more kinds of errors than are told apart';

const OUTCOME_CODES = ['unanswered', 'ok', 'fail', 'unknown'] as const;
const OUTCOME_LETTERS = '-ofu';

export class OperationRecorder {
  readonly #plan: LoadPlan;
  readonly #errors = new Map<string, number>();
  #sentMs = new Float64Array(FIRST_CAPACITY);
  #settledMs = new Float64Array(FIRST_CAPACITY);
  #outcomes = new Uint8Array(FIRST_CAPACITY);
  #errorIndexes = new Uint8Array(FIRST_CAPACITY);
  #sent = 0;
  #open = 0;
  #closed = false;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
  }

  /** Operations that have been sent and have not settled. */
  get open(): number {
    return this.#open;
  }

  /** Sequence numbers must come without gaps. */
  sent(sequence: number, atMs: number): void {
    if (sequence >= this.#sentMs.length) this.#grow();
    this.#sentMs[sequence] = atMs;
    this.#sent = sequence + 1;
    this.#open += 1;
  }

  settled(sequence: number, atMs: number, outcome: Exclude<Outcome, 'unanswered'>, error?: string): void {
    // The drill has stopped waiting: what comes now is unanswered, whatever it says.
    if (this.#closed) return;
    this.#open -= 1;
    this.#settledMs[sequence] = atMs;
    this.#outcomes[sequence] = OUTCOME_CODES.indexOf(outcome);
    if (error !== undefined) this.#errorIndexes[sequence] = this.#errorIndexOf(error) + 1;
  }

  close(): void {
    this.#closed = true;
  }

  errors(): string[] {
    return [...this.#errors.keys()];
  }

  columns(): OperationColumns {
    const schedule = scheduleOf(this.#plan);
    const rows = Array.from({ length: this.#sent }, (_, sequence) => sequence);
    const planned = rows.map(schedule);
    return {
      sequences: rows,
      kinds: planned.map(({ kind }) => (kind === 'set' ? 's' : 'i')).join(''),
      shards: planned.map(({ shardIndex }) => shardIndex),
      intendedMs: rows.map((sequence) => hundredths(intendedMsOf(this.#plan, sequence))),
      sentMs: rows.map((row) => hundredths(this.#sentMs[row] as number)),
      settledMs: rows.map((row) => (this.#outcomes[row] === 0 ? null : hundredths(this.#settledMs[row] as number))),
      outcomes: rows.map((row) => OUTCOME_LETTERS[this.#outcomes[row] as number]).join(''),
      errors: rows.flatMap((row): [number, number][] => {
        const index = this.#errorIndexes[row] as number;
        return index === 0 ? [] : [[row, index - 1]];
      }),
    };
  }

  #errorIndexOf(error: string): number {
    const known = this.#errors.get(error);
    if (known !== undefined) return known;
    if (this.#errors.size >= MAXIMUM_ERRORS && error !== OTHER_ERRORS) return this.#errorIndexOf(OTHER_ERRORS);
    this.#errors.set(error, this.#errors.size);
    return this.#errors.size - 1;
  }

  #grow(): void {
    const capacity = this.#sentMs.length * 2;
    this.#sentMs = enlarged(this.#sentMs, new Float64Array(capacity));
    this.#settledMs = enlarged(this.#settledMs, new Float64Array(capacity));
    this.#outcomes = enlarged(this.#outcomes, new Uint8Array(capacity));
    this.#errorIndexes = enlarged(this.#errorIndexes, new Uint8Array(capacity));
  }
}

function enlarged<Column extends { set(values: Column): void }>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
