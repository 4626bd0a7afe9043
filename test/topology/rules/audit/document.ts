/** docs/rules.md, from the audit. */
import type { AuditedRule } from './audited-rule.ts';

export interface AuditedService {
  readonly title: string;
  readonly rows: readonly AuditedRule[];
}

export function rulesDocument(services: readonly AuditedService[]): string {
  return `${HEAD}\n${services.map(section).join('\n')}`;
}

const HEAD = `# The rules of the services, and where they are held

Made from test/topology/rules/audit; a test refuses a rule without a code or a reason, and a code without an example that keeps
it and one that breaks it.

- **refused**: by the rule tables, all problems at once, before anything is made.
- **plan**: what \`redoubt plan\` says of a change that breaks it.
- **told afterwards**: by \`redoubt drift\`, with what to do; nothing knows it before.
- **cannot be broken**: the construct or component writes nothing that could; the test stands beside it.
`;

function section({ title, rows }: AuditedService): string {
  const table = rows.map(
    ({ id, rule, refused = [], planned = [], told = [], impossible = '', missing }) =>
      `| ${id} | ${rule} | ${codes(refused)} | ${codes(planned)} | ${codes(told)} | ${missing === undefined ? impossible : `**missing:** ${missing}`} |`,
  );
  return [
    `## ${title}`,
    '',
    '| | the service | refused | plan | told afterwards | cannot be broken |',
    '|---|---|---|---|---|---|',
    ...table,
    '',
  ].join('\n');
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
