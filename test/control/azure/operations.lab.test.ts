/** What Azure can be asked to do, done to real processes. */
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../lib/client/connect.ts';
import type { AzureControlPlaneOptions } from '../../../lib/control/azure/control-plane.ts';
import type { Lab } from '../../../lib/lab/lab.ts';
import { readState } from '../../../lib/lab/state.ts';
import { ask, credentialsOf, doorOf } from '../../lab/support/ask.ts';
import { removeBaseDirectory } from '../../lab/support/lab.ts';
import { holdConnections } from './stand-in/held-connections.ts';
import { controlPlaneOf, startAzureLab, timeline } from './stand-in/lab.ts';
import { type AzureApiOptions, faults, startAzureApi } from './stand-in/start.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function api(lab: Lab, options: Partial<AzureApiOptions> = {}, given: Partial<AzureControlPlaneOptions> = {}) {
  const standIn = await startAzureApi({ lab, ...options });
  closers.push(standIn.close);
  return { standIn, ...controlPlaneOf(standIn, given) };
}

async function ended(lab: Lab | undefined): Promise<void> {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
}

const forever = new AbortController().signal;
const addressesOf = (lab: Lab) => lab.nodes().map(({ host, port }) => `${host}:${port}`);

/** Aborts as soon as a step has been accepted, as Ctrl-C does in the middle. */
function abortedAtStep(place: number) {
  const controller = new AbortController();
  const reason = new Error('interrupted');
  return {
    reason,
    ...timeline(controller.signal, (accepted) => {
      if (accepted === place) controller.abort(reason);
    }),
  };
}

describe('access-key-toggle under the OSS policy', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startAzureLab();
  });
  afterAll(() => ended(lab));

  test('drops every connection of the application, and puts the former setting and everything else back', async () => {
    const { standIn, operation } = await api(lab);
    const before = structuredClone(standIn.database.properties);
    const held = await holdConnections(lab);
    closers.push(held.close);
    const { context, steps } = timeline(forever);
    const toggle = operation('access-key-toggle');
    expect(await toggle.preconditions()).toEqual([]);
    await toggle.run(context);
    expect(held.count).toBe(5);
    await expect.poll(held.ended).toBe(5);
    expect(steps).toEqual([
      { what: 'access-key authentication switched on', evidence: 'PUT databases/default: Succeeded' },
      { what: 'access-key authentication switched off', evidence: 'PUT databases/default: Succeeded' },
    ]);
    expect(standIn.database.properties).toEqual(before);
    const sent = standIn.bodies.find(({ name }) => name === 'Databases_Create')?.body as { properties: object };
    expect(Object.keys(sent.properties)).not.toEqual(expect.arrayContaining(['provisioningState']));
    expect(sent.properties).toMatchObject({ accessKeysAuthentication: 'Enabled', evictionPolicy: 'VolatileLRU' });
  });

  test('lets a key in while it is on and not afterwards', async () => {
    const { standIn, operation } = await api(lab);
    const url = `${standIn.endpoint}${standIn.resourceId}/databases/default/listKeys?api-version=2025-07-01`;
    const headers = { authorization: `Bearer ${await standIn.token()}` };
    const { primaryKey } = (await (await fetch(url, { method: 'POST', headers })).json()) as { primaryKey: string };
    const [node] = lab.nodes();
    const signIn = async () =>
      (await ask(doorOf(lab, node as { host: string; port: number }), [['AUTH', primaryKey]]))[0];
    expect(await signIn()).toBeInstanceOf(Error);
    const { context, reason } = abortedAtStep(1);
    const toggle = operation('access-key-toggle');
    await expect(toggle.run(context)).rejects.toBe(reason);
    await standIn.idle();
    expect(await signIn()).toBe('OK');
    await toggle.heal(context);
    expect(await signIn()).toBeInstanceOf(Error);
  });

  test('interrupted in the middle is healed: what runs is awaited, then the former setting is put back', async () => {
    const { standIn, operation } = await api(lab);
    const { context, notes, reason, steps } = abortedAtStep(1);
    const toggle = operation('access-key-toggle');
    await expect(toggle.run(context)).rejects.toBe(reason);
    expect(steps).toEqual([{ what: 'access-key authentication switched on' }]);
    // For whoever cannot wait for what follows.
    expect(toggle.byHand?.()).toMatch(
      /^Switch it off by hand: az redisenterprise database update .*--access-keys-auth Disabled/,
    );
    expect(operation('sku-round-trip').byHand?.()).toBeUndefined();
    await toggle.heal(context);
    expect(standIn.database.properties).toMatchObject({
      accessKeysAuthentication: 'Disabled',
      provisioningState: 'Succeeded',
    });
    expect(notes.slice(-2)).toEqual([
      'access-key authentication is Enabled: asking for access-key authentication off',
      'access-key authentication off is back',
    ]);
    // And once more changes nothing.
    const puts = standIn.calls.filter((name) => name === 'Databases_Create').length;
    await toggle.heal(context);
    expect(standIn.calls.filter((name) => name === 'Databases_Create')).toHaveLength(puts);
  });

  test('that never ran is not healed, without a question', async () => {
    const { standIn, operation } = await api(lab);
    await operation('access-key-toggle').heal({ event: () => undefined });
    expect(standIn.calls).toEqual([]);
  });

  test('that is not allowed says so, and nothing has to be put back', async () => {
    const { operation } = await api(lab, { denied: ['Databases_Create'] });
    const { context, notes } = timeline(forever);
    const toggle = operation('access-key-toggle');
    await expect(toggle.run(context)).rejects.toThrow(/^AZURE_FORBIDDEN: .*PUT databases\/default/);
    await toggle.heal(context);
    expect(notes.at(-1)).toBe('access-key authentication off is there; nothing had to be put back');
  });

  test('waits for what somebody else is changing before it puts anything back', async () => {
    const { standIn, operation } = await api(lab);
    const { context, notes, reason } = abortedAtStep(1);
    const toggle = operation('access-key-toggle');
    await expect(toggle.run(context)).rejects.toBe(reason);
    await standIn.idle();
    standIn.failNext('Databases_Create', faults.conflict());
    await toggle.heal(context);
    expect(standIn.database.properties?.accessKeysAuthentication).toBe('Disabled');
    expect(notes.filter((note) => note.endsWith('asking for access-key authentication off'))).toHaveLength(2);
  });
});

