/** SKU names: `Balanced_B10`, `MemoryOptimized_M100`, `ComputeOptimized_X3`, `FlashOptimized_A250`, and the legacy `Enterprise_E10`. */

interface Sku {
  readonly family: string;
  readonly size: number;
}

function skuOf(value: unknown): Sku | undefined {
  const [, family, size] = /^([A-Za-z]+)_[A-Za-z]+(\d+)$/.exec(typeof value === 'string' ? value : '') ?? [];
  return family === undefined ? undefined : { family: family.toLowerCase(), size: Number(size) };
}

export function isFlash(value: unknown): boolean {
  return /flash/.test(skuOf(value)?.family ?? '');
}

/** Azure Cache for Redis Enterprise, the service before Azure Managed Redis. */
export function isLegacy(value: unknown): boolean {
  return /^enterprise/.test(skuOf(value)?.family ?? '');
}

/** The number counts gigabytes, so it compares across families; a name that cannot be read counts as smaller. */
export function isSmaller(before: unknown, after: unknown): boolean {
  const [from, to] = [skuOf(before), skuOf(after)];
  return from === undefined || to === undefined || to.size < from.size;
}
