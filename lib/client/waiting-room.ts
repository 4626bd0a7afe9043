/** Commands that cannot be sent right now, woken when their time has come or something has changed. In order, per slot. */
import type { Flight } from './flight.ts';

/**
 * Pauses longer than this end on a beat of it, so that commands of many slots are looked at together. A look costs as much
 * as commands wait, and in a long outage these are tens of thousands.
 */
const BEAT_MS = 10;

export class WaitingRoom {
  readonly #due = new Map<Flight, number>();
  readonly #perSlot = new Map<number, number>();
  readonly #send: (flight: Flight) => void;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(send: (flight: Flight) => void) {
    this.#send = send;
  }

  get size(): number {
    return this.#due.size;
  }

  /** Whether commands for this slot wait already, so that a new one has to stand behind them. */
  hasLine(slot: number): boolean {
    return slot >= 0 && (this.#perSlot.get(slot) ?? 0) > 0;
  }

  /** @param pauseMs 0: as soon as the current turn of the event loop is over. */
  add(flight: Flight, pauseMs: number): void {
    const standsBehind = !this.#due.has(flight) && this.hasLine(flight.slot);
    if (!this.#due.has(flight)) this.#perSlot.set(flight.slot, (this.#perSlot.get(flight.slot) ?? 0) + 1);
    const at = performance.now() + pauseMs;
    this.#due.set(flight, at);
    // Nothing behind another can be sent before it, so only the first of a line is worth a look.
    if (!standsBehind) this.#schedule(pauseMs > BEAT_MS ? nextBeat(at) : at);
  }

  /** Sends everything that waits, due or not, because something has changed. */
  wakeAll(): void {
    this.#wake(Number.POSITIVE_INFINITY);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#due.clear();
    this.#perSlot.clear();
  }

  #schedule(at: number): void {
    if (at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#wake(performance.now()), Math.max(0, at - performance.now()));
  }

  #wake(now: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = Number.POSITIVE_INFINITY;
    const heldUp = new Set<number>();
    const ready: Flight[] = [];
    for (const [flight, due] of this.#due) {
      if (flight.settled) this.#remove(flight);
      else if (due > now || heldUp.has(flight.slot)) {
        if (flight.slot >= 0) heldUp.add(flight.slot);
      } else {
        this.#remove(flight);
        ready.push(flight);
      }
    }
    for (const flight of ready) this.#send(flight);
    this.#scheduleFirstOfLines();
  }

  #scheduleFirstOfLines(): void {
    const seen = new Set<number>();
    let earliest = Number.POSITIVE_INFINITY;
    for (const [{ slot }, due] of this.#due) {
      if (slot >= 0 && seen.has(slot)) continue;
      seen.add(slot);
      earliest = Math.min(earliest, due);
    }
    if (earliest === Number.POSITIVE_INFINITY) return;
    const now = performance.now();
    this.#schedule(earliest <= now ? now + 1 : nextBeat(earliest));
  }

  #remove(flight: Flight): void {
    this.#due.delete(flight);
    const left = (this.#perSlot.get(flight.slot) ?? 1) - 1;
    if (left > 0) this.#perSlot.set(flight.slot, left);
    else this.#perSlot.delete(flight.slot);
  }
}

function nextBeat(at: number): number {
  return Math.ceil(at / BEAT_MS) * BEAT_MS;
}
