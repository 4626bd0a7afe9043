/**
 * The report for a terminal: who suffered what, in a table that is read in ten seconds; then the findings as sentences,
 * the verdict, where the whole report is, and the counts last. At most 80 columns of plain ASCII unless the terminal can
 * do more.
 */
import type { Verdict } from '../base/verdict.ts';
import type { CheckResult } from '../verify/check.ts';
import type { ClientResult, Report, ReportedDrill } from './report.ts';
import { clipped, type Palette, paletteOf, safeText, type TerminalStyle, wrap } from './terminal.ts';
import {
  countText,
  downMeaning,
  drillTitle,
  judgedText,
  operationsText,
  promotionText,
  type Suffering,
  suffering,
  VERDICT_WORD,
} from './words.ts';

/** Files that were written for this report, for the last lines. */
export interface Written {
  readonly what: string;
  readonly path: string;
}

interface Page {
  readonly style: TerminalStyle;
  readonly palette: Palette;
}

/** One run, whole. */
export function textReport(report: Report, style: TerminalStyle, written: readonly Written[] = []): string {
  const page = { style, palette: paletteOf(style) };
  return joined([
    checksSection(report, page),
    drillsSection([report], page),
    findingsSection([report], page, { peers: true }),
    [verdictLine(report, page), ...writtenLines(written, page), ...operationsLines(report, page)],
  ]);
}

/** Several runs in one table: what a rehearsal of several deployments ends in. */
export function textSummary(
  runs: readonly { readonly report: Report; readonly written: readonly Written[] }[],
  style: TerminalStyle,
): string {
  const page = { style, palette: paletteOf(style) };
  const reports = runs.map((run) => run.report);
  return joined([
    runs.flatMap(({ report }) => checkProblems(report, page)),
    drillsSection(reports, page),
    findingsSection(reports, page, { peers: false }),
    [
      ...runs.map(({ report }) => verdictLine(report, page, report.deployment)),
      ...runs.flatMap(({ written }) => writtenLines(written, page)),
      ...runs.flatMap(({ report }) => operationsLines(report, page, report.deployment)),
    ],
  ]);
}

