/**
 * How names become addresses when a connection is made. Every address of a name is handed over, in random order, so
 * that the connection tries the next one when the first is gone, and several clients spread over the nodes of one name.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { ConnectionProfile } from '../profile/profile.ts';

type Addresses = (name: string) => Promise<LookupAddress[]>;

/** A look-up function for `net.connect` and `tls.connect`. Nothing is cached: a name's new address is seen at the next dial. */
export function lookupOf(resolution: ConnectionProfile['nameResolution']): LookupFunction {
  const addresses: Addresses =
    resolution.kind === 'hosts-file' ? (name) => fromHostsFile(resolution.path, name) : fromSystem;
  return (name, options, callback) => {
    addresses(name).then(
      (found) => {
        const order = shuffled(found);
        const [first] = order;
        if (first === undefined) callback(notFound(name), '', 0);
        else if (options.all === true) callback(null, order);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}

/** Where a name leads now; nothing when it leads nowhere. */
export function addressesOf(resolution: ConnectionProfile['nameResolution'], name: string): Promise<string[]> {
  return new Promise((resolve) => {
    lookupOf(resolution)(name, { all: true }, (error, found) => {
      resolve(error === null && Array.isArray(found) ? found.map(({ address }) => address) : []);
    });
  });
}

/** The same look-up, with the addresses first that it has not handed over as the first yet. */
export function untriedFirst(lookup: LookupFunction): LookupFunction {
  const tried = new Set<string>();
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : [];
      const order = [
        ...addresses.filter(({ address }) => !tried.has(address)),
        ...addresses.filter(({ address }) => tried.has(address)),
      ];
      const [first] = order;
      if (error !== null || first === undefined) {
        callback(error ?? notFound(name), '', 0);
        return;
      }
      tried.add(first.address);
      if (options.all === true) callback(null, order);
      else callback(null, first.address, first.family);
    });
  };
}

/** The same look-up, and whether the name has come to lead to an address that no look-up has given so far: each is told once. */
export function newAddressWatch(
  lookup: LookupFunction,
  name: string,
): { readonly lookup: LookupFunction; readonly isMoved: () => Promise<boolean> } {
  const known = new Set<string>();
  const note = (addresses: readonly { readonly address: string }[]): boolean => {
    const isNew = addresses.some(({ address }) => !known.has(address));
    for (const { address } of addresses) known.add(address);
    return isNew;
  };
  return {
    lookup: (each, options, callback) => {
      lookup(each, options, (error, found, family) => {
        if (error === null) note(Array.isArray(found) ? found : [{ address: found }]);
        callback(error, found, family);
      });
    },
    isMoved: () =>
      new Promise((resolve) => {
        // A name without an address now may have one at the next look.
        lookup(name, { all: true }, (error, found) => resolve(error === null && Array.isArray(found) && note(found)));
      }),
  };
}

/** Addresses of a name in text of `/etc/hosts` format. Names are compared without regard to case. */
export function addressesIn(hostsText: string, name: string): LookupAddress[] {
  const wanted = name.toLowerCase();
  const found: LookupAddress[] = [];
  for (const line of hostsText.split(/\r?\n/)) {
    const [address, ...names] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/);
    if (address === undefined || !names.some((each) => each.toLowerCase() === wanted)) continue;
    const family = isIP(address);
    if (family !== 0 && !found.some((known) => known.address === address)) found.push({ address, family });
  }
  return found;
}

async function fromHostsFile(path: string, name: string): Promise<LookupAddress[]> {
  const found = addressesIn(await readFile(path, 'utf8'), name);
  if (found.length === 0) throw notFound(name);
  return found;
}

function fromSystem(name: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(name, { all: true }, (error, found) => (error === null ? resolve(found) : reject(error)));
  });
}

function notFound(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
    code: 'ENOTFOUND',
    hostname: name,
    syscall: 'getaddrinfo',
  });
}

function shuffled(addresses: readonly LookupAddress[]): LookupAddress[] {
  return addresses
    .map((address) => ({ address, order: Math.random() }))
    .sort((left, right) => left.order - right.order)
    .map(({ address }) => address);
}
