/**
 * The picture of one client over time, as SVG by hand: events on top, then what became of the writes, how long the
 * slowest answer took, and a lane for each shard, over one axis. Positions across are percentages and heights are pixels,
 * so that it fits a phone as well as a sheet of paper and the patterns stay undistorted.
 */
import type { ClientHistory, DrillHistory, TimelineEvent } from '../../drill/history.ts';
import { durationText } from '../words.ts';
import { type Pin, percent, pinsOf, tickText, timeTicks } from './axis.ts';
import { type Content, html, type Markup } from './markup.ts';
import { type Bucket, ENDINGS, type Ending, LATE_MS, type Series, seriesOf } from './series.ts';

const PINS_HEIGHT = 34;
const WRITES_HEIGHT = 72;
const LATENCY_HEIGHT = 60;
const LANE_HEIGHT = 13;
const GAP = 10;
const AXIS_HEIGHT = 24;

export const ENDING_WORDS: Record<Ending, string> = {
  ok: `answered within ${LATE_MS} ms`,
  late: 'answered later',
  unknown: 'unknown: perhaps applied',
  fail: 'failed: not applied',
  unanswered: 'never answered',
};

/** What one drill's pictures have in common. */
export interface TimelineFrame {
  readonly history: DrillHistory;
  readonly pins: readonly Pin[];
  readonly durationMs: number;
  /** Top of the latency scale: a power of ten. */
  readonly slowestScaleMs: number;
  readonly clients: readonly { readonly client: ClientHistory; readonly series: Series }[];
}

export function timelineFrame(history: DrillHistory): TimelineFrame {
  const clients = history.clients.map((client) => ({ client, series: seriesOf(client, history) }));
  const slowestMs = Math.max(
    100,
    ...clients.flatMap(({ series }) => series.buckets.map((bucket) => bucket.slowestMs ?? 0)),
  );
  const durationMs = Math.max(1, history.loadEndedMs + history.drainMs);
  return {
    history,
    durationMs,
    pins: pinsOf(
      history.events.toSorted((left, right) => left.atMs - right.atMs),
      durationMs,
    ),
    slowestScaleMs: 10 ** Math.ceil(Math.log10(slowestMs)),
    clients,
  };
}

/** In the order of time; notes are in the list of events only. */
export function pinnedEvents(history: DrillHistory): TimelineEvent[] {
  return history.events.filter((event) => event.kind !== 'note').toSorted((left, right) => left.atMs - right.atMs);
}

/** `id` must be unique in the document: the title and description are referred to by it. */
export function timeline(
  frame: TimelineFrame,
  { client, series }: TimelineFrame['clients'][number],
  id: string,
): Markup {
  const writesTop = PINS_HEIGHT;
  const latencyTop = writesTop + WRITES_HEIGHT + GAP;
  const lanesTop = latencyTop + LATENCY_HEIGHT + GAP;
  const lanesHeight = frame.history.shardCount * LANE_HEIGHT;
  const axisTop = lanesTop + lanesHeight + 2;
  return html`<svg class="timeline" width="100%" height="${axisTop + AXIS_HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${client.name}: what became of its writes over time</title>
<desc id="${id}-desc">${describe(frame, series)}</desc>
${grid(frame, writesTop, axisTop)}
${writes(series, writesTop)}
${latency(frame, series, latencyTop)}
${lanes(frame, series, lanesTop)}
${axis(frame, axisTop)}
${pins(frame.pins, frame.durationMs, axisTop)}
${hoverTitles(series, writesTop, axisTop)}
</svg>`;
}

