/** A secondary leaves its Global Datastore, asked of the stand-in by the real SDK, while clients write to the primary. */
import { describe, expect, test } from 'vitest';
import { sleep } from '../../../../lib/base/wait-until.ts';
import type { CloudOperation } from '../../../../lib/control/control-plane.ts';
import { elastiCacheControlPlane } from '../../../../lib/control/elasticache/control-plane.ts';
import { cloudTarget } from '../../../../lib/drill/targets/cloud.ts';
import { takeWrites } from '../stand-in/copied-regions.ts';
import { answerLost, timeline } from '../stand-in/session.ts';
import { faults, type StandInOptions } from '../stand-in/start.ts';
import { OTHER_REGION, readFrom, writeTo } from '../stand-in/two-regions.ts';
import { globalSession, writesTo } from './session.ts';

const { regions, api, drill } = globalSession('global-disassociate');

const requests = (calls: readonly string[]) =>
  calls.filter((action) => action === 'DisassociateGlobalReplicationGroup');

describe('a drill of global-disassociate', () => {
  test('takes the secondary out, and no client of the primary notices', async () => {
    const { result, history } = await drill({ watchMs: 3_000 });
    expect(result.verdict, JSON.stringify(result)).toBe('pass');
    expect(result.proof.evidence[0]).toMatch(
      /^orders-ohio in us-east-2 taken out of abcde-orders: complete after .*\(Global Datastore abcde-orders is primary-only: orders in eu-west-1 is primary and associated; its servers accept 64 of 64 writes\)/,
    );
    expect(result.clients.map(({ name, operations }) => [name, operations.fail, operations.unknown])).toEqual([
      ['redoubt', 0, 0],
      ['ioredis', 0, 0],
    ]);
    expect(history.events.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('Leave `globalDatastore` on the secondary in the template'),
    );
  });

  test('fails when the primary does not take writes meanwhile: then every client is hurt', async () => {
    const { here } = regions;
    const disturbed: Promise<unknown>[] = [];
    const hurt: NonNullable<StandInOptions['change']> = (action, result) => {
      if (action !== 'DisassociateGlobalReplicationGroup') return result;
      disturbed.push(
        takeWrites(here, false)
          .then(() => sleep(1_500))
          .finally(() => takeWrites(here, true)),
      );
      return result;
    };
    const { result } = await drill({ watchMs: 3_000 }, { change: hurt });
    await Promise.all(disturbed);
    expect(result.verdict).toBe('fail');
    const complaints = result.clients.map(({ name, findings }) => [
      name,
      ...findings.flatMap(({ code, verdict }) => (verdict === 'fail' ? [code] : [])),
    ]);
    expect(complaints).toEqual([
      ['redoubt', 'SLOWEST_ANSWER'],
      ['ioredis', 'FAILED_WRITES'],
    ]);
  });
});

