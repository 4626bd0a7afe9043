import { describe, expect, it } from 'vitest';
import { publicAddresses, tryAddressRange } from '../../lib/aws/address-ranges.ts';

const rangeOf = (cidr: string) => tryAddressRange(cidr) ?? expect.fail(`${cidr} is no block`);
const open = (...cidrs: string[]) => publicAddresses(cidrs.map(rangeOf));

const PRIVATE_IPV4 = 2n ** 24n + 2n ** 20n + 2n ** 16n + 2n ** 22n + 2n ** 17n;
const PUBLIC_IPV4 = 2n ** 32n - PRIVATE_IPV4;

describe('a block of addresses', () => {
  it.each([
    ['10.1.2.3/8', 0x0a000000n, 0x0affffffn],
    ['10.1.2.3', 0x0a010203n, 0x0a010203n],
    ['255.255.255.255/32', 0xffffffffn, 0xffffffffn],
    ['0.0.0.0/00', 0n, 0xffffffffn],
    ['::1/128', 1n, 1n],
    ['1:2:3:4:5:6:7:8', 0x00010002000300040005000600070008n, 0x00010002000300040005000600070008n],
    ['::ffff:1.2.3.4', 0xffff01020304n, 0xffff01020304n],
    ['0:0::0/0', 0n, 2n ** 128n - 1n],
  ])('%s is from its first to its last address', (cidr, first, last) => {
    expect(rangeOf(cidr)).toMatchObject({ first, last });
  });

  it.each([
    '',
    'world',
    '10.0.0.0/33',
    '10.0.0/8',
    '::/129',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '1.2.3.256/32',
  ])('%j is none', (text) => {
    expect(tryAddressRange(text)).toBeUndefined();
  });
});

describe('addresses of the internet', () => {
  it.each([['10.0.0.0/8'], ['172.31.0.0/16'], ['192.168.1.1/32'], ['100.64.0.0/10'], ['198.18.0.0/15'], ['fd00::/8']])(
    'are none of %s',
    (cidr) => {
      expect(open(cidr)).toBe(0n);
    },
  );

  it('are all but the private ones', () => {
    expect(open('0.0.0.0/0')).toBe(PUBLIC_IPV4);
    expect(open('10.0.0.0/7')).toBe(2n ** 24n);
    expect(open('::/0')).toBe(2n ** 128n - 2n ** 121n);
  });

  it('are counted once, however they are split and in whatever order', () => {
    expect(open('128.0.0.0/1', '0.0.0.0/1')).toBe(PUBLIC_IPV4);
    expect(open('8.8.8.0/24', '8.8.8.8/32', '8.8.0.0/16', '8.8.8.0/24')).toBe(2n ** 16n);
    expect(open('::/1', '0.0.0.0/1', '8000::/1', '128.0.0.0/1')).toBe(PUBLIC_IPV4 + 2n ** 128n - 2n ** 121n);
    expect(open()).toBe(0n);
  });
});
