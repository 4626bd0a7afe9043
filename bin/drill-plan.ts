/** `redoubt drill --plan`: what would happen to which nodes, what it needs, and how it is undone. */
import { problemLine } from '../lib/base/problem.ts';
import { JUDGED_CLIENTS } from '../lib/drill/judge.ts';
import { scenarioNamed } from '../lib/drill/scenarios.ts';
import type { Plannable, Servers } from '../lib/drill/target.ts';
import { wrap } from '../lib/report/terminal.ts';
import { drillTitle } from '../lib/report/words.ts';
import type { DrillSettings } from './drill-steps.ts';

const INDENT = ' '.repeat(12);
const HEALED = 'undo        every fault is healed at the end, also after Ctrl-C; replaced nodes stay replaced';

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
): Promise<string> {
  const { profile, servers, lab } = target;
  const unjudged = unjudgedSentence(settings.clients);
  const server = servers && `, ${lab === undefined ? 'server' : 'redis-server'} ${servers.serverVersion}`;
  const scenarios = await Promise.all(settings.scenarios.map((name) => scenarioLines(name, target, settings, signal)));
  const lines = [
    `deployment  ${profile.deployment} (${profile.platform}, ${profile.clientMode} client)${server ?? ''}`,
    lab === undefined
      ? `endpoint    ${profile.endpoint.host}:${profile.endpoint.port}`
      : `lab         ${lab.runDirectory}`,
    `seed        ${settings.seed}`,
    `load        ${settings.ratePerSecond} writes a second from each of: ${settings.clients.join(', ')}`,
    ...(unjudged === undefined ? [] : [`verdict     ${unjudged}`]),
    `watching    ${settings.watchMs / 1_000} s after the last fault`,
    ...scenarios.flat(),
    ...(servers === undefined ? unaskedLines(target) : ['nodes', ...(await nodeLines(servers))]),
    ...(lab === undefined ? [] : [HEALED]),
    'nothing has been done',
  ];
  return `${lines.join('\n')}\n`;
}

/** For whoever leaves the judged client out, before the time is spent; undefined where somebody is judged. */
export function unjudgedSentence(clients: DrillSettings['clients']): string | undefined {
  if (clients.some((name) => JUDGED_CLIENTS.has(name))) return undefined;
  return `unknown, because none of these clients is judged; add ${[...JUDGED_CLIENTS].join(', ')} to --clients`;
}

async function scenarioLines(
  name: DrillSettings['scenarios'][number],
  target: Plannable,
  { options }: DrillSettings,
  signal: AbortSignal,
): Promise<string[]> {
  const { story, planned, heeds } = scenarioNamed(name);
  const title = drillTitle({
    scenario: name,
    oldNode: heeds.includes('oldNode') ? options.oldNode : null,
    order: heeds.includes('order') ? options.order : null,
  });
  const operation = target.operations.find((candidate) => candidate.name === name);
  const standing = await target.preflight(name, signal);
  return [
    `scenario    ${title} (${planned ? 'planned' : 'unplanned'})`,
    ...wrap(story, 80, INDENT),
    ...(operation === undefined
      ? []
      : [
          ...labelled('effect', operation.effect),
          ...labelled('cost', operation.cost),
          ...labelled('undo', operation.undo),
          ...(operation.afterwards === undefined ? [] : labelled('afterwards', operation.afterwards)),
        ]),
    ...standing.flatMap((problem) => labelled('refused', problemLine(problem))),
  ];
}

function labelled(label: string, text: string): string[] {
  const [first = '', ...rest] = wrap(text, 80, INDENT);
  return [`${label.padEnd(INDENT.length)}${first.trimStart()}`, ...rest];
}

/** What only they know, so that nobody takes it for looked at. */
function unaskedLines({ whyUnasked = '' }: Pick<PlanSubject, 'whyUnasked'>): string[] {
  const text = `not asked, so their version, the nodes, whether replicas are in sync and what the user may do are not known. ${whyUnasked}`;
  return labelled('servers', text.trim());
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
