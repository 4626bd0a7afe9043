/** The stand-in provider, asked over gRPC as the engine asks it: also where the `pulumi` command is not there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NETWORK_ID, OBJECT_ID, SUBNET_ID } from '../arguments.ts';
import { grpc, providerMessages, providerServices, structOf, withoutSecrecy } from '../pulumi-host/protocol.ts';
import { runProgram } from '../pulumi-host/run-program.ts';

type Fields = Record<string, unknown>;

async function startProvider() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'provider.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PROVIDER_LOG: undefined },
  });
  const ended = once(child, 'exit');
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const address = `127.0.0.1:${String(port).trim()}`;
  const client = new providerServices.ResourceProviderClient(address, grpc.credentials.createInsecure());
  const stop = async () => {
    client.close();
    child.stdin.end();
    await ended;
  };
  return { client, stop };
}

let provider: Awaited<ReturnType<typeof startProvider>>;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider?.stop());

const urnOf = (type: string) => `urn:pulumi:test::redoubt::${type}::it`;
const DATABASE = 'azure-native:redisenterprise:Database';

function check(type: string, inputs: Fields): Promise<Fields> {
  const request = new providerMessages.CheckRequest();
  request.setUrn(urnOf(type));
  request.setNews(structOf(inputs));
  return new Promise((resolve, reject) => {
    provider.client.check(request, (error, response) =>
      error === null ? resolve((response.getInputs()?.toJavaScript() ?? {}) as Fields) : reject(error),
    );
  });
}

function diff(olds: Fields, news: Fields): Promise<{ changed: string[]; replacing: string[] }> {
  const request = new providerMessages.DiffRequest();
  request.setUrn(urnOf(DATABASE));
  request.setOldInputs(structOf(olds));
  request.setNews(structOf(news));
  return new Promise((resolve, reject) => {
    provider.client.diff(request, (error, response) =>
      error === null
        ? resolve({ changed: response.getDiffsList(), replacing: response.getReplacesList() })
        : reject(error),
    );
  });
}

describe('the stand-in for the provider of Azure', () => {
  it('refuses an input that the provider does not have', async () => {
    await expect(check(DATABASE, { clusteringPolicy: 'OSSCluster', maintenanceWindows: [] })).rejects.toThrow(
      /Database has no input maintenanceWindows/,
    );
  });

  it('plans a change of the policy as an update in place, as the real one does, and modules as a replacement', async () => {
    const before = { clusteringPolicy: 'OSSCluster', modules: [] };
    const after = { clusteringPolicy: 'EnterpriseCluster', modules: [{ name: 'RedisJSON' }] };
    expect(await diff(before, after)).toEqual({ changed: ['clusteringPolicy', 'modules'], replacing: ['modules'] });
    expect(await diff(before, before)).toEqual({ changed: [], replacing: [] });
  });

  it.each([
    ['as it is by default', {}],
    ['with a newer API version', { apiVersion: '2026-09-01' }],
    [
      'with everything that can be asked for',
      { accessKeyVault: 'vault', networkSecurityGroup: 'data', workspaceId: '/w', deletionLock: true },
    ],
  ])('knows every input of every resource of bin/azure.ts, %s', async (_what, settings) => {
    const config = {
      deployment: 'azure-enterprise',
      users: [`shop=${OBJECT_ID}`],
      subnetId: SUBNET_ID,
      virtualNetworkIds: [NETWORK_ID],
      alertEmails: ['oncall@example.com'],
      runnerImage: 'redoubt',
      runnerSubnetId: SUBNET_ID,
      ...settings,
    };
    const nothing = () => ({});
    const { exitCode, resources } = await runProgram(config, { preview: true, outputsOf: nothing, invoke: nothing });
    expect(exitCode).toBe(0);
    const registered = resources.filter(({ type }) => type.startsWith('azure-native:'));
    expect(registered.length).toBeGreaterThan(10);
    for (const { type, inputs } of registered) {
      const known = withoutSecrecy(inputs) as Fields;
      expect(Object.keys(await check(type, known)), type).toEqual(Object.keys(known));
    }
  });
});
