import { describe, expect, it } from 'vitest';
import { awaitRun } from '../../../lib/azure/runner/container-run.ts';
import { failingSentences } from '../../../lib/azure/runner/failing-sentences.ts';
import { managementApi } from '../../../lib/azure/runner/management-api.ts';
import { RUNNER_RULES, type RunnerSettings } from '../../../lib/azure/runner/runner-rules.ts';
import { verdictOfRun } from '../../../lib/azure/runner/verdict.ts';
import { describeRules } from '../../topology/rules/rule-examples.ts';
import { startManagementServer } from './management-server.ts';

const GROUP = '/subscriptions/s/resourceGroups/shop/providers/Microsoft.ContainerInstance/containerGroups/redis-verify';
const LIMITS = { timeoutMs: 40, everyMs: 5 };

const apiOf = (endpoint: string, token = 'token') =>
  managementApi({ endpoint, apiVersion: '2023-05-01', token: async () => token });

describe('a run', () => {
  it('that has ended before is begun anew, so that no old result is read', async () => {
    const { endpoint, requests } = await startManagementServer('token', { exitCode: 1, log: 'new' });
    expect(await awaitRun(apiOf(endpoint), GROUP, LIMITS)).toEqual({ exitCode: 1, log: 'new' });
    expect(requests).toEqual([
      `GET ${GROUP}`,
      `POST ${GROUP}/start`,
      `GET ${GROUP}`,
      `GET ${GROUP}/containers/redoubt/logs`,
    ]);
  });

  it('that goes on is awaited and not begun again', async () => {
    const looks = [
      { state: 'Running', startTime: '1' },
      { state: 'Terminated', startTime: '1', exitCode: 0 },
    ];
    const asked: string[] = [];
    const api = {
      get: async (path: string) => {
        asked.push(path);
        if (path.endsWith('/logs')) return { content: 'log' };
        const currentState = looks.length > 1 ? looks.shift() : looks[0];
        return { properties: { containers: [{ name: 'redoubt', properties: { instanceView: { currentState } } }] } };
      },
      post: async () => expect.unreachable('nothing is to be started'),
    };
    expect(await awaitRun(api, GROUP, LIMITS)).toEqual({ exitCode: 0, log: 'log' });
    expect(asked.length).toBeGreaterThan(2);
  });

  it('that never ends is a sentence with what was last seen, the image among it', async () => {
    const { endpoint } = await startManagementServer('token', undefined);
    await expect(awaitRun(apiOf(endpoint), GROUP, LIMITS)).rejects.toThrow(
      /RUN_NOT_ENDED.*ImagePullBackOff, Failed to pull image "redoubt".*image can be pulled/,
    );
  });

  it('that the service does not know is a sentence with its own words', async () => {
    const { endpoint } = await startManagementServer('token', undefined);
    await expect(awaitRun(apiOf(endpoint), '/elsewhere', LIMITS)).rejects.toThrow(
      /AZURE_API_FAILED: GET \/elsewhere was answered 404: ResourceNotFound/,
    );
  });
});

describe('the sentences of a run', () => {
  it('are the end of the log where there is no report', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    expect(failingSentences(lines.join('\n'))).toEqual(lines.slice(10));
    expect(failingSentences('')).toEqual(['It printed nothing.']);
  });

  it('are the end of the log where a report says that all passed, and the exit code does not', () => {
    expect(failingSentences('{"verdict":"pass","checks":[]}\nKilled')).toEqual([
      '{"verdict":"pass","checks":[]}',
      'Killed',
    ]);
  });

  it('are found although a line before the report begins with a brace', () => {
    const report = { verdict: 'fail', checks: [{ name: 'a', verdict: 'fail', code: 'B', message: 'C.' }] };
    expect(failingSentences(`{ not json\n${JSON.stringify(report, null, 2)}\n`)).toEqual(['a (fail) B: C.']);
  });
});

