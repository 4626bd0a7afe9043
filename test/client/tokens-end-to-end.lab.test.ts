/**
 * Profiles as the stacks write them, and nothing else: the real libraries make the tokens. For IAM the gate before the servers
 * computes the signature again by hand, as the service does; for Entra a managed identity endpoint hands out tokens of seconds.
 */
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { connect } from '../../lib/client/connect.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import type { ConnectionProfile } from '../../lib/profile/profile.ts';
import type { TopologyInput } from '../../lib/topology/topology.ts';
import { verify } from '../../lib/verify/run.ts';
import { ELASTICACHE, newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';
import { signedParameters } from '../profile/tokens/signature-by-hand.ts';
import { steadyLoad } from './support/steady-load.ts';
import { startTokenService, type TokenService, type TokenServiceOptions } from './support/token-service.ts';

const OBJECT_ID = '11111111-2222-3333-4444-555555555555';
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
let lab: Lab;
let service: TokenService;

function before(topology: TopologyInput, options: TokenServiceOptions): void {
  const baseDirectory = newBaseDirectory();
  beforeAll(async () => {
    lab = await startTestLab(topology, { baseDirectory });
    service = await startTokenService(lab, options);
  }, 60_000);
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  afterAll(async () => {
    await service?.close();
    await lab?.stop();
    removeBaseDirectory(baseDirectory);
  });
}

/** Of every check, so that one that could not log in shows. */
async function verdictsOf(profile: ConnectionProfile): Promise<Record<string, string[]>> {
  const { checks } = await verify(profile);
  const named = (verdict: string) => checks.filter((check) => check.verdict === verdict).map(({ name }) => name);
  return { fail: named('fail'), unknown: named('unknown') };
}

describe('a profile with a token of AWS IAM', () => {
  before({ ...ELASTICACHE, shardCount: 1 }, { lifetimeMs: 1_000, closesExpired: false, endOf: endOfSigned });

  const profile = (): ConnectionProfile => ({
    ...service.profile,
    authentication: {
      userName: 'application',
      secret: { kind: 'aws-iam', cacheName: 'orders', region: 'eu-west-1', serverless: false, userId: 'application' },
    },
  });

  test('is all that connect and verify need, with the AWS credentials of the process', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', KEYS.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEYS.secretAccessKey);
    const client = await connect(profile(), { log: 'silent' });
    try {
      expect(await client.set('key', 'value')).toBe('OK');
    } finally {
      client.disconnect();
    }
    expect(await verdictsOf(profile())).toEqual({ fail: [], unknown: [] });
    expect(service.counts().refused).toBeLessThanOrEqual(WRONG_ON_PURPOSE);
  });

  test('signed by somebody else is refused, with what to look at', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', KEYS.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'of-somebody-else');
    await expect(connect(profile(), { log: 'silent' })).rejects.toThrow(
      /^CLIENT_WRONG_CREDENTIALS: .* may elasticache:Connect to both replicationgroup:orders and user:application.* clock is right \(it says /,
    );
    expect((await verdictsOf(profile())).fail).toContain('reachability');
  });
});

/** `verify` tries a login that must be refused. */
const WRONG_ON_PURPOSE = 3;

/** The service's part: the same arithmetic over what stands in the token. */
function endOfSigned(token: string): number | undefined {
  const [, query = ''] = token.split('?');
  const given = Object.fromEntries(new URLSearchParams(query));
  const date = given['X-Amz-Date'] ?? '';
  const expected = signedParameters({
    host: 'orders',
    region: 'eu-west-1',
    date,
    query: { Action: 'connect', User: 'application' },
    ...KEYS,
  });
  if (given['X-Amz-Signature'] !== expected['X-Amz-Signature']) return undefined;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) + 900_000;
}

describe('a profile with a token of Microsoft Entra', () => {
  before(
    {
      platform: 'azure-managed-redis',
      name: 'orders',
      clusteringPolicy: 'NoCluster',
      sku: 'Balanced_B5',
      shardCount: 1,
      authentication: { kind: 'entra', objectId: OBJECT_ID },
    },
    { lifetimeMs: 3_000, closesExpired: true },
  );
  let identity: Server | undefined;
  afterAll(() => {
    identity?.close();
  });

  /** In whole seconds, as the endpoint tells the end of a token. */
  async function startIdentity(): Promise<void> {
    identity = createServer(async (_, response) => {
      const { secret, expiresAtEpochMs = 0 } = await service.issue();
      const answer = {
        access_token: secret,
        expires_on: String(Math.floor(expiresAtEpochMs / 1_000)),
        resource: 'https://redis.azure.com',
        token_type: 'Bearer',
      };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => identity?.listen(0, '127.0.0.1', resolve));
    const { port } = identity.address() as { port: number };
    vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${port}/msi/token`);
    vi.stubEnv('IDENTITY_HEADER', 'header');
  }

  test('is all that connect and verify need, with the managed identity of the process, across the ends of its tokens', async () => {
    await startIdentity();
    const profile: ConnectionProfile = {
      ...service.profile,
      authentication: {
        userName: OBJECT_ID,
        secret: { kind: 'azure-entra', scope: 'https://redis.azure.com/.default', managedIdentityClientId: 'client' },
      },
    };
    const lines: string[] = [];
    const client = await connect(profile, { log: (line) => lines.push(line) });
    try {
      const load = steadyLoad(client);
      const target = service.ended() + 4;
      await waitUntil({
        what: 'tokens to end',
        timeoutMs: 40_000,
        everyMs: 50,
        probe: () => (service.ended() >= target ? true : undefined),
      });
      expect((await load.stop()).failures).toEqual([]);
      expect(service.counts()).toMatchObject({ expired: 0, refused: 0 });
      expect(lines).toHaveLength(1);
    } finally {
      client.disconnect();
    }
    expect(await verdictsOf(profile)).toEqual({ fail: [], unknown: [] });
  }, 60_000);
});
