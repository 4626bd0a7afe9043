/** The time axis that every picture of a drill shares. Pure. */
import type { TimelineEvent } from '../../drill/history.ts';

/** Ticks at a round distance, about ten of them, from 0 to the end. */
export function timeTicks(durationMs: number): number[] {
  const steps = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 3_600_000];
  const step = steps.find((candidate) => durationMs / candidate <= 12) ?? durationMs / 10;
  return Array.from({ length: Math.floor(durationMs / step) + 1 }, (_, index) => index * step);
}

/** `8 s`, `2.5 s`, `3 min`. */
export function tickText(atMs: number): string {
  if (atMs >= 120_000) return `${Math.round(atMs / 6_000) / 10} min`;
  return `${Math.round(atMs / 100) / 10} s`;
}

/** Share of the width, in percent with two digits. */
export function percent(atMs: number, durationMs: number): number {
  return Math.round((Math.min(Math.max(atMs, 0), durationMs) / durationMs) * 10_000) / 100;
}

export interface Pin {
  readonly atMs: number;
  readonly kind: TimelineEvent['kind'];
  /** `3` or `3-5`: the events of the list that stand here. */
  readonly label: string;
  readonly events: readonly TimelineEvent[];
}

const LOUDEST_FIRST: readonly TimelineEvent['kind'][] = ['fault', 'promotion', 'heal', 'phase', 'note'];

/** Events that would stand on top of one another become one pin. The list must be in the order of time. */
export function pinsOf(events: readonly TimelineEvent[], durationMs: number): Pin[] {
  const nearMs = durationMs * 0.028;
  const groups: { first: number; events: TimelineEvent[] }[] = [];
  events.forEach((event, index) => {
    const last = groups.at(-1);
    if (last !== undefined && event.atMs - (last.events[0]?.atMs ?? 0) < nearMs) last.events.push(event);
    else groups.push({ first: index + 1, events: [event] });
  });
  return groups.map(({ first, events: members }) => {
    const last = first + members.length - 1;
    return {
      atMs: members[0]?.atMs ?? 0,
      kind: LOUDEST_FIRST.find((kind) => members.some((event) => event.kind === kind)) ?? 'note',
      label: first === last ? String(first) : `${first}-${last}`,
      events: members,
    };
  });
}