describe('the verdict of a run', () => {
  const checks = [
    { name: 'tls-name', verdict: 'pass', code: 'TLS_NAME_OK', message: 'The name is right.' },
    { name: 'shard-count', verdict: 'fail', code: 'SHARD_COUNT_DIFFERS', message: 'There are 2 shards, not 3.' },
    { name: 'replica-reads', verdict: 'unknown', code: 'REPLICAS_NOT_ASKED', message: 'No replica answered.' },
  ];

  it('is pass for exit code 0 and nothing else', () => {
    expect(verdictOfRun({ exitCode: 0, log: '' })).toBe('pass');
    for (const exitCode of [1, 2, 64, 70, -1]) expect(() => verdictOfRun({ exitCode, log: '' })).toThrow(/nothing/);
  });

  it('says of every check that did not pass why, and of no other', () => {
    const log = `azure-oss: verifying\n${JSON.stringify({ verdict: 'fail', checks }, null, 2)}\n`;
    const failure = () => verdictOfRun({ exitCode: 1, log });
    expect(failure).toThrow(/^The deployment is there, and it is not what was asked for .*exit code 1/);
    expect(failure).toThrow(/ {2}shard-count \(fail\) SHARD_COUNT_DIFFERS: There are 2 shards, not 3\.\n/);
    expect(failure).toThrow(/ {2}replica-reads \(unknown\) REPLICAS_NOT_ASKED: No replica answered\.\n/);
    expect(failure).not.toThrow(/tls-name/);
  });
});

const REGISTRY_ID = '/subscriptions/s/resourceGroups/shop/providers/Microsoft.ContainerRegistry/registries/shop';

describe('a rule of what runs inside the network', () => {
  const base: RunnerSettings = {
    image: 'redoubt',
    registryId: undefined,
    registryAccess: false,
    anonymousPull: false,
    subnetId: undefined,
    managementEndpoint: undefined,
    timeoutMs: undefined,
  };
  describeRules(RUNNER_RULES, base, {
    AMR_RUNNER_IMAGE_FORM: {
      keeps: { image: 'registry.example.com/redoubt:0.1.0' },
      breaks: { image: 'Shop redoubt' },
      says: /"Shop redoubt": it names a container image/,
    },
    AMR_RUNNER_REGISTRY_NO_ACCESS: {
      keeps: { image: 'shop.azurecr.io/redoubt:1', registryAccess: true },
      breaks: { image: 'shop.azurecr.io/redoubt:1' },
      says: /neither `registryId` nor `registryServer` is given.*AcrPull; `registryServer` "shop\.azurecr\.io", where.*`anonymousPull` true/,
    },
    AMR_RUNNER_ANONYMOUS_AND_SIGNED_IN: {
      keeps: { image: 'shop.azurecr.io/redoubt:1', anonymousPull: true },
      breaks: { image: 'shop.azurecr.io/redoubt:1', anonymousPull: true, registryAccess: true },
      says: /`anonymousPull` is true, and `registryId` or `registryServer` is given/,
    },
    AMR_RUNNER_REGISTRY_ID_FORM: {
      keeps: { image: 'shop.azurecr.io/redoubt:1', registryAccess: true, registryId: REGISTRY_ID },
      breaks: { registryAccess: true, registryId: 'shop' },
      says: /"shop": it is the resource id of a registry/,
    },
    AMR_RUNNER_REGISTRY_HAS_NO_SUCH_IMAGE: {
      keeps: { image: 'shop-a1b2.azurecr.io/redoubt:1', registryAccess: true, registryId: REGISTRY_ID },
      breaks: { image: 'other.azurecr.io/redoubt:1', registryAccess: true, registryId: REGISTRY_ID },
      says: /of the registry "shop": its images begin with its login server/,
    },
    AMR_RUNNER_SUBNET_FORM: {
      keeps: {
        subnetId: '/subscriptions/s/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v/subnets/data',
      },
      breaks: { subnetId: 'data' },
      says: /"data": it is the resource id of a subnet/,
    },
    AMR_MANAGEMENT_ENDPOINT_FORM: {
      keeps: { managementEndpoint: 'https://management.usgovcloudapi.net' },
      breaks: { managementEndpoint: 'http://management.azure.com' },
      says: /"http:\/\/management\.azure\.com": it is the https address/,
    },
    AMR_RUNNER_TIMEOUT_RANGE: {
      keeps: { timeoutMs: 60_000 },
      breaks: { timeoutMs: 900 },
      says: /is 900: it is from 60000 to 7200000 milliseconds/,
    },
  });
});
