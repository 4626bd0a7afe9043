/** `redoubt drill --plan`: what would happen to which nodes, what it needs, and how it is undone. */
import { scenarioNamed } from '../lib/drill/scenarios.ts';
import type { Lab } from '../lib/lab/lab.ts';
import { wrap } from '../lib/report/terminal.ts';
import { drillTitle } from '../lib/report/words.ts';
import type { DrillSettings } from './drill-steps.ts';

export async function planText(lab: Lab, settings: DrillSettings): Promise<string> {
  const { profile } = lab;
  const lines = [
    `deployment  ${profile.deployment} (${profile.platform}, ${profile.clientMode} client), redis-server ${lab.serverVersion}`,
    `lab         ${lab.runDirectory}`,
    `seed        ${settings.seed}`,
    `load        ${settings.ratePerSecond} writes a second from each of: ${settings.clients.join(', ')}`,
    `watching    ${settings.watchMs / 1_000} s after the last fault`,
    ...settings.scenarios.flatMap((name) => scenarioLines(name, settings)),
    'nodes',
    ...(await nodeLines(lab)),
    'undo        every fault is healed at the end, also after Ctrl-C; replaced nodes stay replaced',
    'nothing has been done',
  ];
  return `${lines.join('\n')}\n`;
}

function scenarioLines(name: DrillSettings['scenarios'][number], { options }: DrillSettings): string[] {
  const { story, planned, heeds } = scenarioNamed(name);
  const title = drillTitle({
    scenario: name,
    oldNode: heeds.includes('oldNode') ? options.oldNode : null,
    order: heeds.includes('order') ? options.order : null,
  });
  return [`scenario    ${title} (${planned ? 'planned' : 'unplanned'})`, ...wrap(story, 80, ' '.repeat(12))];
}

async function nodeLines(lab: Lab): Promise<string[]> {
  const nodes = new Map(lab.nodes().map((node) => [node.id, `${node.host}:${node.port}`]));
  const { shards } = await lab.serverView();
  return shards.map((shard) => {
    const replicas = shard.replicaNodeIds.map((id) => nodes.get(id) ?? id).join(', ');
    return `  shard ${shard.shardIndex + 1}   primary ${nodes.get(shard.primaryNodeId) ?? shard.primaryNodeId}, replicas ${replicas || 'none'}`;
  });
}
