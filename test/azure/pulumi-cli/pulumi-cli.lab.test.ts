/**
 * `pulumi preview` and `pulumi up` of bin/azure.ts, for real: the command, its engine, the program. Only the provider is a
 * stand-in, which deploys nothing. Skipped, with the way to install it, where the command is not there.
 */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { EXIT } from '../../../lib/base/exit-codes.ts';
import type { Plan } from '../../../lib/plan/change.ts';
import { judgePlan } from '../../../lib/plan/judge.ts';
import { planPulumi } from '../../../lib/plan/pulumi/compare.ts';
import { redoubt } from '../../bin/program.ts';
import { NETWORK_ID, OBJECT_ID, SUBNET_ID } from '../arguments.ts';
import { startManagementServer } from '../runner/management-server.ts';
import { HOW_TO_INSTALL, isInstalled, openCli, type PulumiCli } from './cli.ts';

const TOKEN = 'aTokenThatNobodyMaySee';
/** The provider's. */
const ACCESS_KEY = 'aPrimaryKeyThatNobodyMaySee';
const PRIVATE = {
  deployment: 'azure-enterprise',
  resourceGroupName: 'shop',
  location: 'westeurope',
  users: [`shop=${OBJECT_ID}`],
  subnetId: SUBNET_ID,
  virtualNetworkIds: [NETWORK_ID],
  alertEmails: ['oncall@example.com'],
};

const CLUSTER_ID = '/subscriptions/5b1f/resourceGroups/shop/providers/Microsoft.Cache/redisEnterprise/shop';
const TAKING = { importClusterId: CLUSTER_ID };

/** Somebody made it by hand, as the portal does: Enterprise policy, one user. */
const THERE = {
  [CLUSTER_ID]: {
    clusterName: 'shop',
    resourceGroupName: 'shop',
    location: 'westeurope',
    sku: { name: 'Balanced_B5' },
    highAvailability: 'Enabled',
    minimumTlsVersion: '1.2',
    publicNetworkAccess: 'Disabled',
  },
  [`${CLUSTER_ID}/databases/default`]: {
    databaseName: 'default',
    clusterName: 'shop',
    resourceGroupName: 'shop',
    port: 10_000,
    clientProtocol: 'Encrypted',
    clusteringPolicy: 'EnterpriseCluster',
    evictionPolicy: 'VolatileLRU',
    accessKeysAuthentication: 'Disabled',
    deferUpgrade: 'NotDeferred',
  },
  [`${CLUSTER_ID}/databases/default/accessPolicyAssignments/shop`]: {
    accessPolicyAssignmentName: 'shop',
    accessPolicyName: 'default',
    clusterName: 'shop',
    databaseName: 'default',
    resourceGroupName: 'shop',
    user: { objectId: OBJECT_ID },
  },
};

/** A stack of its own, gone when the test ends. */
async function newStack({ skip, onTestFinished }: TestContext): Promise<PulumiCli> {
  if (!(await isInstalled('pulumi'))) skip(HOW_TO_INSTALL);
  const cli = await openCli();
  onTestFinished(() => cli.remove());
  return cli;
}

async function urnOf({ pulumi }: PulumiCli, type: string): Promise<string> {
  const { stdout } = await pulumi('stack', 'export');
  const { resources } = JSON.parse(stdout).deployment as { resources: { urn: string; type: string }[] };
  return resources.find((resource) => resource.type.endsWith(type))?.urn ?? '';
}