function joined(sections: readonly (readonly string[])[]): string {
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

const CHECK_NAME_COLUMNS = 30;

function checksSection(report: Report, page: Page): string[] {
  return report.checks.flatMap((check) => checkLines(check, page));
}

function checkProblems(report: Report, page: Page): string[] {
  const problems = report.checks.filter((check) => check.verdict !== 'pass');
  return problems.length === 0
    ? []
    : [`${safeText(report.deployment, page.style)}:`, ...problems.flatMap((check) => checkLines(check, page))];
}

/** A pass is one line, cut where it must be (report.json has it whole); anything else is said in full. */
function checkLines(check: CheckResult, page: Page): string[] {
  const head = `${mark(check.verdict, page)} ${safeText(check.name, page.style).padEnd(CHECK_NAME_COLUMNS)}`;
  const room = page.style.columns - CHECK_NAME_COLUMNS - 3;
  const message = safeText(check.message, page.style);
  if (check.verdict === 'pass') return [`${head} ${clipped(message, room)}`];
  const [first = '', ...rest] = wrap(`${safeText(check.code, page.style)}: ${message}`, room);
  return [`${head} ${first}`, ...rest.map((line) => `${' '.repeat(CHECK_NAME_COLUMNS + 3)}${line}`)];
}

interface Column {
  readonly title: string;
  readonly columns: number;
  readonly cell: (client: ClientResult) => string;
}

const TABLE_COLUMNS = 80;
const NAME_COLUMNS = 12;
const SUFFERING_COLUMNS = 25;
const FIGURES: readonly Column[] = [
  { title: 'failed', columns: 7, cell: (client) => countText(client.operations.fail) },
  { title: 'unknown', columns: 8, cell: (client) => countText(client.operations.unknown) },
  { title: 'unanswered', columns: 11, cell: (client) => countText(client.operations.unanswered) },
  { title: 'lost', columns: 5, cell: (client) => orQuestion(client.lostAcknowledgedWrites) },
  { title: 'twice', columns: 6, cell: (client) => orQuestion(client.writesAppliedTwice) },
  { title: 'stale', columns: 6, cell: (client) => countText(client.staleDialsAfterRecovery) },
];

function orQuestion(value: number | null): string {
  return value === null ? '?' : countText(value);
}

function drillsSection(reports: readonly Report[], page: Page): string[] {
  const drills = reports.flatMap((report) => report.drills.map((drill) => ({ report, drill })));
  if (drills.length === 0) return [];
  const { colours } = page.palette;
  const figures = FIGURES.map((figure) => figure.title.padStart(figure.columns)).join('');
  return [
    colours.bold(`${'client'.padEnd(NAME_COLUMNS)}${'what it suffered'.padEnd(SUFFERING_COLUMNS)}${figures}`),
    page.palette.symbols.rule.repeat(TABLE_COLUMNS),
    ...drills.flatMap(({ report, drill }) => [drillHeading(report, drill, page), ...drillRows(drill, page), '']),
    ...wrap(legendOf(drills.flatMap(({ drill }) => drill.clients)), page.style.columns).map(colours.dim),
  ];
}

function legendOf(clients: readonly ClientResult[]): string {
  const unread = clients.some((client) => client.lostAcknowledgedWrites === null || client.writesAppliedTwice === null);
  const legend =
    'unknown: perhaps applied. lost: acknowledged, then gone. twice: applied twice. stale: dials of addresses that are gone, after recovery.';
  return unread ? `${legend} ?: could not be read.` : legend;
}

function drillHeading(report: Report, drill: ReportedDrill, page: Page): string {
  const title = `${safeText(report.deployment, page.style)}: ${drillTitle(drill)}`;
  const verdict = `${mark(drill.verdict, page)} ${verdictWord(drill.verdict, page)}`;
  const gap = Math.max(2, TABLE_COLUMNS - title.length - VERDICT_WORD[drill.verdict].length - 2);
  return `${page.palette.colours.bold(title)}${' '.repeat(gap)}${verdict}`;
}

function drillRows(drill: ReportedDrill, page: Page): string[] {
  const { colours } = page.palette;
  const rows = drill.clients.map((client) => {
    const name = client.name.padEnd(NAME_COLUMNS);
    const felt = suffering(client, drill);
    const figures = FIGURES.map((figure) => figureCell(figure, client, page)).join('');
    return `${client.judged ? colours.bold(name) : name}${toned(felt, page)}${figures}`;
  });
  const notes = [downMeaning(drill), promotionText(drill)].filter((note) => note !== undefined);
  return [...rows, ...notes.flatMap((note) => wrap(note, page.style.columns - 2, '  ').map(colours.dim))];
}

function figureCell(figure: Column, client: ClientResult, page: Page): string {
  const text = figure.cell(client);
  const padded = text.padStart(figure.columns);
  return text === '0' ? page.palette.colours.dim(padded) : padded;
}

function toned(felt: Suffering, page: Page): string {
  const { colours } = page.palette;
  const paint = { good: colours.green, bad: colours.yellow, down: colours.red, unknown: colours.yellow }[felt.tone];
  return paint(felt.text.padEnd(SUFFERING_COLUMNS));
}

interface Sentence {
  readonly verdict: Verdict;
  readonly text: string;
  /** Whether it decides the verdict. */
  readonly decides: boolean;
}

/** What did not pass, what decides first; `peers`: also the gravest of each client that is shown for comparison. */
function findingsSection(reports: readonly Report[], page: Page, { peers }: { readonly peers: boolean }): string[] {
  const sentences = reports.flatMap((report) =>
    report.drills.flatMap((drill) => [
      ...proofProblems(drill),
      ...drill.clients.filter((client) => client.judged).flatMap((client) => problemsOf(report, client)),
      ...drill.clients
        .filter((client) => !client.judged && peers)
        .flatMap((client) => problemsOf(report, client).slice(0, 1)),
    ]),
  );
  return sentences.flatMap(({ verdict, text, decides }) => {
    const [first = '', ...rest] = wrap(safeText(text, page.style), page.style.columns - 2);
    const sign = decides ? mark(verdict, page) : page.palette.colours.dim('.');
    return [`${sign} ${first}`, ...rest.map((line) => `  ${line}`)];
  });
}

function problemsOf(report: Report, client: ClientResult): Sentence[] {
  const name = `${report.deployment} ${client.name}${client.judged ? '' : ' (for comparison)'}`;
  return client.findings
    .filter((finding) => finding.verdict !== 'pass')
    .map(({ verdict, message, code }) => ({ verdict, text: `${name}: ${message} [${code}]`, decides: client.judged }));
}

function proofProblems(drill: ReportedDrill): Sentence[] {
  const { proof } = drill;
  const missing = [
    proof.faultHappened || drill.scenario === 'busy-primary' ? undefined : 'no fault was seen to happen',
    proof.loadRan ? undefined : 'the load did not run as asked for',
    proof.healthyBefore ? undefined : 'the deployment was not healthy before',
    proof.healthyAfter ? undefined : 'the deployment was not healthy afterwards',
  ].filter((reason) => reason !== undefined);
  if (missing.length === 0) return [];
  return [
    {
      verdict: 'unknown',
      text: `${drillTitle(drill)}: cannot be judged, because ${missing.join(' and ')}.`,
      decides: true,
    },
  ];
}

function verdictLine(report: Report, page: Page, name?: string): string {
  const judged = name === undefined ? judgedText(report.counts) : `${name}: ${judgedText(report.counts)}`;
  return `verdict  ${mark(report.verdict, page)} ${verdictWord(report.verdict, page)}  ${safeText(judged, page.style)}`;
}

function writtenLines(written: readonly Written[], page: Page): string[] {
  return written.map(({ what, path }) => `${what.padEnd(8)} ${safeText(path, page.style)}`);
}

function operationsLines(report: Report, page: Page, name?: string): string[] {
  if (report.counts.operations.attempted === 0) return [];
  const counted = operationsText(report.counts.operations);
  return wrap(safeText(name === undefined ? counted : `${name}: ${counted}`, page.style), page.style.columns);
}

function mark(verdict: Verdict, page: Page): string {
  const { colours, symbols } = page.palette;
  return paintOf(verdict, colours)(symbols[verdict]);
}

function verdictWord(verdict: Verdict, page: Page): string {
  const { colours } = page.palette;
  return colours.bold(paintOf(verdict, colours)(VERDICT_WORD[verdict]));
}

function paintOf(verdict: Verdict, colours: Palette['colours']): (text: string) => string {
  return { pass: colours.green, fail: colours.red, unknown: colours.yellow }[verdict];
}