describe('access-key-toggle behind one endpoint whose clients have a key', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startAzureLab({ clusteringPolicy: 'EnterpriseCluster', authentication: { kind: 'access-key' } });
  });
  afterAll(() => ended(lab));

  test('is refused, because the key would be', async () => {
    for (const given of [{}, { signIn: 'access-key' }] as const) {
      const { operation } = await api(lab, {}, given);
      expect(await operation('access-key-toggle').preconditions()).toMatchObject([
        { code: 'ACCESS_KEY_TOGGLE_LOCKS_OUT', overridable: false },
      ]);
    }
  });

  test('drops every connection, and the key is refused until it is on again', async () => {
    const { operation, standIn } = await api(lab);
    const held = await holdConnections(lab);
    closers.push(held.close);
    const { endpoint } = readState(lab.runDirectory);
    const signIn = async () => (await ask(doorOf(lab, endpoint), [credentialsOf(lab)]))[0];
    const { context, reason } = abortedAtStep(1);
    const toggle = operation('access-key-toggle');
    await expect(toggle.run(context)).rejects.toBe(reason);
    await standIn.idle();
    await expect.poll(held.ended).toBe(held.count);
    expect(await signIn()).toBeInstanceOf(Error);
    await toggle.heal(context);
    expect(await signIn()).toBe('OK');
    expect(standIn.database.properties?.accessKeysAuthentication).toBe('Enabled');
  });

  // The last one here: the profile's secret is the old key.
  test('a key that is regenerated is refused, and the new one is not', async () => {
    const { standIn } = await api(lab);
    const { endpoint } = readState(lab.runDirectory);
    const signIn = async (words: string[]) => (await ask(doorOf(lab, endpoint), [words]))[0];
    const headers = { authorization: `Bearer ${await standIn.token()}` };
    const post = async (action: string, body?: object) => {
      const url = `${standIn.endpoint}${standIn.resourceId}/databases/default/${action}?api-version=2025-07-01`;
      return fetch(url, { method: 'POST', headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    };
    expect(await signIn(credentialsOf(lab))).toBe('OK');
    expect((await post('regenerateKey', { keyType: 'Primary' })).status).toBe(202);
    await standIn.idle();
    const { primaryKey } = (await (await post('listKeys')).json()) as { primaryKey: string };
    expect(await signIn(credentialsOf(lab))).toBeInstanceOf(Error);
    expect(await signIn(['AUTH', primaryKey])).toBe('OK');
  });
});

