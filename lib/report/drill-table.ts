/**
 * The table of the terminal's report: one row for each client under load, what it suffered first. A terminal that is too narrow for
 * the table gets the same as a list: what each client suffered, and below it the counts that are not zero.
 */
import { mark, type Page, verdictWord } from './page.ts';
import type { ClientResult, Report, ReportedDrill } from './report.ts';
import { safeText, wrap } from './terminal.ts';
import { countText, downMeaning, drillTitle, promotionText, type Suffering, suffering, VERDICT_WORD } from './words.ts';

interface Column {
  readonly title: string;
  readonly columns: number;
  readonly cell: (client: ClientResult) => string;
}

interface Layout {
  readonly nameColumns: number;
  readonly sufferingColumns: number;
  readonly figures: readonly Column[];
}

const TABLE_COLUMNS = 80;
const USUAL_NAME_COLUMNS = 12;

/** Where a name is long, the other columns come closer, so that the table still fits. */
function layoutFor(clients: readonly ClientResult[]): Layout {
  const nameColumns = Math.max(USUAL_NAME_COLUMNS, ...clients.map((client) => client.name.length + 1));
  const isTight = nameColumns > USUAL_NAME_COLUMNS;
  return {
    nameColumns,
    sufferingColumns: isTight ? 23 : 25,
    figures: [
      { title: 'failed', columns: 7, cell: (client) => countText(client.operations.fail) },
      { title: 'unknown', columns: 8, cell: (client) => countText(client.operations.unknown) },
      {
        title: isTight ? 'waiting' : 'unanswered',
        columns: isTight ? 8 : 11,
        cell: (client) => countText(client.operations.unanswered),
      },
      { title: 'lost', columns: 5, cell: (client) => orQuestion(client.lostAcknowledgedWrites) },
      { title: 'twice', columns: 6, cell: (client) => orQuestion(client.writesAppliedTwice) },
      { title: 'stale', columns: 6, cell: (client) => countText(client.staleDialsAfterRecovery) },
    ],
  };
}

function orQuestion(value: number | null): string {
  return value === null ? '?' : countText(value);
}

/** Every drill of every run under one heading, and what the columns mean. */
export function drillsSection(reports: readonly Report[], page: Page): string[] {
  const drills = reports.flatMap((report) => report.drills.map((drill) => ({ report, drill })));
  if (drills.length === 0) return [];
  const { colours } = page.palette;
  const clients = drills.flatMap(({ drill }) => drill.clients);
  const layout = layoutFor(clients);
  const titles = layout.figures.map((figure) => figure.title.padStart(figure.columns)).join('');
  const head = `${'client'.padEnd(layout.nameColumns)}${'what it suffered'.padEnd(layout.sufferingColumns)}`;
  return [
    colours.bold(isNarrow(page) ? head.trimEnd() : head + titles),
    page.palette.symbols.rule.repeat(Math.min(TABLE_COLUMNS, page.style.columns)),
    ...drills.flatMap(({ report, drill }) => [
      drillHeading(report, drill, page),
      ...drillRows(drill, layout, page),
      '',
    ]),
    ...wrap(legendOf(clients, layout, page), page.style.columns).map(colours.dim),
  ];
}

function isNarrow({ style }: Page): boolean {
  return style.columns < TABLE_COLUMNS;
}

function legendOf(clients: readonly ClientResult[], layout: Layout, page: Page): string {
  const unread = clients.some((client) => client.lostAcknowledgedWrites === null || client.writesAppliedTwice === null);
  const legend =
    'unknown: perhaps applied. lost: acknowledged, then gone. twice: applied twice. stale: dials of addresses that are gone, after recovery.';
  const waiting = layout.figures.some((figure) => figure.title === 'waiting') ? 'waiting: never answered. ' : '';
  const zeros = isNarrow(page) ? 'What is not named is 0. ' : '';
  return zeros + waiting + (unread ? `${legend} ?: could not be read.` : legend);
}

function drillHeading(report: Report, drill: ReportedDrill, page: Page): string {
  const columns = Math.min(TABLE_COLUMNS, page.style.columns);
  const verdict = `${mark(drill.verdict, page)} ${verdictWord(drill.verdict, page)}`;
  const verdictColumns = VERDICT_WORD[drill.verdict].length + 2;
  const lines = wrap(`${safeText(report.deployment, page.style)}: ${drillTitle(drill)}`, columns);
  const last = lines.at(-1) ?? '';
  const bold = lines.map((line) => page.palette.colours.bold(line)).join('\n');
  const gap = columns - last.length - verdictColumns;
  if (gap >= 2) return `${bold}${' '.repeat(gap)}${verdict}`;
  return `${bold}\n${' '.repeat(columns - verdictColumns)}${verdict}`;
}

function drillRows(drill: ReportedDrill, layout: Layout, page: Page): string[] {
  const { colours } = page.palette;
  const rows = drill.clients.flatMap((client) => {
    const name = client.name.padEnd(layout.nameColumns);
    const felt = suffering(client, drill);
    const head = client.judged ? colours.bold(name) : name;
    if (isNarrow(page)) return [head + toned(felt, felt.text, page), ...countLines(client, layout, page)];
    const padded = toned(felt, felt.text.padEnd(layout.sufferingColumns), page);
    return [head + padded + layout.figures.map((figure) => figureCell(figure, client, page)).join('')];
  });
  const notes = [downMeaning(drill), promotionText(drill)].filter((note) => note !== undefined);
  return [...rows, ...notes.flatMap((note) => wrap(note, page.style.columns - 2, '  ').map(colours.dim))];
}

/** `4,783 unanswered, 20 unknown`; nothing where all are zero. */
function countLines(client: ClientResult, { figures, nameColumns }: Layout, { style }: Page): string[] {
  const counts = figures.map(({ title, cell }) => `${cell(client)} ${title}`).filter((count) => !/^0 /.test(count));
  return wrap(counts.join(', '), style.columns, ' '.repeat(nameColumns));
}

function figureCell(figure: Column, client: ClientResult, page: Page): string {
  const text = figure.cell(client);
  const padded = text.padStart(figure.columns);
  return text === '0' ? page.palette.colours.dim(padded) : padded;
}

function toned({ tone }: Suffering, text: string, page: Page): string {
  const { colours } = page.palette;
  return { good: colours.green, bad: colours.yellow, down: colours.red, unknown: colours.yellow }[tone](text);
}
