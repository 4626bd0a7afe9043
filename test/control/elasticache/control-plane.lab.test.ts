/** The real SDK against the stand-in, whose clusters are real processes. */
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { waitUntil } from '../../../lib/base/wait-until.ts';
import { elastiCacheControlPlane } from '../../../lib/control/elasticache/control-plane.ts';
import { administratorOf } from '../../../lib/lab/administrator.ts';
import type { Lab } from '../../../lib/lab/lab.ts';
import { readState } from '../../../lib/lab/state.ts';
import type { Topology } from '../../../lib/topology/topology.ts';
import { verify } from '../../../lib/verify/run.ts';
import { removeBaseDirectory } from '../../lab/support/lab.ts';
import { changeUser, everyNode } from './stand-in/credentials.ts';
import { startDescribableLab } from './stand-in/lab.ts';
import { standInSession } from './stand-in/session.ts';
import { faults, type StandInOptions, startElastiCacheApi } from './stand-in/start.ts';

let lab: Lab;
let topology: Topology;

beforeAll(async () => {
  lab = await startDescribableLab();
  // Where the usual port is taken the lab is on another one, which is no drift of the deployment.
  topology = { ...lab.topology, port: lab.profile.endpoint.port } as Topology;
});
afterAll(async () => {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
});
const closeAfterwards = standInSession();

async function api(options: Partial<StandInOptions> = {}) {
  const standIn = await startElastiCacheApi({ lab, ...options });
  closeAfterwards(standIn.close);
  const controlPlane = elastiCacheControlPlane({ replicationGroupId: 'orders', endpoint: standIn.endpoint });
  return { standIn, controlPlane };
}
const observe = async () => (await verify(lab.profile)).observation;

describe('a lab that nobody has touched', () => {
  test('is as declared, by the API and by the servers, whatever the size of a page', async () => {
    const { standIn, controlPlane } = await api({ pageSize: 2 });
    const results = await controlPlane.compare({ topology, observation: await observe() });
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(results.length).toBeGreaterThan(30);
    expect(results.find(({ name }) => name === 'node-set')?.message).toContain('the same 6 nodes');
    expect(standIn.calls.filter((action) => action === 'DescribeCacheClusters')).toHaveLength(3);
  });

  test('is subject of its sentences by name and region', async () => {
    const { controlPlane } = await api();
    expect(controlPlane.subject).toBe('replication group "orders" in eu-west-1');
  });

  test('is not compared with a topology of another platform', async () => {
    const { controlPlane } = await api();
    const azure = { ...topology, platform: 'azure-managed-redis' } as Topology;
    await expect(controlPlane.compare({ topology: azure })).rejects.toThrow('CONTROL_OTHER_PLATFORM');
  });
});

