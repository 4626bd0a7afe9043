/** The parts of the page that are words and tables. */
import type { DrillHistory } from '../../drill/history.ts';
import type { ClientResult, Report, ReportedDrill } from '../report.ts';
import {
  clientNote,
  countsText,
  countText,
  downMeaning,
  durationText,
  longestOutageMs,
  promotionText,
  suffering,
  VERDICT_WORD,
} from '../words.ts';
import { tickText } from './axis.ts';
import { type Content, html, type Markup } from './markup.ts';
import { ENDINGS, type Ending, type Series } from './series.ts';
import { ENDING_WORDS, pinnedEvents } from './timeline.ts';

const VERDICT_SIGN = { pass: '✔', fail: '✘', unknown: '?' } as const;

export function badge(verdict: Report['verdict']): Markup {
  return html`<span class="badge ${verdict}">${VERDICT_SIGN[verdict]} ${VERDICT_WORD[verdict]}</span>`;
}

export function pageHeader(report: Report): Markup {
  const facts: [string, string][] = [
    ['platform', report.clusteringPolicy === null ? report.platform : `${report.platform}, ${report.clusteringPolicy}`],
    ['started', report.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')],
    ['server', report.server.version ?? 'unknown'],
    ['deployment digest', report.deploymentDigest],
    ['seed', String(report.seed)],
    ['redoubt', report.redoubtVersion],
  ];
  return html`<header><h1>${badge(report.verdict)} ${report.deployment}</h1>
<p class="soft">${countsText(report.counts).join('. ')}.</p>
<dl class="identity">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></header>`;
}

export function clientCards(drill: ReportedDrill): Markup {
  return html`<ul class="cards">${drill.clients.map((client) => {
    const felt = suffering(client, drill);
    return html`<li class="card${client.judged ? ' judged' : ''}"><h3>${client.name} <span class="soft small">${clientNote(client)}</span></h3>
<p class="felt ${felt.tone}">${felt.text}</p><p class="soft small">${client.description}</p></li>`;
  })}</ul>${[downMeaning(drill), promotionText(drill)].filter((note) => note !== undefined).map((note) => html`<p class="small soft">${note}.</p>`)}`;
}

interface FigureColumn {
  readonly title: string;
  readonly text: (client: ClientResult) => string;
}

function optional(value: number | null, text: (value: number) => string): string {
  return value === null ? '–' : text(value);
}

const FIGURES: readonly FigureColumn[] = [
  { title: 'writes', text: (client) => countText(client.operations.attempted) },
  { title: 'ok', text: (client) => countText(client.operations.ok) },
  { title: 'failed', text: (client) => countText(client.operations.fail) },
  { title: 'unknown', text: (client) => countText(client.operations.unknown) },
  { title: 'unanswered', text: (client) => countText(client.operations.unanswered) },
  { title: 'lost', text: (client) => optional(client.lostAcknowledgedWrites, countText) },
  { title: 'twice', text: (client) => optional(client.writesAppliedTwice, countText) },
  { title: 'stale dials', text: (client) => countText(client.staleDialsAfterRecovery) },
  { title: 'median', text: (client) => optional(client.latencyMs.p50, durationText) },
  { title: 'p99', text: (client) => optional(client.latencyMs.p99, durationText) },
  { title: 'p99.9', text: (client) => optional(client.latencyMs.p999, durationText) },
  { title: 'slowest', text: (client) => optional(client.latencyMs.max, durationText) },
  { title: 'longest outage', text: (client) => optional(longestOutageMs(client), durationText) },
];

export function figuresTable(drill: ReportedDrill): Markup {
  return html`<h3>Figures</h3>
<p class="small soft">Lost: acknowledged, then gone. Twice: applied twice. Stale dials: of addresses that are gone, after recovery. Times count from the moment a write was meant to be sent.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Figures of every client"><table class="figures">
<thead><tr><th scope="col">client</th>${FIGURES.map((figure) => html`<th scope="col">${figure.title}</th>`)}</tr></thead>
<tbody>${drill.clients.map((client) => html`<tr><th scope="row">${client.name}</th>${FIGURES.map((figure) => html`<td>${figure.text(client)}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** All that was found about the clients that decide; of those shown for comparison only what did not pass. */
export function findingsList(drill: ReportedDrill): Content {
  return drill.clients.flatMap((client) => {
    const findings = client.findings.filter((finding) => client.judged || finding.verdict !== 'pass');
    if (findings.length === 0) return [];
    const rows = findings.map(
      (finding) =>
        html`<li><strong class="${finding.verdict}">${VERDICT_SIGN[finding.verdict]} ${VERDICT_WORD[finding.verdict]}</strong> ${finding.message} <code class="soft small">${finding.code}</code></li>`,
    );
    return [
      html`<h3>Findings: ${client.name} <span class="soft small">${clientNote(client)}</span></h3><ul>${rows}</ul>`,
    ];
  });
}

export function proofList(drill: ReportedDrill): Markup {
  const { proof } = drill;
  const claims: [boolean, string, string][] = [
    [proof.healthyBefore, 'healthy before', 'not seen healthy before'],
    [proof.faultHappened, 'the fault happened', 'no fault was seen to happen'],
    [proof.loadRan, 'the load ran as asked for', 'the load did not run as asked for'],
    [proof.healthyAfter, 'healthy afterwards', 'not seen healthy afterwards'],
  ];
  return html`<h3>Why one may believe it</h3><ul>${claims.map(([holds, yes, no]) => html`<li>${holds ? `${VERDICT_SIGN.pass} ${yes}` : `${VERDICT_SIGN.unknown} ${no}`}</li>`)}${proof.evidence.map((line) => html`<li class="soft">${line}</li>`)}</ul>`;
}

export function errorList(drill: ReportedDrill): Content {
  const rows = drill.clients.flatMap((client) =>
    client.errors.map(({ error, count }) => html`<li>${client.name}: ${countText(count)} × ${error}</li>`),
  );
  return rows.length === 0 ? [] : html`<h3>Errors the clients saw</h3><ul>${rows}</ul>`;
}

/** Numbered as on the timelines; notes stand between them without a number. */
export function eventList(history: DrillHistory): Content {
  if (history.events.length === 0) return [];
  const pinned = pinnedEvents(history);
  const rows = history.events
    .toSorted((left, right) => left.atMs - right.atMs)
    .map((event) => {
      const number = pinned.indexOf(event) + 1;
      return html`<tr><td>${number === 0 ? '' : number}</td><td>${(event.atMs / 1_000).toFixed(2)} s</td><td>${event.kind}</td><td>${event.text}</td></tr>`;
    });
  return html`<h3>Events on the timelines</h3><div class="scroll"><table class="events small"><thead><tr><th scope="col">no.</th><th scope="col">at</th><th scope="col">kind</th><th scope="col">what</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

export function legend(): Markup {
  const swatch = (ending: Ending) =>
    html`<svg width="14" height="14" aria-hidden="true"><rect class="is-${ending}" width="14" height="14"/></svg>`;
  return html`<ul class="legend">${ENDINGS.map((ending) => html`<li>${swatch(ending)}${ENDING_WORDS[ending]}</li>`)}<li>▼ fault, ▲ promotion, numbered as in the list of events</li></ul>
<p class="small soft">Writes stand where they were meant to be sent. Second graph: the slowest answer (bar) and the median (line), on a logarithmic scale. A shard's lane is thin while all is well.</p>`;
}

/** The same as the picture, for who cannot see it or wants the figures. */
export function secondsTable(series: Series, client: string): Markup {
  const seconds = bySecond(series);
  return html`<details><summary>${client} as a table, second by second</summary><div class="scroll"><table class="figures"><thead><tr><th scope="col">second</th>${ENDINGS.map((ending) => html`<th scope="col">${ending}</th>`)}<th scope="col">slowest</th></tr></thead>
<tbody>${seconds.map((row) => html`<tr><th scope="row">${tickText(row.fromMs)}</th>${ENDINGS.map((ending) => html`<td>${countText(row.counts[ending])}</td>`)}<td>${optional(row.slowestMs, durationText)}</td></tr>`)}</tbody></table></div></details>`;
}

function bySecond(series: Series): { fromMs: number; counts: Record<Ending, number>; slowestMs: number | null }[] {
  const perRow = Math.max(1, Math.round(1_000 / series.bucketMs));
  const rows = Array.from({ length: Math.ceil(series.buckets.length / perRow) }, (_, index) =>
    series.buckets.slice(index * perRow, (index + 1) * perRow),
  );
  return rows.map((buckets) => ({
    fromMs: buckets[0]?.fromMs ?? 0,
    counts: Object.fromEntries(
      ENDINGS.map((ending) => [ending, buckets.reduce((sum, bucket) => sum + bucket.counts[ending], 0)]),
    ) as Record<Ending, number>,
    slowestMs: buckets.reduce<number | null>(
      (slowest, bucket) => (bucket.slowestMs === null ? slowest : Math.max(slowest ?? 0, bucket.slowestMs)),
      null,
    ),
  }));
}

export function checksTable(report: Report): Content {
  if (report.checks.length === 0) return [];
  const rows = report.checks.map(
    (check) =>
      html`<tr><td><strong class="${check.verdict}">${VERDICT_SIGN[check.verdict]} ${VERDICT_WORD[check.verdict]}</strong></td><th scope="row">${check.name}</th><td>${check.message}${check.verdict === 'pass' ? '' : html` <code class="soft small">${check.code}</code>`}</td></tr>`,
  );
  return html`<h2>Checks</h2><table class="checks"><thead><tr><th scope="col">verdict</th><th scope="col">check</th><th scope="col">what was found</th></tr></thead><tbody>${rows}</tbody></table>`;
}
