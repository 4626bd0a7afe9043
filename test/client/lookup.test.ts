import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressesIn, lookupOf, newAddressWatch } from '../../lib/client/lookup.ts';

let directory: string;
let path: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-lookup-'));
  path = join(directory, 'hosts');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function look(name: string, all: boolean): Promise<unknown> {
  const lookup = lookupOf({ kind: 'hosts-file', path });
  return new Promise((resolve, reject) => {
    lookup(name, { all }, (error, address, family) =>
      error ? reject(error) : resolve(all ? address : [address, family]),
    );
  });
}

test('a hosts file is read as the system reads its own: comments, several names, any case, IPv6, no repetition', () => {
  const text = '# lab\n127.0.0.1\tone two # three\n\n127.0.0.2 TWO\n::1 two\n127.0.0.1 two\nnot-an-address two\n';
  expect(addressesIn(text, 'two')).toEqual([
    { address: '127.0.0.1', family: 4 },
    { address: '127.0.0.2', family: 4 },
    { address: '::1', family: 6 },
  ]);
  expect(addressesIn(text, 'three')).toEqual([]);
});

test('every address of a name is handed over, so that the next one is tried when the first is gone', async () => {
  await writeFile(path, '127.0.0.1 name\n127.0.0.2 name\n');
  const found = (await look('name', true)) as { address: string }[];
  expect(found.map(({ address }) => address).sort()).toEqual(['127.0.0.1', '127.0.0.2']);
});

test('the order changes, so that clients spread over the nodes of one name', async () => {
  await writeFile(path, '127.0.0.1 name\n127.0.0.2 name\n');
  const firsts = new Set<string>();
  for (let count = 0; count < 60; count += 1) firsts.add(((await look('name', false)) as string[])[0] ?? '');
  expect(firsts.size).toBe(2);
});

test('a new address is seen at the next look-up', async () => {
  await writeFile(path, '127.0.0.1 name\n');
  expect(await look('name', false)).toEqual(['127.0.0.1', 4]);
  await writeFile(path, '127.0.0.9 name\n');
  expect(await look('name', false)).toEqual(['127.0.0.9', 4]);
});

test('a name that has moved is told once, and one that has not is not', async () => {
  await writeFile(path, '127.0.0.1 name\n');
  const { lookup, isMoved } = newAddressWatch(lookupOf({ kind: 'hosts-file', path }), 'name');
  const found = await new Promise((resolve) => lookup('name', {}, (_error, address) => resolve(address)));
  expect(found).toBe('127.0.0.1');
  expect(await isMoved()).toBe(false);
  await writeFile(path, '127.0.0.9 name\n');
  expect(await isMoved()).toBe(true);
  expect(await isMoved()).toBe(false);
  // Back to where it was already: nothing that was not tried.
  await writeFile(path, '127.0.0.1 name\n');
  expect(await isMoved()).toBe(false);
  await writeFile(path, '\n');
  expect(await isMoved()).toBe(false);
});

test('a name that is not in the file is not found, as a resolver would say it', async () => {
  await writeFile(path, '127.0.0.1 name\n');
  await expect(look('other', false)).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('a hosts file that is gone is an error, not a crash', async () => {
  await rm(path);
  await expect(look('name', true)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('without a hosts file the system is asked', async () => {
  const lookup = lookupOf({ kind: 'system' });
  const address = await new Promise((resolve, reject) =>
    lookup('localhost', {}, (error, found) => (error ? reject(error) : resolve(found))),
  );
  expect(['127.0.0.1', '::1']).toContain(address);
});