describe('sku-round-trip', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startAzureLab();
  });
  afterAll(() => ended(lab));

  test('replaces every node and ends at the size of before, with the data', async () => {
    const { standIn, operation } = await api(lab);
    const client = await connect(lab.profile, { log: 'silent' });
    closers.push(() => client.disconnect());
    await client.set('kept', 'yes');
    const before = addressesOf(lab);
    const { context, steps } = timeline(forever);
    const roundTrip = operation('sku-round-trip');
    expect(await roundTrip.preconditions()).toEqual([]);
    await roundTrip.run(context);
    expect(steps.map(({ what }) => what)).toEqual(['scaled to Balanced_B10', 'scaled to Balanced_B5']);
    expect(steps.every(({ evidence }) => evidence?.endsWith(': Succeeded'))).toBe(true);
    const after = addressesOf(lab);
    expect(after).toHaveLength(before.length);
    expect(after.filter((address) => before.includes(address))).toEqual([]);
    expect(standIn.cluster.sku).toEqual({ name: 'Balanced_B5' });
    expect(await client.get('kept')).toBe('yes');
    await roundTrip.heal(context);
    expect(standIn.cluster.sku).toEqual({ name: 'Balanced_B5' });
  });

  test('interrupted on the way up is healed: it waits until it is up, then goes back', async () => {
    const { standIn, operation } = await api(lab);
    const { context, notes, reason } = abortedAtStep(1);
    const roundTrip = operation('sku-round-trip');
    await expect(roundTrip.run(context)).rejects.toBe(reason);
    expect(standIn.cluster.properties?.resourceState).toBe('Scaling');
    await roundTrip.heal(context);
    expect(standIn.cluster).toMatchObject({ sku: { name: 'Balanced_B5' }, properties: { resourceState: 'Running' } });
    expect(notes.slice(-3)).toEqual([
      'the SKU is Balanced_B5, the cluster Scaling: waiting until that is over before the SKU Balanced_B5 is put back',
      'the SKU is Balanced_B10, the cluster Running: asking for the SKU Balanced_B5',
      'the SKU Balanced_B5 is back',
    ]);
  });

  test('that fails is a sentence, and is healed', async () => {
    const { standIn, operation } = await api(lab);
    standIn.nextChange('fails');
    const { context, steps } = timeline(forever);
    const roundTrip = operation('sku-round-trip');
    await expect(roundTrip.run(context)).rejects.toThrow(
      /^AZURE_OPERATION_FAILED: .*ended as Failed: OperationFailed: No capacity is left in the zone\./,
    );
    expect(steps).toEqual([{ what: 'scaled to Balanced_B10' }]);
    expect(await roundTrip.preconditions()).toMatchObject([{ code: 'AZURE_NOT_AT_REST', overridable: false }]);
    Object.assign(standIn.cluster, { sku: { name: 'Balanced_B10' } });
    await roundTrip.heal(context);
    expect(standIn.cluster).toMatchObject({ sku: { name: 'Balanced_B5' }, properties: { resourceState: 'Running' } });
  });

  test('that never ends is a sentence, from the run and from whoever heals', async () => {
    const { standIn, operation } = await api(lab, {}, { operationTimeoutMs: 200, healTimeoutMs: 200 });
    standIn.nextChange('hangs');
    const { context } = timeline(forever);
    const roundTrip = operation('sku-round-trip');
    await expect(roundTrip.run(context)).rejects.toThrow(
      /^AZURE_OPERATION_TIMED_OUT: PATCH redisEnterprise \(sku Balanced_B10\) was accepted and is not over after 0.2 s \(status InProgress\)/,
    );
    await expect(roundTrip.heal(context)).rejects.toThrow(
      /^AZURE_NOT_HEALED: the SKU Balanced_B5 could not be put back .* not within 0.2 s, the SKU is Balanced_B5, the cluster Scaling\. .*az redisenterprise update .*--sku Balanced_B5/,
    );
  });

  test('whose request got no answer is healed as if it had been heard, which it was', async () => {
    const { standIn, operation } = await api(lab);
    standIn.failNext('RedisEnterprise_Update', 'lost');
    const { context, steps, notes } = timeline(forever);
    const roundTrip = operation('sku-round-trip');
    await expect(roundTrip.run(context)).rejects.toThrow(/^AZURE_UNREACHABLE/);
    expect(steps).toEqual([]);
    await roundTrip.heal(context);
    expect(standIn.cluster).toMatchObject({ sku: { name: 'Balanced_B5' }, properties: { resourceState: 'Running' } });
    expect(notes.at(-1)).toBe('the SKU Balanced_B5 is back');
  });

  test('is refused in production until the deployment is named', async () => {
    const { operation } = await api(lab, { tags: { Environment: 'Production' } });
    for (const name of ['access-key-toggle', 'sku-round-trip', 'version-upgrade']) {
      expect(await operation(name).preconditions()).toContainEqual(
        expect.objectContaining({ code: 'AZURE_PRODUCTION', overridable: true }),
      );
    }
  });

  test('while it runs every other change is refused', async () => {
    const { standIn, operation } = await api(lab);
    standIn.nextChange('hangs');
    const { context, reason } = abortedAtStep(1);
    await expect(operation('sku-round-trip').run(context)).rejects.toBe(reason);
    const url = `${standIn.endpoint}${standIn.resourceId}?api-version=2025-07-01`;
    const headers = { authorization: `Bearer ${await standIn.token()}` };
    const response = await fetch(url, { method: 'PATCH', headers, body: '{"sku":{"name":"Balanced_B20"}}' });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ error: { code: 'Conflict' } });
  });

  test('version-upgrade replaces every node, once, and cannot be undone', async () => {
    const { operation } = await api(lab);
    const upgrade = operation('version-upgrade');
    expect(upgrade.reversible).toBe(false);
    expect(await upgrade.preconditions()).toMatchObject([{ code: 'VERSION_UPGRADE_NOTHING_NEWER', overridable: true }]);
    const before = addressesOf(lab);
    const { context, steps, notes } = timeline(forever);
    await upgrade.run(context);
    await upgrade.heal(context);
    expect(steps).toEqual([
      { what: 'upgraded to the latest version of Redis', evidence: 'POST upgradeDBRedisVersion: Succeeded' },
    ]);
    expect(addressesOf(lab).filter((address) => before.includes(address))).toEqual([]);
    expect(notes.at(-1)).toMatch(/^Redis is \d+\.\d+, .*an upgrade cannot be put back$/);
  });

  test('version-upgrade that was interrupted is awaited', async () => {
    const { standIn, operation } = await api(lab);
    const { context, notes, reason } = abortedAtStep(1);
    const upgrade = operation('version-upgrade');
    await expect(upgrade.run(context)).rejects.toBe(reason);
    await upgrade.heal(context);
    expect(standIn.database.properties?.provisioningState).toBe('Succeeded');
    expect(notes.at(-1)).toContain('the database Succeeded/Running; an upgrade cannot be put back');
  });
});