/** What `redoubt plan` says of the next deployment. */
async function planned({ pulumi }: PulumiCli): Promise<Plan> {
  const { stdout, stderr } = await pulumi('preview', '--json');
  expect(stdout, stderr).toMatch(/^\{/);
  return planPulumi(JSON.parse(stdout));
}

const codesOf = ({ changes }: Plan) => [...new Set(changes.map(({ code }) => code))].sort();

describe('pulumi, the command', { timeout: 120_000 }, () => {
  it('previews bin/azure.ts: every input is one that the provider knows, and nothing can be lost', async (context) => {
    const cli = await newStack(context);
    await cli.configure(PRIVATE);
    const plan = await planned(cli);
    expect(plan.problems).toEqual([]);
    expect(codesOf(plan)).toEqual(['AR_CREATED']);
    expect(judgePlan(plan, []).verdict).toBe('pass');
    const asked = await cli.asked();
    expect(asked.every(({ operation, preview }) => operation === 'create' && preview)).toBe(true);
    expect(asked.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['azure-native:redisenterprise:Database', 'azure-native:network:PrivateEndpoint']),
    );
  });

  it('reads a deployment of a relative path from where Pulumi.yaml is, wherever it is run', async (context) => {
    const cli = await newStack(context);
    const path = await cli.deploymentWith({ clusteringPolicy: 'EnterpriseCluster', shardCount: 2 });
    await mkdir(join(cli.project, 'own'));
    await copyFile(path, join(cli.project, 'own', 'shop.json'));
    await cli.configure({ ...PRIVATE, deployment: './own/shop.json' });
    const below = await cli.pulumi('preview', '--cwd', join(cli.project, 'own'));
    expect(below.code, below.stdout + below.stderr).toBe(0);
    expect(below.stdout).toMatch(/shop-database/);
    await cli.configure({ ...PRIVATE, deployment: 'shop.json' });
    const { code, stdout, stderr } = await cli.pulumi('preview');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(
      `DEPLOYMENT_FILE_MISSING: The deployment ${join(cli.project, 'shop.json')} does not exist`,
    );
  });

  it('accepts Pulumi.yaml and its defaults', async (context) => {
    const cli = await newStack(context);
    const { code, stdout } = await cli.pulumi('config', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ 'redoubt:deployment': { value: 'azure-oss' } });
  });

  it('says everything that is wrong at once, and asks the provider for nothing', async (context) => {
    const cli = await newStack(context);
    await cli.configure({ deployment: 'azure-nocluster', users: [`shop-1=${OBJECT_ID}`] });
    const { code, stdout, stderr } = await cli.pulumi('preview');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/AMR_ASSIGNMENT_NAME_FORM[\s\S]*AMR_UNREACHABLE[\s\S]*AMR_ALERTS_TELL_NOBODY/);
    expect(stdout + stderr).not.toMatch(/\n\s+at .*\.ts:/);
    expect(await cli.asked()).toEqual([]);
  });

  it('makes the way from NoCluster in place, and stops every other change of the policy in the preview', async (context) => {
    const cli = await newStack(context);
    await deploy(cli, { clusteringPolicy: 'NoCluster', shardCount: 1 });
    await configure(cli, { clusteringPolicy: 'EnterpriseCluster', shardCount: 2 });
    expect(codesOf(await planned(cli))).toEqual(['AD_POLICY_FROM_NO_CLUSTER']);
    expect(await cli.pulumi('up', '--yes')).toMatchObject({ code: 0 });
    await configure(cli, { clusteringPolicy: 'OSSCluster', shardCount: 2 });
    await cli.asked();
    const { code, stdout, stderr } = await cli.pulumi('preview');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/cannot be changed from EnterpriseCluster to OSSCluster.*two ways on\. Recreate: /);
    const asked = await cli.asked();
    expect(asked.filter(({ type, preview }) => !preview || type.endsWith(':Database'))).toEqual([]);
  });

  it('replaces the database when its policy is given up by name and its protection lifted, which the plan calls data loss', async (context) => {
    const cli = await newStack(context);
    await deploy(cli, { clusteringPolicy: 'OSSCluster', shardCount: 2 }, { protect: false });
    await cli.asked();
    const recreate = { protect: false, givenUpPolicy: 'OSSCluster' };
    await configure(cli, { clusteringPolicy: 'EnterpriseCluster', shardCount: 2 }, recreate);
    const plan = await planned(cli);
    // The users of a database end with it: their assignments are replaced in the same step.
    expect(codesOf(plan)).toEqual(['AA_REPLACED', 'AD_POLICY_REPLACES']);
    expect(judgePlan(plan, []).verdict).toBe('fail');
    expect(judgePlan(plan, ['shop-database.clusteringPolicy']).verdict).toBe('pass');
    expect(await cli.pulumi('up', '--yes')).toMatchObject({ code: 0 });
    const asked = (await cli.asked()).filter(({ preview }) => !preview);
    for (const type of [':Database', ':AccessPolicyAssignment']) {
      const made = asked.filter((one) => one.type.endsWith(type));
      expect(made.map(({ operation }) => operation)).toEqual(['delete', 'create']);
    }
  });

  it('does not replace what is protected, although that was acknowledged', async (context) => {
    const cli = await newStack(context);
    await deploy(cli, { clusteringPolicy: 'OSSCluster', shardCount: 2 });
    await configure(cli, { clusteringPolicy: 'EnterpriseCluster', shardCount: 2 }, { givenUpPolicy: 'OSSCluster' });
    const { code, stdout, stderr } = await cli.pulumi('preview');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/protect/i);
    // As the refusal says: `pulumi state unprotect` the database.
    expect(await cli.pulumi('state', 'unprotect', await urnOf(cli, ':Database'), '--yes')).toMatchObject({ code: 0 });
    await cli.asked();
    const after = await cli.pulumi('up', '--yes');
    expect(after.code, after.stdout + after.stderr).toBe(0);
    const made = (await cli.asked()).filter(({ type, preview }) => !preview && type.endsWith(':Database'));
    expect(made.map(({ operation }) => operation)).toEqual(['delete', 'create']);
  });

  it('is not destroyed while a policy is given up that it has no more, and is once that is removed', async (context) => {
    const cli = await newStack(context);
    const topology = { clusteringPolicy: 'EnterpriseCluster', shardCount: 2 };
    // As it stands after the policy was changed.
    await deploy(cli, topology, { protect: false, givenUpPolicy: 'OSSCluster' });
    const alone = await cli.pulumi('destroy', '--yes');
    expect(alone.code).not.toBe(0);
    expect(alone.stderr).toMatch(/--run-program/);
    const withProgram = await cli.pulumi('destroy', '--yes', '--run-program');
    expect(withProgram.code).not.toBe(0);
    expect(withProgram.stdout).toMatch(/AMR_POLICY_CHANGE_MISNAMED .*or remove policyChange/);
    await deploy(cli, topology, { protect: false });
    expect(await cli.pulumi('destroy', '--yes')).toMatchObject({ code: 0 });
  });

  it('keeps the access key encrypted in the state, and out of everything that is printed', async (context) => {
    const cli = await newStack(context);
    const vault = { accessKeyVault: 'shop-vault', users: [] };
    const topology = { clusteringPolicy: 'EnterpriseCluster', shardCount: 2 };
    await configure(cli, topology, vault);
    const up = await cli.pulumi('up', '--yes');
    expect(up.code, up.stdout + up.stderr).toBe(0);
    const [state, shown, outputs] = [
      await cli.pulumi('stack', 'export'),
      await cli.pulumi('stack', 'export', '--show-secrets'),
      await cli.pulumi('stack', 'output', '--json', '--show-secrets'),
    ];
    expect(shown.stdout).toContain(ACCESS_KEY);
    for (const text of [up.stdout, up.stderr, state.stdout, outputs.stdout]) expect(text).not.toContain(ACCESS_KEY);
  });

  it('registers a newer API version through the generic resource, and protects against choosing it later', async (context) => {
    const cli = await newStack(context);
    const topology = { clusteringPolicy: 'EnterpriseCluster', shardCount: 2 };
    const newer = { apiVersion: '2026-09-01' };
    await deploy(cli, { ...topology, keyspaceEvents: 'KEA' }, newer);
    await configure(cli, { ...topology, keyspaceEvents: 'Ex' }, newer);
    expect(codesOf(await planned(cli))).toEqual(['AD_KEYSPACE_EVENTS']);

    const typed = await newStack(context);
    await deploy(typed, topology);
    await configure(typed, topology, newer);
    const { code, stdout, stderr } = await typed.pulumi('preview');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/protect/i);
  });

  it('removes the link of a network that goes and no other, and leaves links with their former names in place', async (context) => {
    const cli = await newStack(context);
    const topology = { clusteringPolicy: 'EnterpriseCluster', shardCount: 2 };
    const hub = NETWORK_ID.replace(/v$/, 'hub');
    await deploy(cli, topology, { virtualNetworkIds: [hub, NETWORK_ID] });
    // As a stack of before: links were called after their place in the list.
    await cli.edited((state) =>
      state
        .replaceAll(/zone-link-hub-[0-9a-f]{8}/g, 'zone-link-0')
        .replaceAll(/zone-link-v-[0-9a-f]{8}/g, 'zone-link-1'),
    );
    await cli.asked();
    await deploy(cli, topology, { virtualNetworkIds: [hub, NETWORK_ID] });
    await deploy(cli, topology, { virtualNetworkIds: [NETWORK_ID] });
    const changed = (await cli.asked()).filter(({ operation, preview }) => operation !== 'invoke' && !preview);
    expect(changed.map(({ operation, type }) => [operation, type.split(':').at(-1)])).toEqual([
      ['delete', 'VirtualNetworkLink'],
    ]);
    const { stdout } = await cli.pulumi('stack', 'export');
    const links = new Set(stdout.match(/VirtualNetworkLink::[\w-]+/g));
    expect([...links]).toEqual([expect.stringMatching(/::shop-zone-link-v-[0-9a-f]{8}$/)]);
  });

  it('takes a database over as it is: nothing of it is made, every id is the one that Azure has', async (context) => {
    const cli = await newStack(context);
    await cli.exists(THERE);
    const topology = { clusteringPolicy: 'EnterpriseCluster', shardCount: 2 };
    const taking = {
      importClusterId: CLUSTER_ID.toLowerCase().replace('/resourcegroups/shop', '/resourceGroups/shop'),
    };
    await configure(cli, topology, { ...taking, importUsers: ['shop'] });
    const preview = await cli.pulumi('preview');
    expect(preview.code, preview.stdout + preview.stderr).toBe(0);
    expect(preview.stdout + preview.stderr).not.toContain('do not match');
    await cli.asked();
    const up = await cli.pulumi('up', '--yes');
    expect(up.code, up.stdout + up.stderr).toBe(0);
    const asked = (await cli.asked()).filter(({ preview: previewed }) => !previewed);
    const read = asked.filter(({ operation }) => operation === 'read').map(({ id }) => id);
    expect([...new Set(read)].sort()).toEqual(Object.keys(THERE).sort());
    const made = asked.filter(({ operation }) => operation === 'create').map(({ type }) => type);
    expect(made).toContain('azure-native:network:PrivateEndpoint');
    expect(made.filter((type) => type.includes(':redisenterprise:'))).toEqual([]);
    expect(asked.filter(({ operation }) => ['update', 'delete'].includes(operation))).toEqual([]);

    await configure(cli, topology);
    const later = await cli.pulumi('up', '--yes');
    expect(later.code, later.stdout + later.stderr).toBe(0);
    const changed = (await cli.asked()).filter(({ operation }) => !['invoke', 'read'].includes(operation));
    expect(changed).toEqual([]);
  });

  it('does not take over what is something else, and says everything that differs', async (context) => {
    const cli = await newStack(context);
    await cli.exists(THERE);
    await configure(cli, { clusteringPolicy: 'OSSCluster', shardCount: 2, port: 10_000, sku: 'Balanced_B10' }, TAKING);
    const { code, stdout, stderr } = await cli.pulumi('preview');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/AMR_EXISTING_POLICY_DIFFERS[\s\S]*AMR_EXISTING_SKU_DIFFERS/);
    expect((await cli.asked()).map(({ operation }) => operation)).toEqual(['invoke', 'invoke']);
  });

  it('says in the preview what else differs, which is changed right after the import', async (context) => {
    const cli = await newStack(context);
    await cli.exists(THERE);
    const topology = { clusteringPolicy: 'EnterpriseCluster', shardCount: 2 };
    await configure(cli, topology, TAKING);
    expect(codesOf(await planned(cli))).toEqual(['AR_CREATED', 'AR_IMPORTED']);
    await configure(cli, topology, { ...TAKING, tags: ['team=shop'] });
    expect(codesOf(await planned(cli))).toEqual(['AC_TAGS', 'AR_CREATED', 'AR_IMPORTED']);
  });

  it('fails `pulumi up` with the sentences of the checks that fail inside the network, and succeeds once they pass', async (context) => {
    const cli = await newStack(context);
    const checks = [
      { name: 'shard-count', verdict: 'fail', code: 'SHARD_COUNT_DIFFERS', message: 'There are 2, not 3.' },
    ];
    const broken = await startManagementServer(TOKEN, {
      exitCode: 1,
      log: JSON.stringify({ verdict: 'fail', checks }),
    });
    const registry = { runnerRegistryServer: 'shop.azurecr.io' };
    const runner = { runnerImage: 'shop.azurecr.io/redoubt:1', runnerSubnetId: SUBNET_ID, ...registry };
    await cli.configure({ ...PRIVATE, ...runner, managementEndpoint: broken.endpoint });
    const { code, stdout, stderr } = await cli.pulumi('up', '--yes');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain('shard-count (fail) SHARD_COUNT_DIFFERS: There are 2, not 3.');
    expect(stdout + stderr).not.toContain(TOKEN);
    const mended = await startManagementServer(TOKEN, { exitCode: 0, log: '' });
    await cli.configure({ ...PRIVATE, ...runner, managementEndpoint: mended.endpoint });
    expect(await cli.pulumi('up', '--yes')).toMatchObject({ code: 0 });
    const { stdout: outputs } = await cli.pulumi('stack', 'output', '--json');
    expect(JSON.parse(outputs)).toMatchObject({ verdict: 'pass', profile: { deployment: 'azure-enterprise' } });
  });

  it('gives `redoubt profile` and `redoubt drift` what they ask a stack for', async (context) => {
    const cli = await newStack(context);
    await deploy(cli, { clusteringPolicy: 'EnterpriseCluster', shardCount: 2 });
    const source = ['--from-pulumi', cli.stack, '--cwd', cli.project];
    const { environment } = cli;
    const profile = await redoubt(['profile', ...source], { environment });
    expect(JSON.parse(profile.stdout)).toMatchObject({ deployment: 'shop', clusteringPolicy: 'EnterpriseCluster' });
    const outputs = JSON.parse((await cli.pulumi('stack', 'output', '--json')).stdout);
    expect(outputs.declared).toEqual({
      clusterId: outputs.clusterId,
      accessKeys: false,
      publicNetworkAccess: false,
      encryptionKeyUrl: null,
      users: [{ objectId: OBJECT_ID }],
    });
    // The stack is read and its database found; nobody answers for it here.
    const nowhere = ['--azure-endpoint', 'http://127.0.0.1:1'];
    const drift = await redoubt(['drift', 'azure-enterprise', ...source, ...nowhere], {
      environment: { ...environment, AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' },
    });
    expect(drift.stderr).toMatch(
      /comparing with Azure Managed Redis "shop" in resource group "shop"[\s\S]*AZURE_NOT_SIGNED_IN/,
    );
    expect(drift.exitCode).toBe(EXIT.unknown);
  });
});

type Topology = Readonly<Record<string, unknown>>;

async function configure(cli: PulumiCli, topology: Topology, settings: Topology = {}): Promise<void> {
  await cli.configure({ ...PRIVATE, ...settings, deployment: await cli.deploymentWith(topology) });
}

async function deploy(cli: PulumiCli, topology: Topology, settings: Topology = {}): Promise<void> {
  await configure(cli, topology, settings);
  const { code, stdout, stderr } = await cli.pulumi('up', '--yes');
  expect(code, stdout + stderr).toBe(0);
}
