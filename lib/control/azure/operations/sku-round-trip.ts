/** Scales to the next size and back: every node is replaced, twice. The nearest thing to a maintenance that Azure lets anybody ask for. */
import { ProblemError } from '../../../base/problem.ts';
import type { CloudOperation } from '../../control-plane.ts';
import { type Api, listSkusForScaling, scaleTo, usedMemoryPercent } from '../api.ts';
import { hasCode } from '../faults.ts';
import { nextSizeFor, scalePreconditions } from './preconditions.ts';
import { restore } from './restore.ts';
import { healthyAfter, isAtRest, isHealthy, readState, type State } from './state.ts';
import { type Memory, step } from './step.ts';

export function skuRoundTrip(api: Api): CloudOperation {
  const memory: Memory<string> = { isUncertain: false };
  const byHand = (former: string) =>
    `Until then the larger size is paid for. Scale it by hand: az redisenterprise update --cluster-name ${api.id.clusterName} --resource-group ${api.id.resourceGroupName} --sku ${former}.`;
  return {
    name: 'sku-round-trip',
    effect: `Scales ${api.arm.subject} to the next size of its tier and back: every node is replaced by a new one at a new address, twice, as in a maintenance.`,
    cost: 'Ten minutes and more each way, the more data the longer. The larger size costs more by the hour while it is there; afterwards the price is as before.',
    undo: 'The former size is put back at the end, as long as the data still fits into it.',
    reversible: true,
    deliberate: `sku-round-trip replaces every node of ${api.id.clusterName}, twice, and the larger SKU is paid for meanwhile.`,
    preconditions: async (signal) =>
      scalePreconditions({
        state: await readState(api, signal),
        offers: await listSkusForScaling(api, signal),
        usedMemoryPercent: await fullness(api, signal),
      }),
    run: async (context) => {
      const state = await healthyAfter(api, 'the cluster to be at rest', context.signal, () => true);
      const next = nextSizeFor(state, (await listSkusForScaling(api, context.signal)) ?? []);
      const former = skuOf(state);
      if (former === undefined || next === undefined) throw nothingLarger(former, api);
      memory.former = former;
      for (const to of [next, former]) {
        const what = `scaled to ${to}`;
        await step({ api, context, memory, what, ask: () => scaleTo(api, to), isDone: (now) => skuOf(now) === to });
      }
    },
    byHand: () => (memory.former === undefined ? undefined : byHand(memory.former)),
    heal: async ({ event }) => {
      const { former } = memory;
      if (former === undefined) return;
      await restore({
        api,
        memory,
        event,
        what: `the SKU ${former}`,
        look: async (signal) => {
          const state = await readState(api, signal);
          return {
            isAtRest: isAtRest(state),
            isBack: isHealthy(state) && skuOf(state) === former,
            seen: `the SKU is ${skuOf(state) ?? 'not told'}, the cluster ${state.cluster.properties?.resourceState}`,
          };
        },
        putBack: () => scaleTo(api, former),
        byHand: byHand(former),
      });
    },
  };
}

function skuOf({ cluster }: State): string | undefined {
  return cluster.sku?.name;
}

/** Undefined also where this login may not read metrics. */
async function fullness(api: Api, signal: AbortSignal | undefined): Promise<number | undefined> {
  try {
    return await usedMemoryPercent(api, new Date(), signal);
  } catch (error) {
    if (hasCode(error, 'AZURE_FORBIDDEN')) return undefined;
    throw error;
  }
}

function nothingLarger(sku: string | undefined, { arm }: Api): ProblemError {
  const message = `The ${arm.subject} is ${sku ?? 'of an untold SKU'}, and listSkusForScaling offers no larger one of its tier: there is nothing to scale to.`;
  return new ProblemError({ code: 'SKU_ROUND_TRIP_NOTHING_LARGER', message });
}
