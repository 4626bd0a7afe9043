/** Sizes of SKUs, as listSkusForScaling tells them and as published where it does not. */
import { AZURE_SKU_GIGABYTES } from '../../topology/limits.ts';
import type { SkuOffer } from './description.ts';

export function gigabytesOf({ name, sizeInGB }: SkuOffer): number | undefined {
  return sizeInGB ?? AZURE_SKU_GIGABYTES[name ?? ''];
}

/** `Balanced` of `Balanced_B5`. */
export function tierOf(sku: string): string {
  return sku.slice(0, Math.max(0, sku.indexOf('_')));
}

export function isLarger(offer: SkuOffer, than: string): boolean {
  return (gigabytesOf(offer) ?? 0) > (AZURE_SKU_GIGABYTES[than] ?? Number.POSITIVE_INFINITY);
}

/** The smallest that is larger, of the same tier: another tier has other cores, and Flash cannot be gone back from. */
export function nextSize(sku: string, offers: readonly SkuOffer[], atMostGigabytes: number): string | undefined {
  return offers
    .filter((offer) => tierOf(offer.name ?? '') === tierOf(sku) && isLarger(offer, sku))
    .filter((offer) => (gigabytesOf(offer) ?? 0) <= atMostGigabytes)
    .toSorted((one, other) => (gigabytesOf(one) ?? 0) - (gigabytesOf(other) ?? 0))[0]?.name;
}
