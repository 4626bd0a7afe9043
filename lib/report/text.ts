/**
 * The report for a terminal: who suffered what, in a table that is read in ten seconds; then the findings as sentences,
 * the verdict, where the whole report is, and the counts last. At most 80 columns of plain ASCII unless the terminal can
 * do more, and no more than it has where it is narrower; only a path or a name that is longer than the line stays whole.
 */
import type { Verdict } from '../base/verdict.ts';
import type { CheckResult } from '../verify/check.ts';
import { domainOf, withoutDomain } from './domain.ts';
import { drillsSection } from './drill-table.ts';
import { mark, type Page, pageOf, verdictWord } from './page.ts';
import type { ClientResult, Report, ReportedDrill } from './report.ts';
import { sayingOnce } from './saying-once.ts';
import { clipped, safeText, type TerminalStyle, wrap } from './terminal.ts';
import { drillTitle, judgedText, operationsText, VERDICT_WORD } from './words.ts';

/** Files that were written for this report, for the last lines. */
export interface Written {
  readonly what: string;
  readonly path: string;
}

/** One run, whole. */
export function textReport(report: Report, style: TerminalStyle, written: readonly Written[] = []): string {
  const page = pageOf(style);
  return joined([
    checksSection(report, page),
    drillsSection([report], page),
    findingsSection([report], page, { peers: true }),
    [
      ...verdictLines(report, page),
      ...failedLines(report, page),
      ...writtenLines(written, page),
      ...operationsLines(report, page),
    ],
  ]);
}

/** Several runs in one table: what a rehearsal of several deployments ends in. */
export function textSummary(
  runs: readonly { readonly report: Report; readonly written: readonly Written[] }[],
  style: TerminalStyle,
): string {
  const page = pageOf(style);
  const reports = runs.map((run) => run.report);
  return joined([
    runs.flatMap(({ report }) => checkProblems(report, page)),
    drillsSection(reports, page),
    findingsSection(reports, page, { peers: false }),
    [
      ...runs.flatMap(({ report }) => verdictLines(report, page, report.deployment)),
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
/** With less room beside the name a message stands under it. */
const MESSAGE_MINIMUM_COLUMNS = 24;

function checksSection(report: Report, page: Page): string[] {
  return linesOf(report.checks, page);
}

function checkProblems(report: Report, page: Page): string[] {
  const problems = report.checks.filter((check) => check.verdict !== 'pass');
  return problems.length === 0 ? [] : [`${safeText(report.deployment, page.style)}:`, ...linesOf(problems, page)];
}

function linesOf(checks: readonly CheckResult[], page: Page): string[] {
  const domain = domainOf(checks.map(({ message }) => message));
  const lines = sayingOnce(checks).flatMap((check) =>
    checkLines({ ...check, message: withoutDomain(check.message, domain) }, page),
  );
  return domain === undefined ? lines : [...lines, `  names are in ${safeText(domain, page.style)}`];
}

/**
 * On a terminal a pass is one line, cut where it must be (report.json has it whole). Anything else is said in full, and so
 * is everything where nobody looks on: a log of a pipeline is all there is.
 */
function checkLines(check: CheckResult, page: Page): string[] {
  const { style } = page;
  const name = safeText(check.name, style);
  const room = style.columns - CHECK_NAME_COLUMNS - 3;
  const isNarrow = room < MESSAGE_MINIMUM_COLUMNS;
  const isShort = check.verdict === 'pass' && style.isTerminal === true;
  const said = check.verdict === 'pass' ? check.message : `${check.code}: ${check.message}`;
  const message = safeText(said, style);
  if (isNarrow) {
    const head = `${mark(check.verdict, page)} ${name}`;
    return isShort ? [head] : [head, ...wrap(message, style.columns, '  ')];
  }
  const head = `${mark(check.verdict, page)} ${name.padEnd(CHECK_NAME_COLUMNS)}`;
  const [first = '', ...rest] = isShort ? [clipped(message, room)] : wrap(message, room);
  return [`${head} ${first}`, ...rest.map((line) => `${' '.repeat(CHECK_NAME_COLUMNS + 3)}${line}`)];
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

/** One cause can leave a gap for every shard. */
const GAPS_TOLD = 3;

/** Reports that were written before gaps were kept say only which of the four claims does not hold. */
function proofProblems(drill: ReportedDrill): Sentence[] {
  const { proof } = drill;
  if (proof.gaps !== undefined) {
    const [told, more] = [proof.gaps.slice(0, GAPS_TOLD), proof.gaps.length - GAPS_TOLD];
    if (told.length === 0) return [];
    const rest = more > 0 ? [`And ${more} more in the report.`] : [];
    const sentences = [...told.map(({ message, code }) => `${message} [${code}]`), ...rest].join(' ');
    return [{ verdict: 'unknown', text: `${drillTitle(drill)}: cannot be judged. ${sentences}`, decides: true }];
  }
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

function verdictLines(report: Report, page: Page, name?: string): string[] {
  const judged = name === undefined ? judgedText(report.counts) : `${name}: ${judgedText(report.counts)}`;
  const indent = ' '.repeat('verdict    '.length + VERDICT_WORD[report.verdict].length + 2);
  const [first = '', ...rest] = wrap(safeText(judged, page.style), page.style.columns - indent.length);
  return [
    `verdict  ${mark(report.verdict, page)} ${verdictWord(report.verdict, page)}  ${first}`,
    ...rest.map((line) => indent + line),
  ];
}

/** Which checks to read first: one cause leaves many others unknown, and a failure is easily missed among them. */
function failedLines({ checks }: Report, page: Page): string[] {
  const failed = checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => safeText(name, page.style));
  if (failed.length === 0) return [];
  const [first = '', ...rest] = wrap(failed.join(', '), page.style.columns - 9);
  return [`failed   ${first}`, ...rest.map((line) => `${' '.repeat(9)}${line}`)];
}

function writtenLines(written: readonly Written[], page: Page): string[] {
  return written.map(({ what, path }) => `${what.padEnd(8)} ${safeText(path, page.style)}`);
}

function operationsLines(report: Report, page: Page, name?: string): string[] {
  if (report.counts.operations.attempted === 0) return [];
  const counted = operationsText(report.counts.operations);
  return wrap(safeText(name === undefined ? counted : `${name}: ${counted}`, page.style), page.style.columns);
}