describe('global-disassociate', () => {
  test('leaves a group of its own behind, which holds what was written, takes writes and belongs to no datastore', async () => {
    const { here, there } = regions;
    const { standIn, operation } = await api();
    expect(await operation.preconditions()).toEqual([]);
    expect(await writesTo(there)).toMatchObject({ accepted: 0, refused: 64 });
    await writeTo(here, 'written-before', 'yes');
    const { lines, context } = timeline();
    await operation.run(context);
    expect(await readFrom(there, 'written-before')).toBe('yes');
    expect(lines.slice(0, 2)).toEqual([
      'note: DisassociateGlobalReplicationGroup is asked for orders-ohio in us-east-2',
      'step: orders-ohio in us-east-2 taken out of abcde-orders',
    ]);
    expect(await writesTo(there)).toMatchObject({ accepted: 64 });
    expect(await writesTo(here)).toMatchObject({ accepted: 64 });
    const elsewhere = elastiCacheControlPlane({
      replicationGroupId: 'orders-ohio',
      region: OTHER_REGION,
      endpoint: standIn.endpoint,
    }).operations.find(({ name }) => name === 'global-disassociate') as CloudOperation;
    expect(await elsewhere.preconditions()).toMatchObject([{ code: 'GLOBAL_DISASSOCIATE_NOT_MEMBER' }]);
    expect(await operation.preconditions()).toMatchObject([{ code: 'GLOBAL_DISASSOCIATE_NO_SECONDARY' }]);
    await operation.heal(context);
    expect(lines.at(-1)).toMatch(/is primary-only: .*Nothing can be put back\.$/);
  });

  test('needs the deployment to be named, because it cannot be undone', async () => {
    const { here } = regions;
    const { standIn, controlPlane, operation } = await api();
    expect(operation.reversible).toBe(false);
    const target = await cloudTarget({ profile: here.profile, profilePath: here.profilePath, controlPlane });
    try {
      expect(await target.preflight('global-disassociate')).toMatchObject([{ code: 'OPERATION_NOT_REVERSIBLE' }]);
    } finally {
      target.close();
    }
    expect(requests(standIn.calls)).toEqual([]);
  });

  test('of a region that is no member is refused before anything is asked for', async () => {
    const { standIn, operation } = await api({}, { otherRegion: 'ap-northeast-1' });
    expect(await operation.preconditions()).toMatchObject([{ code: 'GLOBAL_DISASSOCIATE_SECONDARY_UNCLEAR' }]);
    await expect(operation.run(timeline().context)).rejects.toThrow(
      /AWS_GLOBAL_DATASTORE_NOT_FOUND: .*no secondary in ap-northeast-1 .*nothing was asked for/,
    );
    expect(requests(standIn.calls)).toEqual([]);
  });

  test('is asked again while the datastore is busy, and not twice when the answer was lost, though the member still counts as associated', async () => {
    const { standIn, operation } = await api({ change: answerLost('DisassociateGlobalReplicationGroup') });
    standIn.failNext('DisassociateGlobalReplicationGroup', faults.invalidGlobalState('modifying'));
    const { lines, context } = timeline();
    await operation.run(context);
    expect(requests(standIn.calls)).toHaveLength(2);
    expect(lines.filter((line) => line.startsWith('step'))).toHaveLength(1);
  });

  test('is not complete when the servers of the primary take no writes afterwards', async () => {
    const { operation } = await api(
      {},
      { writes: async () => ({ asked: 64, accepted: 0, refused: 64, words: 'READONLY' }), serversTimeoutMs: 200 },
    );
    const { lines, context } = timeline();
    await expect(operation.run(context)).rejects.toThrow(
      /GLOBAL_SERVERS_DISAGREE: .*should therefore be accepted, and its servers accept 0 of 64 writes, refuse 64 \(READONLY\)/,
    );
    expect(lines.some((line) => line.startsWith('complete'))).toBe(false);
  });

  test('that is cut off stops at once, and tells in which state it leaves the datastore', async () => {
    const { standIn, operation } = await api();
    const interrupt = new AbortController();
    const reason = new Error('Ctrl-C');
    const { lines, context } = timeline(interrupt.signal, () => interrupt.abort(reason));
    await expect(operation.run(context)).rejects.toBe(reason);
    await operation.heal(context);
    expect(lines.at(-1)).toMatch(/abcde-orders is modifying: .*The service goes on by itself\.$/);
    await standIn.idle();
    await operation.heal(context);
    expect(lines.at(-1)).toMatch(/abcde-orders is primary-only: .*Nothing can be put back\.$/);
  });

  test('that never ran leaves nothing to say, and says before it runs what it does, costs and needs afterwards', async () => {
    const { standIn, operation } = await api({}, { otherRegion: OTHER_REGION });
    const { lines, context } = timeline();
    await operation.heal(context);
    expect(lines).toEqual([]);
    expect(operation.effect).toMatch(/^Takes the secondary of us-east-2 out of the Global Datastore/);
    expect(operation.cost).toContain('no copy in that region');
    expect(operation.undo).toContain('cannot be undone');
    expect(operation.afterwards).toContain('taking it out replaces that group');
    expect(standIn.calls).toEqual([]);
  });
});
