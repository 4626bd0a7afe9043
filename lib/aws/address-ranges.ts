/** How many addresses of the internet a set of address ranges holds, counted once each, however the set is split. */
import { isIP } from 'node:net';

export type Family = 'ipv4' | 'ipv6';

export interface AddressRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

const BITS: Readonly<Record<Family, number>> = { ipv4: 32, ipv6: 128 };

/** Undefined for what is not a block of addresses, which EC2 would refuse. Bits behind the prefix are taken as 0, as EC2 does. */
export function tryAddressRange(cidr: string): AddressRange | undefined {
  const [address = '', prefix, ...more] = cidr.trim().split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0 || !(prefix === undefined || /^\d{1,3}$/.test(prefix))) return;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const hostBits = BITS[family] - Number(prefix ?? BITS[family]);
  if (hostBits < 0) return;
  const size = 1n << BigInt(hostBits);
  const first = (numberOf(address, family) / size) * size;
  return { family, first, last: first + size - 1n };
}

/**
 * Not routed on the internet: RFC 1918, carriers (RFC 6598) and benchmarks (RFC 2544), which networks on AWS use too, and the unique
 * local addresses of IPv6 (RFC 4193).
 */
const PRIVATE: readonly AddressRange[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '198.18.0.0/15',
  'fc00::/7',
].flatMap((cidr) => tryAddressRange(cidr) ?? []);

/** Of all of these ranges together; each address is counted once. */
export function publicAddresses(ranges: readonly AddressRange[]): bigint {
  return merged(ranges).reduce((sum, range) => sum + sizeOf(range) - privatePart(range), 0n);
}

function privatePart(range: AddressRange): bigint {
  return PRIVATE.filter(({ family }) => family === range.family).reduce((sum, part) => {
    const first = part.first > range.first ? part.first : range.first;
    const last = part.last < range.last ? part.last : range.last;
    return last < first ? sum : sum + (last - first + 1n);
  }, 0n);
}

function merged(ranges: readonly AddressRange[]): AddressRange[] {
  const sorted = [...ranges].sort((one, other) => (one.first < other.first ? -1 : 1));
  const whole: AddressRange[] = [];
  for (const family of ['ipv4', 'ipv6'] as const) {
    for (const range of sorted.filter((each) => each.family === family)) {
      const before = whole.at(-1);
      if (before === undefined || before.family !== family || range.first > before.last) whole.push(range);
      else if (range.last > before.last) whole.splice(-1, 1, { ...before, last: range.last });
    }
  }
  return whole;
}

function sizeOf({ first, last }: AddressRange): bigint {
  return last - first + 1n;
}

function numberOf(address: string, family: Family): bigint {
  if (family === 'ipv4') return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail] = inGroups(address).split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const left = groups(head);
  const right = groups(tail ?? '');
  const filled = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return filled.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

/** `::ffff:1.2.3.4` with its end in groups, too. */
function inGroups(address: string): string {
  const [plain = ''] = address.split('%');
  return plain.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}
