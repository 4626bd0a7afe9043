/** From what the runner printed to what a person reads when the deployment fails. */

interface PrintedReport {
  readonly verdict: string;
  readonly checks: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly code: string;
    readonly message: string;
  }[];
}

/** Lines of a log without a report that are shown. */
const LINES_MAX = 20;

/** The sentences of every check that did not pass; of a run that printed no report, the end of its log. */
export function failingSentences(log: string): string[] {
  const report = reportIn(log);
  const failing = report?.checks.filter(({ verdict }) => verdict !== 'pass') ?? [];
  if (failing.length > 0) {
    return failing.map(({ name, verdict, code, message }) => `${name} (${verdict}) ${code}: ${message}`);
  }
  const lines = log.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.length === 0 ? ['It printed nothing.'] : lines.slice(-LINES_MAX);
}

/** The report is one JSON object; the container's log has progress lines before and after it. */
function reportIn(log: string): PrintedReport | undefined {
  for (const { index } of log.matchAll(/^\{/gm)) {
    const end = log.lastIndexOf('}');
    try {
      const value = JSON.parse(log.slice(index, end + 1)) as Partial<PrintedReport>;
      if (typeof value.verdict === 'string' && Array.isArray(value.checks)) return value as PrintedReport;
    } catch {
      // Not from here: another line began with a brace.
    }
  }
  return undefined;
}
