import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, deploymentNamed, loadDeployment, tryDeploymentNamed } from '../../deployments/index.ts';
import { clientModeOf, replicasPerShardOf } from '../../lib/topology/topology.ts';

const CONTENT = {
  name: 'shop',
  description: 'The shop.',
  topology: { platform: 'elasticache', name: 'shop', shardCount: 2, replicasPerShard: 1 },
};

describe('a shipped deployment', () => {
  it.each([
    ['elasticache', 'cluster', 3],
    ['elasticache-single', 'single', 1],
    ['azure-oss', 'cluster', 3],
    ['azure-oss-one-shard', 'cluster', 1],
    ['azure-enterprise', 'single', 3],
    ['azure-nocluster', 'single', 1],
  ])('%s is for a %s client, with %i shards of one replica each', (name, mode, shardCount) => {
    const { topology } = deploymentNamed(name);
    expect([clientModeOf(topology), topology.shardCount, replicasPerShardOf(topology)]).toEqual([mode, shardCount, 1]);
  });

  it('has a name of its own', () => {
    expect(new Set(DEPLOYMENTS.map((deployment) => deployment.name)).size).toBe(6);
  });

  it('bears no lost, doubled or failed write', () => {
    for (const { budgets } of DEPLOYMENTS) {
      expect(budgets).toMatchObject({
        lostAcknowledgedWrites: 0,
        writesAppliedTwice: 0,
        failedWrites: 0,
        unknownIdempotentWrites: 0,
      });
    }
  });
});

describe('a deployment that is not shipped', () => {
  it('is undefined for the lenient twin', () => {
    expect(tryDeploymentNamed('azure')).toBeUndefined();
    expect(tryDeploymentNamed('constructor')).toBeUndefined();
  });

  it('is refused with the closest name and all the others', async () => {
    await expect(loadDeployment('azure-os')).rejects.toThrow(
      /^DEPLOYMENT_UNKNOWN: .*"azure-os"\. Did you mean azure-oss\? Shipped: elasticache, elasticache-single, azure-oss, /,
    );
    expect(() => deploymentNamed('zzz')).toThrow(/^DEPLOYMENT_UNKNOWN: There is no deployment named "zzz"\. Shipped: /);
  });
});

describe("a user's own deployment", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'redoubt-deployment-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  async function written(name: string, text: string): Promise<string> {
    const path = join(directory, name);
    await writeFile(path, text);
    return path;
  }

  const asModule = `export default ${JSON.stringify(CONTENT)};`;

  it.each([
    ['shop.json', JSON.stringify(CONTENT)],
    ['bom.json', `\uFEFF${JSON.stringify(CONTENT)}`],
    ['shop.mjs', asModule],
    ['shop.mts', `const count: number = 2;\n${asModule}\nexport { count };`],
  ])('is read from %s, with its defaults filled in', async (name, text) => {
    const deployment = await loadDeployment(await written(name, text));
    expect(deployment).toMatchObject({ name: 'shop', topology: { engineVersion: '8.0', shardCount: 2 } });
    expect(deployment.budgets.slowestAnswerMs).toBe(1_000);
  });

  it.each([
    ['DEPLOYMENT_FILE_KIND', './shop.yaml', undefined, /ends in "\.yaml": .*\.ts, \.mts, \.js, \.mjs, \.json/],
    ['DEPLOYMENT_FILE_MISSING', 'gone.json', undefined, /does not exist/],
    ['DEPLOYMENT_FILE_MISSING', 'gone.mjs', undefined, /does not exist/],
    ['DEPLOYMENT_FILE_NOT_JSON', 'half.json', '{"name":', /not whole, valid JSON/],
    ['DEPLOYMENT_FILE_TOO_LARGE', 'large.json', ' '.repeat(65_537), /larger than 65536 bytes/],
    ['DEPLOYMENT_MODULE_FAILED', 'broken.mjs', 'export default {', /cannot be loaded \(.*syntax|SyntaxError/i],
    ['DEPLOYMENT_MODULE_FAILED', 'throws.mjs', 'throw new Error("no such region");', /Error: no such region/],
    [
      'DEPLOYMENT_MODULE_FAILED',
      'leaves.mjs',
      'process.exit(0);',
      /it ends the process itself, with process\.exit\(0\)/,
    ],
    [
      'DEPLOYMENT_MODULE_FAILED',
      'leaves-later.mjs',
      'try { process.exit() } catch {}\nawait new Promise(() => {});',
      /process\.exit\(\)/,
    ],
    [
      'DEPLOYMENT_MODULE_FAILED',
      'unread.mjs',
      `throw new TypeError('Unknown file extension ".ts" for /shop.ts');`,
      /does not read TypeScript: use 22\.18, 24 or newer, or write .*\.mjs or \.json/,
    ],
    ['DEPLOYMENT_MODULE_FAILED', 'odd.mjs', 'throw null;', /something that is no error/],
    ['DEPLOYMENT_MODULE_NO_DEFAULT', 'named.mjs', 'export const deployment = {};', /no default export.*export default/],
    ['INPUT_MISSING', 'empty.mjs', 'export default {};', /topology.*In the deployment .*empty\.mjs/],
    ['INPUT_WRONG_TYPE', 'function.mjs', 'export default [];', /In the deployment/],
    ['INPUT_NOT_PLAIN_DATA', 'function.mjs', 'export default () => 1;', /is a function/],
  ])('has the problem %s in %s', async (code, name, text, says) => {
    const path = text === undefined ? join(directory, name) : await written(name, text);
    const error = await loadDeployment(path).catch((thrown: Error) => thrown);
    expect(String(error)).toContain(code);
    expect(String(error)).toMatch(says);
  });

  it('that waits for ever is not waited for after an abort', async () => {
    const path = await written('waits.mjs', `await new Promise(() => {}); ${asModule}`);
    const controller = new AbortController();
    const loading = loadDeployment(path, controller.signal);
    controller.abort(new Error('Ctrl-C'));
    await expect(loading).rejects.toThrow('Ctrl-C');
  });

  it('that is a folder is a problem', async () => {
    await expect(loadDeployment(`${directory}/`)).rejects.toThrow(/^DEPLOYMENT_FILE_KIND/);
  });

  it('has every broken rule told at once', async () => {
    const broken = { ...CONTENT, topology: { ...CONTENT.topology, shardCount: 0, engineVersion: '8.0.1', port: 0 } };
    await expect(loadDeployment(await written('broken.json', JSON.stringify(broken)))).rejects.toThrow(
      /EC_SHARD_COUNT_RANGE topology\.shardCount[\s\S]*EC_ENGINE_VERSION_PATCH_LEVEL[\s\S]*EC_PORT_RANGE/,
    );
  });
});
