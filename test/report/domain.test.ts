import { describe, expect, test } from 'vitest';
import { domainOf, withoutDomain } from '../../lib/report/domain.ts';

const DOMAIN = 'shop.abc123.euw1.cache.amazonaws.com';

describe('the domain of a deployment', () => {
  test.each([
    ['of a configuration endpoint', `clustercfg.${DOMAIN}:6379 answers.`, DOMAIN],
    ['in quotes, at the end of a sentence', `The name is "clustercfg.${DOMAIN}".`, DOMAIN],
    ['of an Azure database', 'shop.westeurope.redis.azure.net:10000 answers.', 'westeurope.redis.azure.net'],
    ['in a later text', 'There are 3 shards.', 'westeurope.redis.azure.net', 'shop.westeurope.redis.azure.net is up.'],
  ])('is found %s', (_, text, domain, ...more) => {
    expect(domainOf([text, ...more])).toBe(domain);
  });

  test.each([
    ['an address', '127.89.67.1:6379 answers.'],
    ['a version', 'The servers run 7.0.15, not 8.0.'],
    ['a path', 'See /var/lib/a.b.c/redis.conf.d/x.'],
    ['a name of two labels', 'redis.internal:6379 answers.'],
    ['nothing', ''],
  ])('is not taken from %s', (_, text) => {
    expect(domainOf([text])).toBeUndefined();
  });
});

describe('a text without the domain', () => {
  test('keeps what tells the nodes apart, and ports, quotes and full stops', () => {
    const text = `shop-0001-001.${DOMAIN}:6379 and "clustercfg.${DOMAIN}" and node.${DOMAIN}.`;
    expect(withoutDomain(text, DOMAIN)).toBe('shop-0001-001:6379 and "clustercfg" and node.');
  });

  test.each([
    ['a name of another domain', 'shop.other.cache.amazonaws.com:6379'],
    ['a longer name', `node.${DOMAIN}.example.org`],
    ['a wildcard', `*.${DOMAIN}`],
    ['a name below it with two labels', `a.b.${DOMAIN}`],
  ])('keeps %s whole', (_, text) => {
    expect(withoutDomain(text, DOMAIN)).toBe(text);
  });

  test('is the text where there is no domain', () => {
    expect(withoutDomain('shop.a.b.c', undefined)).toBe('shop.a.b.c');
  });
});
