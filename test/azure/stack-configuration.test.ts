import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../lib/azure/intent.ts';
import {
  argumentsFrom,
  STACK_KEYS,
  stackConfigurationOrThrow,
  verificationFrom,
} from '../../lib/azure/stack-configuration.ts';
import { azureManagedRedisSchema } from '../../lib/topology/azure-managed-redis.ts';
import { NETWORK_ID, OBJECT_ID, PRIVATE_OSS, SUBNET_ID } from './arguments.ts';
import { projectFile } from './pulumi-host/run-program.ts';

const read = (values: Record<string, string>) => stackConfigurationOrThrow((key) => values[key]);
const topology = azureManagedRedisSchema.parse(PRIVATE_OSS.topology);
const argumentsOf = (values: Record<string, string>) =>
  argumentsFrom(read(values), { topology, resourceGroupName: 'shop' });

describe('Pulumi.yaml', () => {
  const TYPES = { text: 'string', flag: 'boolean', list: 'array' };

  it('declares every key that the program reads, with its type and default, and no other', () => {
    const declared = Object.entries(projectFile().config).map(([key, field]) => [key, field.type, field.default]);
    expect(declared).toEqual(Object.entries(STACK_KEYS).map(([key, field]) => [key, TYPES[field.kind], field.default]));
  });

  it('says what each is for', () => {
    for (const [key, { description }] of Object.entries(projectFile().config)) {
      expect(description, key).toMatch(/^[A-Z].{20,}\.$/);
    }
  });

  it('has Node load the program as it is', () => {
    expect(projectFile()).toMatchObject({
      main: 'bin/azure.ts',
      runtime: { name: 'nodejs', options: { typescript: false } },
    });
  });
});

