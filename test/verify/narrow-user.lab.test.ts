import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploymentNamed } from '../../deployments/index.ts';
import { connect } from '../../lib/client/connect.ts';
import { ioredisKind } from '../../lib/drill/clients/ioredis.ts';
import { nodeRedisKind } from '../../lib/drill/clients/node-redis.ts';
import {
  type AskedAccess,
  lockedOutComplaint,
  neededByIoredis,
  untoldChecks,
} from '../../lib/topology/access-needs.ts';
import { topologyOrThrow } from '../../lib/topology/parse.ts';
import { clientModeOf } from '../../lib/topology/topology.ts';
import { verify } from '../../lib/verify/run.ts';
import { type LabUnderTest, messageOf, notPassed, startTopologyUnderTest } from './lab-fixture.ts';

const GUIDE = readFileSync(new URL('../../docs/aws.md', import.meta.url), 'utf8');
const DOCUMENTED = /accessString: '(on [^']+)'/.exec(GUIDE)?.[1] ?? '';

/** Everything that clients, verify and a drill ask for, on some keys. */
const WIDE = 'on ~shop:* +@all -@admin -@dangerous +info +cluster|info +cluster|nodes +cluster|slots';

const LACKING = [
  WIDE,
  DOCUMENTED,
  `${WIDE} -ping`,
  `${WIDE} -info`,
  `${WIDE} -cluster|info`,
  `${WIDE} -cluster|nodes`,
  `${WIDE} -eval`,
  `${WIDE} -set`,
  `${WIDE} -mget`,
  `${WIDE} -del`,
  `${WIDE} -exists`,
  `${WIDE} -del -info`,
  WIDE.replace('~shop:*', '%R~shop:*'),
  WIDE.replace('~shop:*', '~*:cart'),
  'on ~shop:* +get +cluster|slots',
];

describe.each(['elasticache', 'elasticache-single'])('on %s', (deployment) => {
  let under: LabUnderTest;
  let asked: (accessString: string) => AskedAccess;

  beforeAll(async () => {
    const { topology } = deploymentNamed(deployment);
    const authentication = { kind: 'rbac', userName: 'application', accessString: DOCUMENTED } as const;
    under = await startTopologyUnderTest(deployment, topologyOrThrow({ ...topology, authentication }));
    asked = (accessString) => ({ accessString, clientMode: clientModeOf(topology), isRedis6: false });
  }, 60_000);
  afterAll(() => under?.stop());

  /** As the lab would have set it up; the services refuse administration by themselves. */
  async function restrict(accessString: string): Promise<void> {
    const words = ['resetkeys', 'resetchannels', 'nocommands', ...accessString.split(' ')];
    const { lab, command } = under;
    await Promise.all(lab.nodes().map((node) => command(node, 'ACL', 'SETUSER', 'application', ...words)));
  }

  it('the access string of docs/aws.md connects, reads its keys, and may neither write them nor read others', async () => {
    expect(under.lab.profile.keyPrefix).toBe('shop:');
    const client = await connect(under.lab.profile, { log: 'silent' });
    try {
      for (const key of ['shop:a', 'shop:b', 'shop:cart:1']) expect(await client.get(key)).toBeNull();
      await expect(client.set('shop:a', '1')).rejects.toThrow(/NOPERM .*'set'/);
      await expect(client.get('bank:a')).rejects.toThrow(/NOPERM .*keys/);
      await expect(client.call('FLUSHALL')).rejects.toThrow(/NOPERM/);
      await expect(client.keys('*')).rejects.toThrow(/NOPERM/);
    } finally {
      client.disconnect();
    }
  });

  it('the access string of docs/aws.md lets verify tell everything but the script, and name what that lacks', async () => {
    const verification = await verify(under.lab.profile);
    expect(notPassed(verification).map(({ name, verdict }) => [name, verdict])).toEqual([
      ['hash-tagged-lua', 'unknown'],
    ]);
    expect(messageOf(verification, 'hash-tagged-lua')).toContain('add `+eval` to its access string');
    expect(messageOf(verification, 'cross-slot')).toContain('this user may not run del');
  });

  it.each(LACKING)('verify cannot tell exactly what was said of: %s', async (accessString) => {
    await restrict(accessString);
    const { keyPrefix: _, ...profile } = under.lab.profile;
    const verification = await verify(/~shop/.test(accessString) ? under.lab.profile : profile);
    const applicable = new Set(verification.checks.map(({ name }) => name));
    const expected = untoldChecks(asked(accessString)).map(({ check }) => check);
    const told = notPassed(verification);
    expect(told.map(({ name }) => name)).toEqual(expected.filter((name) => applicable.has(name)));
    for (const { name, verdict, message } of told) {
      expect(verdict, `${name}: ${message}`).toBe('unknown');
      expect(message).toMatch(/[Aa]dd `\+|give it keys/);
    }
  });

  it('ioredis waits for CLUSTER INFO, and only in cluster mode; connect() and node-redis do without', async () => {
    const accessString = 'on ~shop:* +get +set +info +cluster|slots';
    await restrict(accessString);
    const { profile } = under.lab;
    const own = await connect(profile, { log: 'silent' });
    expect(await own.get('shop:a')).toBeNull();
    own.disconnect();
    const nodeRedis = await nodeRedisKind.create(profile);
    await nodeRedis.connect();
    await nodeRedis.set('shop:b', '1', 1_000);
    nodeRedis.destroy();
    const waits = neededByIoredis(asked(accessString)).length > 0;
    const plain = await ioredisKind.create(profile);
    const connected = plain.connect().then(
      () => 'ready',
      () => 'refused',
    );
    const late = new Promise((resolve) => setTimeout(resolve, 1_500, 'waiting'));
    expect(await (waits ? Promise.race([connected, late]) : connected)).toBe(waits ? 'waiting' : 'ready');
    plain.destroy();
  });

  it('without CLUSTER SLOTS no client of a cluster connects, and every one without cluster mode', async () => {
    const accessString = 'on ~shop:* +@read';
    await restrict(accessString);
    const isLockedOut = lockedOutComplaint('accessString', asked(accessString)) !== undefined;
    const { profile } = under.lab;
    const starts = [
      async () => (await connect(profile, { log: 'silent' })).disconnect(),
      ...[ioredisKind, nodeRedisKind].map((kind) => async () => {
        const client = await kind.create(profile);
        await client.connect().finally(() => client.destroy());
      }),
    ];
    const outcomes = await Promise.allSettled(starts.map((start) => start()));
    expect(outcomes.map(({ status }) => status)).toEqual(starts.map(() => (isLockedOut ? 'rejected' : 'fulfilled')));
  });
});
