/** docs/standards.md, from the rows and from what lib/aws suppresses. */
import type { Answer, Control, Standard } from './control.ts';
import type { Suppressed } from './suppressed.ts';

/** The test that evaluates a condition, with the control's id in its title. */
export const EVALUATED = 'test/standards/standards.test.ts › $id is met by what is deployed';

// A document evaluates nothing.
type AnyStandard = Standard<never, unknown>;
type AnyControl = Control<never, unknown>;

interface Content {
  readonly aws: readonly AnyStandard[];
  readonly azure: readonly AnyStandard[];
  readonly suppressed: readonly Suppressed[];
}

export function standardsDocument(content: Content): string {
  return [
    HEAD,
    '## AWS: ElastiCache\n',
    ...content.aws.map(standard),
    '## Azure: Azure Managed Redis\n',
    ...content.azure.map(standard),
    SUPPRESSED_HEAD,
    ...content.suppressed.map(suppressedRules),
  ].join('\n');
}

const HEAD = `# Named standards: which control is met by what

Made from test/standards; a test refuses a control without an answer, and evaluates the condition of each on what the shipped
deployments make: on AWS the templates of \`DeploymentStack\`, on Azure the inputs of \`ManagedRedis\` with the arguments that
[azure.md](azure.md) begins with. Where something has to be asked for, it is evaluated with that, and shown not to hold without. Each is also
broken on purpose, and must then fail. To run the test of one control: \`npm run test:unit -- test/standards -t 'ElastiCache.1 '\`.

Nothing here has been judged by these services and tools themselves, except by cdk-nag, and nobody has certified anything. Ids and titles are the publisher's.
`;

const SUPPRESSED_HEAD = `## Suppressed rules of cdk-nag, and why

What \`redoubt/aws\` acknowledges with the CDK's \`Validations\`; the reasons are those in \`lib/aws/acknowledged-rules.ts\`. \`acknowledgedRules(scope)\` lists
them for a stack or an app of your own. Rules that begin with \`*-\` are those of the HIPAA, NIST 800-53 (R4, R5) and PCI DSS packs.
`;

function standard({ name, source, note, controls }: AnyStandard): string {
  const head = [`### ${name}`, '', `Source: <${source}>`, ...(note === undefined ? [] : ['', note]), ''];
  return [...head, ...controls.map(control), ''].join('\n');
}

function control({ id, title, source, requirements, answer }: AnyControl): string {
  return [
    `- **${id}**${title === undefined ? '' : ` ${title}`}`,
    ...(requirements === undefined ? [] : [`  - Mapped by its publisher to: ${requirements}`]),
    ...answered(id, answer).map((line) => `  - ${line}`),
    ...(source === undefined ? [] : [`  - Source: <${source}>`]),
  ].join('\n');
}

function answered(id: string, answer: Answer<never, unknown>): string[] {
  if ('notApplicable' in answer) return [`Not applicable. ${answer.notApplicable}`];
  if ('yours' in answer) return [`Yours to do. ${answer.yours}`];
  const { met, asked, blind, suppressed } = answer;
  const see = suppressed === undefined ? '' : ' It is suppressed, see [below](#suppressed-rules-of-cdk-nag-and-why).';
  return [
    `${asked === undefined ? 'Met' : 'Met when asked for'}. ${met}`,
    ...(blind === undefined
      ? []
      : [`The published rule is not enough: ${blind}${see} Evaluated in its place is our own condition.`]),
    `Test: ${EVALUATED.replace(' › ', ': ').replace('$id', id)}`,
  ];
}

function suppressedRules({ reason, rules, where }: Suppressed): string {
  return [`- ${rules.map((rule) => `\`${rule}\``).join(', ')}`, `  - ${reason}`, `  - On: ${where.join('; ')}`].join(
    '\n',
  );
}