describe('a fault of the API is one sentence', () => {
  const compared = async (options: Partial<StandInOptions>) => (await api(options)).controlPlane.compare({ topology });

  test('of a call that is not allowed', async () => {
    await expect(compared({ denied: ['DescribeCacheClusters'] })).rejects.toThrow(
      /AWS_ACCESS_DENIED: .*DescribeCacheClusters.* Allow `elasticache:DescribeCacheClusters`/,
    );
  });

  test('that leaves users unknown and everything else compared, where only those may not be asked for', async () => {
    const results = await compared({ denied: ['DescribeUsers', 'DescribeUserGroups'] });
    const notPassed = results.filter(({ verdict }) => verdict !== 'pass');
    expect(notPassed.map(({ verdict, code }) => `${verdict} ${code}`)).toEqual([
      'unknown USER_STATUS_NOT_TOLD',
      'unknown APPLICATION_USER_NOT_TOLD',
      'unknown DEFAULT_USER_NOT_TOLD',
      'unknown USERS_WITHOUT_PASSWORD_NOT_TOLD',
      'unknown APPLICATION_KEYS_NOT_TOLD',
      'unknown APPLICATION_CHANNELS_NOT_TOLD',
      'unknown APPLICATION_COMMANDS_NOT_TOLD',
    ]);
    expect(notPassed[0]?.message).toContain('Allow `elasticache:DescribeUserGroups` to whoever runs this.');
    expect(notPassed[1]?.message).toContain('Allow `elasticache:DescribeUsers` to whoever runs this.');
    expect(results.length).toBeGreaterThan(30);
  });

  test('of a group that does not exist', async () => {
    const { standIn } = await api();
    const other = elastiCacheControlPlane({ replicationGroupId: 'nobody', endpoint: standIn.endpoint });
    await expect(other.compare({ topology })).rejects.toThrow(
      /AWS_GROUP_NOT_FOUND: There is no replication group "nobody"/,
    );
  });

  test('of credentials that are wrong', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not the secret');
    await expect(compared({})).rejects.toThrow('AWS_CREDENTIALS_REFUSED');
  });

  test('of credentials that are nowhere', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent/credentials');
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config');
    await expect(compared({})).rejects.toThrow(/AWS_CREDENTIALS_MISSING: .*aws sso login/);
  });

  test('of a service that nobody listens for', async () => {
    const { standIn, controlPlane } = await api();
    await standIn.close();
    await expect(controlPlane.compare({ topology })).rejects.toThrow('AWS_UNREACHABLE');
  });

  test('and throttling is one only after several attempts', async () => {
    const { standIn, controlPlane } = await api();
    standIn.failNext('DescribeReplicationGroups', faults.throttled());
    expect(await controlPlane.compare({ topology })).not.toEqual([]);
    for (let attempt = 0; attempt < 4; attempt += 1) standIn.failNext('DescribeReplicationGroups', faults.throttled());
    await expect(controlPlane.compare({ topology })).rejects.toThrow(/AWS_THROTTLED: .*Rate exceeded/);
    expect(standIn.calls.filter((action) => action === 'DescribeReplicationGroups')).toHaveLength(2 + 4);
  });

  test('and an abort is no fault', async () => {
    const { controlPlane } = await api();
    const reason = new Error('Ctrl-C');
    await expect(controlPlane.compare({ topology }, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('the stand-in', () => {
  test('refuses a request without a signature', async () => {
    const { standIn } = await api();
    const response = await fetch(standIn.endpoint, {
      method: 'POST',
      body: 'Action=DescribeEvents&Version=2015-02-02',
    });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>MissingAuthenticationToken</Code>');
    expect(standIn.calls).toEqual([]);
  });
});

describe('a real change', () => {
  test('of the API alone is told with the word of the servers beside it', async () => {
    const { controlPlane } = await api({
      change: (action, result) =>
        action === 'DescribeCacheParameters'
          ? { Parameters: [{ ParameterName: 'maxmemory-policy', ParameterValue: 'allkeys-lru' }] }
          : result,
    });
    const results = await controlPlane.compare({ topology, observation: await observe() });
    expect(results.filter(({ verdict }) => verdict === 'fail')).toMatchObject([
      {
        code: 'DRIFT_PARAMETER_MAXMEMORY_POLICY',
        message: expect.stringContaining(
          'volatile-lru is declared, the API says allkeys-lru, the servers say volatile-lru',
        ),
      },
    ]);
  });

  test("of who is primary is none: roles are the servers' word, and the API has none", async () => {
    const { controlPlane } = await api();
    const [shard] = (await lab.serverView()).shards;
    await lab.promote(shard?.replicaNodeIds[0] as string);
    const results = await controlPlane.compare({ topology, observation: await observe() });
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });

  test('of a node that is down is drift by the word of the servers, though the API knows nothing of it', async () => {
    const { controlPlane } = await api();
    const [shard] = (await lab.serverView()).shards;
    await lab.crash(shard?.replicaNodeIds[0] as string);
    const failing = async () => {
      const { endpoint } = await observe();
      const rows = endpoint.clusterNodes.kind === 'value' ? endpoint.clusterNodes.value : [];
      return rows.some(({ flags }) => flags.includes('fail')) ? true : undefined;
    };
    await waitUntil({ what: 'the cluster to notice', timeoutMs: 20_000, everyMs: 100, probe: failing });
    const results = await controlPlane.compare({ topology, observation: await observe() });
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([
      {
        code: 'DRIFT_REPLICAS_PER_SHARD',
        message: expect.stringContaining('1 is declared, the API says 1, the servers say 0 and 1'),
      },
    ]);
    await lab.heal();
  });

  test('of the servers alone is told with the word of the API beside it', async () => {
    const { controlPlane } = await api();
    const administrator = administratorOf(lab.runDirectory, lab.profile.tls.serverName);
    const setPolicy = async (policy: string) => {
      const change = [`${readState(lab.runDirectory).commandPrefix}-config`, 'SET', 'maxmemory-policy', policy];
      for (const node of lab.nodes()) expect(await administrator.ask(node, [change])).toEqual(['OK']);
    };
    try {
      await setPolicy('noeviction');
      const results = await controlPlane.compare({ topology, observation: await observe() });
      expect(results.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([
        {
          code: 'DRIFT_PARAMETER_MAXMEMORY_POLICY',
          message: expect.stringContaining(
            'volatile-lru is declared, the API says volatile-lru, the servers say noeviction',
          ),
        },
      ]);
    } finally {
      await setPolicy('volatile-lru');
      administrator.close();
    }
  });

  test('that empties a list is drift, and not something that the API did not say', async () => {
    const { controlPlane } = await api({
      change: (action, result) => {
        if (action !== 'DescribeReplicationGroups') return result;
        const [group] = (result as { ReplicationGroups: object[] }).ReplicationGroups;
        return { ReplicationGroups: [{ ...group, LogDeliveryConfigurations: [], UserGroupIds: [] }] };
      },
    });
    const results = await controlPlane.compare({ topology });
    const failed = results.filter(({ verdict }) => verdict !== 'pass').map(({ code }) => code);
    expect(failed).toEqual(['DRIFT_AUTHENTICATION', 'DRIFT_APPLICATION_USER', 'DRIFT_LOG_DELIVERY']);
  });

  test.each([
    ['not-applied', '2020-01-01T00:00:00Z', 'SERVICE_UPDATE_OVERDUE', 'recommended by 2020-01-01'],
    ['in-progress', '2020-01-01T00:00:00Z', 'SERVICE_UPDATE_RUNNING', 'in-progress'],
    ['not-applied', '2999-01-01T00:00:00Z', 'OK', 'wait and are not overdue'],
    ['complete', '2020-01-01T00:00:00Z', 'OK', 'No service update waits'],
  ])('of a service update that is %s and recommended by %s is told as %s', async (status, date, code, words) => {
    const update = {
      ServiceUpdateName: 'elasticache-20200101',
      ServiceUpdateSeverity: 'critical',
      ServiceUpdateStatus: 'available',
      ServiceUpdateRecommendedApplyByDate: date,
      UpdateActionStatus: status,
    };
    const { controlPlane } = await api({
      change: (action, result) => (action === 'DescribeUpdateActions' ? { UpdateActions: [update] } : result),
    });
    const told = (await controlPlane.compare({ topology })).find(({ name }) => name === 'service-updates');
    expect(told).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test('of what the application may do is drift that names it, and none once it is taken back', async () => {
    const { controlPlane } = await api();
    const notPassed = async () =>
      (await controlPlane.compare({ topology, observation: await observe() })).filter(
        ({ verdict }) => verdict !== 'pass',
      );
    await changeUser(lab, 'application', ['+config', '-eval', 'resetkeys', '~shop:*', 'resetchannels']);
    try {
      expect(await notPassed()).toMatchObject([
        {
          code: 'DRIFT_APPLICATION_KEYS',
          message: expect.stringContaining('~* is declared, the API says ~shop:*.'),
        },
        {
          code: 'DRIFT_APPLICATION_CHANNELS',
          message: expect.stringContaining('&* is declared, the API says none.'),
        },
        {
          code: 'DRIFT_APPLICATION_COMMANDS',
          message: expect.stringContaining('it may also use config; it may not use eval.'),
        },
      ]);
    } finally {
      await changeUser(lab, 'application', ['-config', '+eval', 'allkeys', 'allchannels']);
    }
    expect(await notPassed()).toEqual([]);
  });

  test('of who may sign in is drift: a guest without a password, and default with rights', async () => {
    const { controlPlane } = await api();
    await changeUser(lab, 'guest', ['on', 'nopass', '~*', '+@read']);
    await changeUser(lab, 'default', ['on', '>a-password-of-16-characters', '~*', '+get']);
    try {
      const results = await controlPlane.compare({ topology, observation: await observe() });
      expect(results.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([
        { code: 'DRIFT_DEFAULT_USER', message: expect.stringContaining('on (keys ~*; commands -@all +get)') },
        { code: 'DRIFT_USERS_WITHOUT_PASSWORD', message: expect.stringContaining('"guest" needs no password') },
      ]);
    } finally {
      await everyNode(lab, ['ACL', 'DELUSER', 'guest']);
      await changeUser(lab, 'default', ['off', 'resetpass', 'resetkeys', '-@all']);
    }
  });

  test('of the number of replicas is drift of exactly that field', async () => {
    const { standIn, controlPlane } = await api();
    const { ElastiCacheClient, IncreaseReplicaCountCommand } = await import('@aws-sdk/client-elasticache');
    const sdk = new ElastiCacheClient({ endpoint: standIn.endpoint });
    const ReplicaConfiguration = [{ NodeGroupId: '0002', NewReplicaCount: 2 }];
    const input = { ReplicationGroupId: 'orders', ApplyImmediately: true, ReplicaConfiguration };
    const answer = await sdk.send(new IncreaseReplicaCountCommand(input));
    expect(answer.ReplicationGroup?.Status).toBe('modifying');
    const meanwhile = await controlPlane.compare({ topology });
    expect(meanwhile.find(({ name }) => name === 'group-status')).toMatchObject({ code: 'GROUP_NOT_AVAILABLE' });
    await standIn.idle();
    const results = await controlPlane.compare({ topology, observation: await observe() });
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([
      {
        name: 'replicas-per-shard',
        code: 'DRIFT_REPLICAS_PER_SHARD',
        message: expect.stringContaining('1 is declared, the API says 1 and 2, the servers say 1 and 2'),
      },
    ]);
  });
});