function describe(frame: TimelineFrame, series: Series): string {
  const spans = ENDINGS.filter((ending) => ending !== 'ok').flatMap((ending) => {
    const hit = series.buckets.filter((bucket) => bucket.counts[ending] > 0);
    const [first, last] = [hit[0], hit.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [`${ENDING_WORDS[ending]}: from ${tickText(first.fromMs)} to ${tickText(last.fromMs + series.bucketMs)}`];
  });
  const faults = `${frame.history.faults.length} faults between ${tickText(frame.history.warmUpMs)} and the end`;
  return `${tickText(frame.durationMs)} of load, ${faults}. ${spans.length === 0 ? 'Every write was answered in time.' : `${spans.join('; ')}.`} The table below the picture has the figures.`;
}

function grid(frame: TimelineFrame, top: number, bottom: number): Content {
  return timeTicks(frame.durationMs).map((atMs) => vertical('grid', percent(atMs, frame.durationMs), top, bottom));
}

function vertical(className: string, at: number, top: number, bottom: number): Markup {
  return html`<line class="${className}" x1="${at}%" x2="${at}%" y1="${top}" y2="${bottom}"/>`;
}

function label(y: number, text: string, className = 'label'): Markup {
  return html`<text class="${className}" x="-8" y="${y}" text-anchor="end">${text}</text>`;
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly y: number;
  readonly height: number;
  readonly className: string;
}

/** Neighbours that look the same become one rectangle: a calm minute is one shape, not six hundred. */
function rectangles(runs: readonly Run[], bucketCount: number): Content {
  const merged: Run[] = [];
  for (const run of runs) {
    const last = merged.at(-1);
    const joins =
      last?.to === run.from && last.y === run.y && last.height === run.height && last.className === run.className;
    if (joins && last !== undefined) merged[merged.length - 1] = { ...last, to: run.to };
    else merged.push(run);
  }
  const across = (index: number) => Math.round((index / bucketCount) * 10_000) / 100;
  return merged.map(
    (run) =>
      html`<rect class="${run.className}" x="${across(run.from)}%" width="${Math.round((across(run.to) - across(run.from)) * 100) / 100}%" y="${run.y}" height="${run.height}"/>`,
  );
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function total(bucket: Bucket): number {
  return ENDINGS.reduce((sum, ending) => sum + bucket.counts[ending], 0);
}

function writes(series: Series, top: number): Content {
  const most = Math.max(1, ...series.buckets.map(total));
  const layers = ENDINGS.map((ending, layer) =>
    rectangles(
      series.buckets.flatMap((bucket, index) => {
        const count = bucket.counts[ending];
        if (count === 0) return [];
        const below = ENDINGS.slice(0, layer).reduce((sum, other) => sum + bucket.counts[other], 0);
        const height = tenth((count / most) * WRITES_HEIGHT);
        const y = tenth(top + WRITES_HEIGHT - (below / most) * WRITES_HEIGHT - height);
        return [{ from: index, to: index + 1, y, height, className: `is-${ending}` }];
      }),
      series.buckets.length,
    ),
  );
  return [label(top + 14, 'writes'), label(top + 28, `per ${tickText(series.bucketMs)}`), ...layers];
}

function latency(frame: TimelineFrame, series: Series, top: number): Content {
  const bottom = top + LATENCY_HEIGHT;
  const decades = Math.log10(frame.slowestScaleMs);
  const heightOf = (ms: number) => tenth(Math.max(1, (Math.log10(Math.max(1, ms)) / decades) * LATENCY_HEIGHT));
  const lines = Array.from({ length: decades + 1 }, (_, power) => 10 ** power).filter(
    (_, power) => (decades - power) % 2 === 0,
  );
  const bars = series.buckets.flatMap((bucket, index): Run[] => {
    if (bucket.slowestMs === null) return [];
    const height = heightOf(bucket.slowestMs);
    const className = bucket.slowestMs >= LATE_MS ? 'slowest is-late' : 'slowest';
    return [{ from: index, to: index + 1, y: tenth(bottom - height), height, className }];
  });
  const medians = series.buckets.flatMap((bucket, index): Run[] => {
    if (bucket.medianMs === null) return [];
    return [
      { from: index, to: index + 1, y: tenth(bottom - heightOf(bucket.medianMs)), height: 1.5, className: 'median' },
    ];
  });
  const silent = series.buckets.flatMap((bucket, index): Run[] =>
    total(bucket) > 0 && bucket.slowestMs === null
      ? [{ from: index, to: index + 1, y: top, height: LATENCY_HEIGHT, className: 'no-answer' }]
      : [],
  );
  return [
    ...lines.map(
      (ms) => html`<line class="grid" x1="0" x2="100%" y1="${bottom - heightOf(ms)}" y2="${bottom - heightOf(ms)}"/>`,
    ),
    ...lines.map((ms) => label(bottom - heightOf(ms) + 4, shortDuration(ms))),
    rectangles(silent, series.buckets.length),
    rectangles(bars, series.buckets.length),
    rectangles(medians, series.buckets.length),
  ];
}

function shortDuration(ms: number): string {
  return ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`;
}

/** Shape as well as colour: a thin line while all is well, a full bar when not. */
function lanes(frame: TimelineFrame, series: Series, top: number): Content {
  return Array.from({ length: frame.history.shardCount }, (_, shardIndex) => {
    const y = top + shardIndex * LANE_HEIGHT;
    const runs = series.buckets.flatMap((bucket, index): Run[] => {
      const ending = bucket.perShard[shardIndex] ?? null;
      if (ending === null) return [];
      const well = ending === 'ok';
      return [
        { from: index, to: index + 1, y: well ? y + 4 : y + 1, height: well ? 4 : 10, className: `is-${ending}` },
      ];
    });
    return [label(y + 10, `shard ${shardIndex + 1}`), rectangles(runs, series.buckets.length)];
  });
}

function axis(frame: TimelineFrame, top: number): Content {
  const ticks = timeTicks(frame.durationMs);
  return ticks.map((atMs, index) => {
    const at = percent(atMs, frame.durationMs);
    const anchor = at > 97 ? 'end' : index === 0 ? 'start' : 'middle';
    return html`<text class="${index % 2 === 0 ? 'label' : 'label minor'}" x="${at}%" y="${top + 16}" text-anchor="${anchor}">${tickText(atMs)}</text>`;
  });
}

const PIN_SIGN: Record<Pin['kind'], string> = { fault: '▼', promotion: '▲', heal: '', phase: '', note: '' };

function pinSigns(pin: Pin): string {
  return [...new Set(pin.events.map((event) => PIN_SIGN[event.kind]))].join('');
}

/** Neighbouring pins stand on two levels, so that their numbers do not touch. */
function pins(all: readonly Pin[], durationMs: number, bottom: number): Content {
  return all.map((pin, index) => {
    const at = percent(pin.atMs, durationMs);
    const anchor = at < 3 ? 'start' : at > 97 ? 'end' : 'middle';
    const y = index % 2 === 0 ? 12 : 27;
    const title = pin.events.map((event) => `${durationText(event.atMs)}: ${event.text}`).join('\n');
    return html`<g class="pin pin-${pin.kind}"><title>${title}</title>${vertical('pin-line', at, y + 3, bottom)}<text x="${at}%" y="${y}" text-anchor="${anchor}">${pinSigns(pin)}${pin.label}</text></g>`;
  });
}

/** What a pointer that rests on the picture is told. */
function hoverTitles(series: Series, top: number, bottom: number): Content {
  return series.buckets
    .map((bucket, index) => ({ bucket, index }))
    .filter(({ bucket }) => total(bucket) > 0)
    .map(({ bucket, index }) => {
      const endings = ENDINGS.filter((ending) => bucket.counts[ending] > 0).map(
        (ending) => `${bucket.counts[ending]} ${ENDING_WORDS[ending]}`,
      );
      const slowest = bucket.slowestMs === null ? [] : [`slowest answer ${durationText(bucket.slowestMs)}`];
      const across = (position: number) => Math.round((position / series.buckets.length) * 10_000) / 100;
      return html`<rect class="hover" x="${across(index)}%" width="${across(1)}%" y="${top}" height="${bottom - top}"><title>${[tickText(bucket.fromMs), ...endings, ...slowest].join('\n')}</title></rect>`;
    });
}
