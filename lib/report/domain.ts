/** Host names of one deployment share a domain of up to sixty characters: a terminal is told it once, not in every line. */

// At least three labels, the last one not a number: no address, no version, no file name.
const HOST_NAME = /(?<![\w.@/-])[a-z0-9-]+(?:\.[a-z0-9-]+)+\.[a-z][a-z0-9-]*(?![\w.]*\/)/i;

/** The domain of the first host name in the texts, without its first label; undefined where there is none. */
export function domainOf(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const name = HOST_NAME.exec(text)?.[0];
    if (name !== undefined) return name.slice(name.indexOf('.') + 1);
  }
  return undefined;
}

/** `shop-0001-001.shop.abc123.cache.amazonaws.com:6379` becomes `shop-0001-001:6379`; other names stay whole. */
export function withoutDomain(text: string, domain: string | undefined): string {
  if (domain === undefined) return text;
  const escaped = domain.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replace(new RegExp(`(?<=(?<![\\w.-])[a-z0-9-]+)\\.${escaped}(?![\\w-]|\\.\\w)`, 'gi'), '');
}
