import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepReports } from '../../../lib/azure/runner/keep-reports.ts';
import { fixtureFolder } from '../../scripts/fixture-folder.ts';
import { startCloudStandIn } from './identity-server.ts';

const token = 'tokenFor:https://storage.azure.com';

async function results(): Promise<string> {
  const folder = await fixtureFolder();
  await mkdir(join(folder, 'azure-oss 1'));
  await writeFile(join(folder, 'azure-oss 1/report.json'), '{"verdict":"pass"}');
  await writeFile(join(folder, 'log.txt'), 'done');
  return folder;
}

describe('the reports of a run', () => {
  it('are stored under their paths', async () => {
    const { containerUrl, blobs } = await startCloudStandIn();
    const names = await keepReports({ folder: await results(), containerUrl, token });
    expect(names).toEqual(['azure-oss 1/report.json', 'log.txt']);
    expect(blobs).toEqual({ 'azure-oss 1/report.json': '{"verdict":"pass"}', 'log.txt': 'done' });
  });

  it('that cannot be stored are named, all of them, with what the service said and without the token', async () => {
    const { containerUrl } = await startCloudStandIn({ refuseBlobs: true });
    const kept = keepReports({ folder: await results(), containerUrl, token });
    await expect(kept).rejects.toThrow(
      /REPORTS_NOT_KEPT: Of 2 files 2 .*azure-oss 1\/report\.json \(answered 403 AuthorizationPermissionMismatch\), log\.txt/,
    );
    await expect(kept).rejects.not.toThrow(token);
  });

  it('that nothing listens for are named with the reason', async () => {
    const kept = keepReports({ folder: await results(), containerUrl: 'http://127.0.0.1:1/rehearsals', token });
    await expect(kept).rejects.toThrow(/REPORTS_NOT_KEPT.*(?:ECONNREFUSED|bad port)/);
  });
});
