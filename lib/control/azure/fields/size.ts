/** How large it is, and how large it can become. */
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import { type Comparison, type FieldCheck, field, judged } from '../field.ts';
import { isLarger } from '../sku.ts';

export const SIZE_FIELDS: readonly FieldCheck[] = [
  field({
    name: 'sku',
    subject: 'The SKU',
    declared: ({ topology }) => topology.sku,
    source: 'sku.name of the cluster',
    api: ({ cluster }) => cluster.sku?.name,
    advice: 'Somebody scaled it: declare what there is, or scale back, which replaces every node.',
  }),
  judged('sku-headroom', judgeHeadroom),
];

function judgeHeadroom({ topology, description: { cluster, skuOffers } }: Comparison) {
  const sku = cluster.sku?.name ?? topology.sku;
  if (skuOffers === undefined)
    return undecided(
      'SKU_HEADROOM_NOT_TOLD',
      'The API does not say what it can be scaled to: this login may not ask (Microsoft.Cache/redisEnterprise/listSkusForScaling/action, which the role Reader has not).',
    );
  const larger = skuOffers.filter((offer) => isLarger(offer, sku)).flatMap(({ name }) => name ?? []);
  if (larger.length === 0)
    return failed(
      'SKU_HEADROOM_NONE',
      `At least one larger SKU than ${sku} should be on offer, and listSkusForScaling offers ${listed(skuOffers.map(({ name }) => `${name}`))}: when memory runs out, nothing can be done in place. Ask for quota in the region, or plan a move to a larger database.`,
    );
  return passed(`From ${sku} it can be scaled up to ${listed(larger, 4)}.`);
}
