/**
 * A template as a reviewer wants to read it: names without hashes, references as `<name>`, no boilerplate, and the VPC
 * left out, because none of it is this project's, and so are tags. One line for each value.
 */
const BOILERPLATE = ['Parameters', 'Rules', 'Conditions'];

export function renderTemplate(template: Readonly<Record<string, unknown>>): string {
  const kept = Object.entries(template).filter(([section]) => !BOILERPLATE.includes(section));
  return `${kept.flatMap(([section, content]) => [section, ...lines(withoutVpc(content), 1)]).join('\n')}\n`;
}

function withoutVpc(content: unknown): unknown {
  if (typeof content !== 'object' || content === null) return content;
  return Object.fromEntries(
    Object.entries(content)
      .filter(([name]) => !name.startsWith('Vpc'))
      .map(([name, inside]) => [withoutHash(name), inside]),
  );
}

function lines(value: unknown, depth: number): string[] {
  const indent = '  '.repeat(depth);
  if (typeof value !== 'object' || value === null) return [`${indent}${String(value)}`];
  const shown = Object.entries(value)
    .filter(([key]) => key !== 'Tags')
    .map(([key, inside]): [string, unknown] => [key, SUMMARIES[key]?.(inside) ?? inside]);
  return shown.flatMap(([key, inside]) => {
    const label = Array.isArray(value) ? '-' : `${key}:`;
    const short = asText(inside);
    return short === undefined ? [`${indent}${label}`, ...lines(inside, depth + 1)] : [`${indent}${label} ${short}`];
  });
}

/** Where a template says one thing in very many words. */
const SUMMARIES: Readonly<Record<string, (value: unknown) => unknown>> = {
  Metrics: (metrics) => (metrics as MetricDataQuery[]).map(metricText).join('; '),
  DashboardBody: (body) => [...JSON.stringify(body).matchAll(/\\"title\\":\\"(.*?)\\"/g)].map(([, title]) => title),
};

interface MetricDataQuery {
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: { readonly MetricName: string; readonly Dimensions: readonly { readonly Value: unknown }[] };
    readonly Stat: string;
    readonly Period: number;
  };
}

function metricText({ Expression, MetricStat }: MetricDataQuery): string {
  if (MetricStat === undefined) return String(Expression);
  const { Metric, Stat, Period } = MetricStat;
  return `${Stat} of ${Metric.MetricName} in ${Period} s of ${Metric.Dimensions.map(({ Value }) => String(Value)).join(' ')}`;
}

/** Undefined when it needs lines of its own. */
function asText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return withoutAssetHash(String(value));
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return `<${withoutHash(Ref)}>`;
  if (Array.isArray(attribute)) return `<${withoutHash(String(attribute[0]))}.${attribute.slice(1).join('.')}>`;
  if (Array.isArray(join)) return (join[1] as unknown[]).map(asText).join('');
  if (Array.isArray(value) && value.every((inside) => typeof inside === 'string'))
    return value.map(withoutHash).join(', ');
  return Object.keys(value).length === 0 ? '(empty)' : undefined;
}

/** A function's code is reviewed where it is written. */
function withoutAssetHash(text: string): string {
  return text.replace(/^[0-9a-f]{64}\.zip$/, '<code of the function>');
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
