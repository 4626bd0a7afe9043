/** Markdown for a pull request or a CI step summary: the verdict, the table, and what did not pass. */
import type { Report, ReportedDrill } from './report.ts';
import { sayingOnce } from './saying-once.ts';
import { countsText, countText, downMeaning, drillTitle, promotionText, suffering, VERDICT_WORD } from './words.ts';

const SIGN = { pass: '✅', fail: '❌', unknown: '❔' } as const;

export function markdownReport(report: Report): string {
  const identity = `seed ${report.seed}, deployment ${report.deploymentDigest}, server ${report.server.version ?? 'unknown'}, redoubt ${report.redoubtVersion}, ${report.startedAt}`;
  const sections = [
    [`## ${SIGN[report.verdict]} ${VERDICT_WORD[report.verdict]}: ${plain(report.deployment)}`],
    [plain(identity)],
    ...report.drills.map(drillSection),
    checksSection(report),
    countsText(report.counts).map((line) => `${line}  `),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

function drillSection(drill: ReportedDrill): string[] {
  const rows = drill.clients.map((client) => {
    const cells = [
      client.judged ? `**${client.name}**` : client.name,
      suffering(client, drill).text,
      countText(client.operations.fail),
      countText(client.operations.unknown),
      countText(client.operations.unanswered),
      client.lostAcknowledgedWrites === null ? '?' : countText(client.lostAcknowledgedWrites),
      client.writesAppliedTwice === null ? '?' : countText(client.writesAppliedTwice),
      countText(client.staleDialsAfterRecovery),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const notes = [downMeaning(drill), promotionText(drill)].filter((note) => note !== undefined);
  const findings = drill.clients.flatMap((client) =>
    client.findings
      .filter((finding) => finding.verdict !== 'pass')
      .map(
        (finding) =>
          `- ${SIGN[finding.verdict]} ${client.name}${client.judged ? '' : ' (for comparison)'}: ${plain(finding.message)}`,
      ),
  );
  return [
    `### ${SIGN[drill.verdict]} ${drillTitle(drill)}`,
    '',
    '| client | what it suffered | failed | unknown | unanswered | lost | twice | stale dials |',
    '|---|---|--:|--:|--:|--:|--:|--:|',
    ...rows,
    ...notes.map((note) => `\n${note}`),
    ...(findings.length === 0 ? [] : ['', ...findings]),
  ];
}

function checksSection(report: Report): string[] {
  const problems = sayingOnce(report.checks.filter((check) => check.verdict !== 'pass'));
  if (problems.length === 0) return [];
  return [
    '### Checks that did not pass',
    '',
    ...problems.map(
      (check) => `- ${SIGN[check.verdict]} ${plain(check.name)} (${plain(check.code)}): ${plain(check.message)}`,
    ),
  ];
}

/** Text from elsewhere, so that it stays text: no markup, no links, no mentions, one line. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[&<>\\`*_{}[\]()#|!~@$-]/g, (character) =>
      '&<>'.includes(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`,
    );
}