describe('geo-unlink', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startAzureLab({
      geoReplication: { kind: 'active', groupNickname: 'orders-everywhere', memberCount: 2 },
    });
  });
  afterAll(() => ended(lab));

  test('always needs the deployment to be named, because the data is discarded', async () => {
    const { operation } = await api(lab, { peers: ['orders-us'] });
    expect(await operation('geo-unlink').preconditions()).toMatchObject([
      { code: 'GEO_UNLINK_DISCARDS_DATA', overridable: true },
    ]);
    expect(await operation('sku-round-trip').preconditions()).toMatchObject([{ code: 'SKU_ROUND_TRIP_GEO' }]);
  });

  test('unlinks through another member and links again, without the data that was here', async () => {
    const { standIn, operation } = await api(lab, { peers: ['orders-us'] });
    const before = structuredClone(standIn.database.properties?.geoReplication);
    const client = await connect(lab.profile, { log: 'silent' });
    closers.push(() => client.disconnect());
    await client.set('lost', 'soon');
    const { context, steps } = timeline(forever);
    await operation('geo-unlink').run(context);
    expect(steps).toEqual([
      { what: 'unlinked from the group orders-everywhere', evidence: 'POST forceUnlink: Succeeded' },
      { what: 'linked to the group orders-everywhere again', evidence: 'POST forceLinkToReplicationGroup: Succeeded' },
    ]);
    expect(standIn.bodies.find(({ name }) => name === 'Databases_ForceUnlink')?.body).toEqual({
      ids: [`${standIn.resourceId}/databases/default`],
    });
    expect(standIn.database.properties?.geoReplication).toEqual(before);
    expect(await client.get('lost')).toBeNull();
  });

  test.each([1, 2])('interrupted at step %i is linked again', async (place) => {
    const { standIn, operation } = await api(lab, { peers: ['orders-us'] });
    const before = structuredClone(standIn.database.properties?.geoReplication);
    const { context, notes, reason } = abortedAtStep(place);
    const unlink = operation('geo-unlink');
    await expect(unlink.run(context)).rejects.toBe(reason);
    await unlink.heal(context);
    expect(standIn.database.properties?.geoReplication).toEqual(before);
    expect(notes.at(-1)).toMatch(/^the link to the group orders-everywhere is (back|there)/);
  });
});
