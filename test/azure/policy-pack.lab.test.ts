/** The policy pack under Pulumi's own host for policy packs, asked over gRPC as the engine asks it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyzerMessages, analyzerServices, grpc, POLICY_PROGRAM, structOf } from './pulumi-host/protocol.ts';
import { REPOSITORY_ROOT } from './pulumi-host/run-program.ts';

const TYPE = 'azure-native:redisenterprise';

describe('the policy pack in bin/azure-policies', () => {
  it('finds in a stack what the service would refuse', { timeout: 30_000 }, async () => {
    await using pack = await startPack();
    const request = new analyzerMessages.AnalyzeStackRequest();
    request.setResourcesList([
      resource('RedisEnterprise', { clusterName: 'redis', sku: { name: 'Balanced_B50' } }),
      resource('Database', { clusterName: 'redis', clusteringPolicy: 'NoCluster' }),
    ]);
    const diagnostics = await new Promise<{ policy: string; message: string; urn: string }[]>((resolve, reject) => {
      pack.client.analyzeStack(request, (error, response) => {
        if (error !== null) reject(error);
        else {
          const found = response.getDiagnosticsList();
          resolve(found.map((one) => ({ policy: one.getPolicyname(), message: one.getMessage(), urn: one.getUrn() })));
        }
      });
    });
    expect(diagnostics).toEqual([
      {
        policy: 'azure-managed-redis-rules',
        message: expect.stringContaining('AMR_NO_CLUSTER_TOO_LARGE sku: `sku` Balanced_B50 holds 60 GB'),
        urn: 'urn:Database',
      },
    ]);
  });
});

function resource(kind: string, props: Record<string, unknown>) {
  const analyzed = new analyzerMessages.AnalyzerResource();
  analyzed.setType(`${TYPE}:${kind}`);
  analyzed.setName(kind);
  analyzed.setUrn(`urn:${kind}`);
  analyzed.setProperties(structOf(props));
  analyzed.setOptions(new analyzerMessages.AnalyzerResourceOptions());
  return analyzed;
}

/** The host writes the port it serves on as its first line. */
async function startPack() {
  const child = spawn(process.execPath, [POLICY_PROGRAM, '127.0.0.1:1', '.'], {
    cwd: join(REPOSITORY_ROOT, 'bin/azure-policies'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(() => {
    throw new Error('the policy pack ended before it served');
  });
  const [line] = (await Promise.race([once(child.stdout, 'data'), exited])) as [Buffer];
  exited.catch(() => undefined);
  const address = `127.0.0.1:${String(line).trim()}`;
  const client = new analyzerServices.AnalyzerClient(address, grpc.credentials.createInsecure());
  return {
    client,
    async [Symbol.asyncDispose]() {
      client.close();
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}