describe('the stack configuration', () => {
  const PRIVATE = {
    users: JSON.stringify([`shop=${OBJECT_ID}`]),
    subnetId: SUBNET_ID,
    virtualNetworkIds: JSON.stringify([NETWORK_ID]),
    alertEmails: '["oncall@example.com"]',
  };

  it('makes the arguments of a private, Entra-only, alerting database', () => {
    expect(argumentsOf(PRIVATE)).toEqual({
      topology,
      resourceGroupName: 'shop',
      users: [{ name: 'shop', objectId: OBJECT_ID }],
      publicNetworkAccess: false,
      protect: true,
      deletionLock: false,
      workbook: true,
      alerts: { emails: ['oncall@example.com'], actionGroupIds: [] },
      privateEndpoint: { subnetId: SUBNET_ID, dns: { kind: 'new-zone', virtualNetworkIds: [NETWORK_ID] } },
    });
    expect(problemsOf(argumentsOf(PRIVATE))).toEqual([]);
  });

  it.each([
    [{ location: 'westeurope' }, { location: 'westeurope' }],
    [{ apiVersion: '2026-09-01' }, { apiVersion: '2026-09-01' }],
    [
      { users: `["shop=${OBJECT_ID}"]`, accessStrings: '["shop=+@read ~cache:*"]' },
      { users: [{ name: 'shop', objectId: OBJECT_ID, accessString: '+@read ~cache:*' }] },
    ],
    [
      { encryptionKeyUrl: 'https://v/keys/k/1', encryptionIdentityId: '/identity' },
      { encryptionKey: { keyUrl: 'https://v/keys/k/1', identityId: '/identity' } },
    ],
    [{ linkedDatabaseIds: '["/first"]' }, { linkedDatabases: ['/first'] }],
    [{ accessKeyVault: 'vault' }, { accessKeys: { vaultName: 'vault' } }],
    [{ networkSecurityGroup: 'data' }, { securityRule: { networkSecurityGroupName: 'data' } }],
    [{ workspaceId: '/workspace' }, { workspaceId: '/workspace' }],
    [{ publicNetworkAccess: 'true' }, { publicNetworkAccess: true }],
    [{ withoutAlerts: 'true' }, { alerts: 'none' }],
    [{ givenUpPolicy: 'OSSCluster' }, { policyChange: { from: 'OSSCluster', allDataIsLost: true } }],
    [{ importClusterId: '/cluster', importUsers: '["shop"]' }, { import: { clusterId: '/cluster', users: ['shop'] } }],
    [{ workbook: 'false' }, { workbook: false }],
    [{ protect: 'false' }, { protect: false }],
    [{ deletionLock: 'true' }, { deletionLock: true }],
    [{ tags: '["team=shop","cost=a=b"]' }, { tags: { team: 'shop', cost: 'a=b' } }],
    [
      { subnetId: SUBNET_ID, privateZoneId: '/zone' },
      { privateEndpoint: { subnetId: SUBNET_ID, dns: { kind: 'existing-zone', zoneId: '/zone' } } },
    ],
  ])('%o is %o', (values, expected) => {
    expect(argumentsOf(values)).toMatchObject(expected);
  });

  it.each([
    [{ users: 'shop' }, /`redoubt:users` is "shop": it must be a list.*--path "redoubt:users\[0\]"/],
    [{ users: '[1]' }, /must be a list/],
    [{ users: '["shop"]' }, /has "shop": write NAME=OBJECT-ID/],
    [{ accessStrings: '["shop"]' }, /`redoubt:accessStrings\[0\]` has no name and rules: write NAME=RULES/],
    [{ accessStrings: '["shop=+@read"]' }, /names "shop", who is not among `redoubt:users`/],
    [{ encryptionKeyUrl: 'https://v/keys/k/1' }, /a key of your own needs both/],
    [{ tags: '["=shop"]' }, /has "=shop": write NAME=VALUE/],
    [{ protect: 'yes' }, /`redoubt:protect` is "yes": it must be true or false/],
    [{ runnerImage: 'redoubt' }, /needs an image and a subnet/],
    [{ givenUpPolicy: 'OSS' }, /is "OSS": .*OSSCluster, EnterpriseCluster, NoCluster/],
    [{ importUsers: '["shop"]' }, /`redoubt:importClusterId` is empty/],
    [{ privateZoneId: '/zone', virtualNetworkIds: '["/network"]' }, /are both set.*Choose/],
    [{ withoutAlerts: 'true', alertEmails: '["a@b.c"]' }, /receivers are named. Choose/],
  ])('%o is refused with a sentence', (values, sentence) => {
    expect(() => read(values)).toThrow(sentence);
  });

  it('says what is needed to verify inside the network, or that nothing is verified', () => {
    expect(verificationFrom(read({}))).toBeUndefined();
    const runner = { runnerImage: 'redoubt', runnerSubnetId: SUBNET_ID };
    expect(verificationFrom(read(runner))).toEqual({ image: 'redoubt', subnetId: SUBNET_ID });
    expect(verificationFrom(read({ ...runner, runnerAnonymousPull: 'true' }))).toMatchObject({ anonymousPull: true });
    const elsewhere = {
      runnerRegistryId: '/registries/shop',
      runnerRegistryServer: 'shop.azurecr.io',
      managementEndpoint: 'https://a',
      location: 'westeurope',
    };
    expect(verificationFrom(read({ ...runner, ...elsewhere }))).toEqual({
      image: 'redoubt',
      subnetId: SUBNET_ID,
      registryId: '/registries/shop',
      registryServer: 'shop.azurecr.io',
      managementEndpoint: 'https://a',
      location: 'westeurope',
    });
  });

  it('has every key refused that it has not, with the one that was meant', () => {
    const given =
      (...keys: string[]) =>
      () =>
        stackConfigurationOrThrow(() => undefined, keys);
    expect(given('deployment', 'users')).not.toThrow();
    expect(given('alertEmail', 'colour')).toThrow(
      /STACK_CONFIGURATION_UNKNOWN alertEmail: .*Did you mean `alertEmails`\?[\s\S]*STACK_CONFIGURATION_UNKNOWN colour: /,
    );
  });

  it('has every malformed key told at once', () => {
    expect(() => read({ users: 'shop', protect: 'yes' })).toThrow(/redoubt:users[\s\S]*redoubt:protect/);
  });

  it('that is empty is refused for what it lacks', () => {
    expect(problemsOf(argumentsOf({})).map(({ code }) => code)).toEqual([
      'AMR_NOBODY_MAY_CONNECT',
      'AMR_UNREACHABLE',
      'AMR_ALERTS_TELL_NOBODY',
    ]);
  });
});
