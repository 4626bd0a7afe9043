/** `redoubt drill --plan`: what would happen to which nodes, what it needs, and how it is undone. */
import { problemLine } from '../lib/base/problem.ts';
import { JUDGED_CLIENTS } from '../lib/drill/judge.ts';
import { scenarioNamed } from '../lib/drill/scenarios.ts';
import type { Plannable, Servers } from '../lib/drill/target.ts';
import { wrap } from '../lib/report/terminal.ts';
import { drillTitle } from '../lib/report/words.ts';
import type { DrillSettings } from './drill-steps.ts';

/** Of a terminal that has as many. */
export const PLAN_COLUMNS = 80;
const INDENT = ' '.repeat(12);
const HEALED = 'every fault is healed at the end, also after Ctrl-C; replaced nodes stay replaced';

export interface PlanSubject extends Plannable {
  /** Absent where they are not asked. */
  readonly servers?: Servers;
  /** Why they are not asked, as sentences. */
  readonly whyUnasked?: string;
  readonly close: () => void;
}

export async function planText(
  target: Omit<PlanSubject, 'close'>,
  settings: DrillSettings,
  signal: AbortSignal,
  columns = PLAN_COLUMNS,
): Promise<string> {
  const { profile, servers, lab } = target;
  const unjudged = unjudgedSentence(settings.clients);
  const server = servers && `, ${lab === undefined ? 'server' : 'redis-server'} ${servers.serverVersion}`;
  const say = (label: string, text: string) => labelled(label, text, columns);
  const scenarios = await Promise.all(settings.scenarios.map((name) => scenarioParts(name, target, settings, signal)));
  const lines = [
    ...say('deployment', `${profile.deployment} (${profile.platform}, ${profile.clientMode} client)${server ?? ''}`),
    ...(lab === undefined
      ? say('endpoint', `${profile.endpoint.host}:${profile.endpoint.port}`)
      : say('lab', lab.runDirectory)),
    ...say('seed', String(settings.seed)),
    ...say('load', `${settings.ratePerSecond} writes a second from each of: ${settings.clients.join(', ')}`),
    ...(unjudged === undefined ? [] : say('verdict', unjudged)),
    ...say('watching', `${settings.watchMs / 1_000} s after the last fault`),
    ...scenarios.flat().flatMap(({ label, text }) => say(label, text)),
    ...(servers === undefined
      ? say('servers', unaskedText(target))
      : ['nodes', ...(await nodeLines(servers)).flatMap((line) => wrapped(line, columns))]),
    ...(lab === undefined ? [] : say('undo', HEALED)),
    'nothing has been done',
  ];
  return `${lines.join('\n')}\n`;
}

/** For whoever leaves the judged client out, before the time is spent; undefined where somebody is judged. */
export function unjudgedSentence(clients: DrillSettings['clients']): string | undefined {
  if (clients.some((name) => JUDGED_CLIENTS.has(name))) return undefined;
  return `unknown, because none of these clients is judged; add ${[...JUDGED_CLIENTS].join(', ')} to --clients`;
}

interface Part {
  readonly label: string;
  readonly text: string;
}

async function scenarioParts(
  name: DrillSettings['scenarios'][number],
  target: Plannable,
  { options }: DrillSettings,
  signal: AbortSignal,
): Promise<Part[]> {
  const { story, planned, heeds } = scenarioNamed(name);
  const title = drillTitle({
    scenario: name,
    oldNode: heeds.includes('oldNode') ? options.oldNode : null,
    order: heeds.includes('order') ? options.order : null,
  });
  const operation = target.operations.find((candidate) => candidate.name === name);
  const standing = await target.preflight(name, signal);
  return [
    { label: 'scenario', text: `${title} (${planned ? 'planned' : 'unplanned'})` },
    { label: '', text: story },
    ...(operation === undefined ? [] : operationParts(operation)),
    ...standing.map((problem) => ({ label: 'refused', text: problemLine(problem) })),
  ];
}

function operationParts({ effect, cost, undo, afterwards }: Plannable['operations'][number]): Part[] {
  return [
    { label: 'effect', text: effect },
    { label: 'cost', text: cost },
    { label: 'undo', text: undo },
    ...(afterwards === undefined ? [] : [{ label: 'afterwards', text: afterwards }]),
  ];
}

function labelled(label: string, text: string, columns: number): string[] {
  const [first = '', ...rest] = wrap(text, columns, INDENT);
  return [`${label.padEnd(INDENT.length)}${first.trimStart()}`, ...rest];
}

/** A line of a node, which may have many replicas; what does not fit stands under what is said of the shard. */
function wrapped(line: string, columns: number): string[] {
  return line.length <= columns
    ? [line]
    : wrap(line, columns, INDENT).map((part, index) => (index === 0 ? `  ${part.trimStart()}` : part));
}

/** What only they know, so that nobody takes it for looked at. */
function unaskedText({ whyUnasked = '' }: Pick<PlanSubject, 'whyUnasked'>): string {
  const unknown = 'their version, the nodes, whether replicas are in sync and what the user may do are not known';
  return `not asked, so ${unknown}. ${whyUnasked}`.trim();
}

async function nodeLines(servers: Servers): Promise<string[]> {
  const { shards } = await servers.serverView();
  if (servers.topologyIsHidden) return [`  behind the endpoint; ${shards.length} shards are expected there`];
  const nodes = new Map(servers.nodes().map((node) => [node.id, `${node.host}:${node.port}`]));
  return shards.map((shard) => {
    const replicas = shard.replicaNodeIds.map((id) => nodes.get(id) ?? id).join(', ');
    return `  shard ${shard.shardIndex + 1}   primary ${nodes.get(shard.primaryNodeId) ?? shard.primaryNodeId}, replicas ${replicas || 'none'}`;
  });
}
