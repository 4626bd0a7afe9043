/** The glue around the Pulumi CLI, with programs on the PATH that write down how they were called and end as the test says. */
import { mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixtureFolder, runProgram, writeProgram } from './fixture-folder.ts';

const SCRIPT = resolve(import.meta.dirname, '../../scripts/prove-azure.ts');
const ROOT = resolve(import.meta.dirname, '../..');

/** @param ends exit codes by the first word after the program's path: `up`, `profile`, `verify`, `drill` */
async function prove(args: readonly string[], ends: Readonly<Record<string, number>> = {}) {
  const folder = await fixtureFolder();
  const log = join(folder, 'calls');
  const cases = Object.entries(ends).map(([word, code]) => `${word}) exit ${code};;`);
  const stand = (word: string) =>
    `#!/bin/sh\necho "$(basename "$0") $*" >>"${log}"\n[ "${word}" = profile ] && echo '{"deployment":"shop"}'\n[ "${word}" = stack ] && echo /subscriptions/s/cluster\ncase "${word}" in\n${cases.join('\n')}\nesac\nexit 0\n`;
  await writeProgram(join(folder, 'tools/pulumi'), stand('$1'));
  await writeProgram(join(folder, 'tools/node'), stand('$2'));
  const env = { PATH: `${join(folder, 'tools')}:/usr/bin:/bin`, HOME: folder };
  const ended = await runProgram(process.execPath, [SCRIPT, ...args, '--output', join(folder, 'out')], env, folder);
  const calls = await readFile(log, 'utf8').catch(() => '');
  const short = (text: string) => text.replaceAll(folder, 'FOLDER').replaceAll(ROOT, 'ROOT');
  return {
    ...ended,
    folder,
    stderr: short(ended.stderr),
    stdout: short(ended.stdout),
    calls: short(calls).split('\n').slice(0, -1),
  };
}

const UP = 'pulumi up --stack prod --yes --non-interactive --cwd ROOT';
const PROFILE = 'node ROOT/bin/redoubt.ts profile --from-pulumi prod --cwd ROOT';
const VERIFY = 'node ROOT/bin/redoubt.ts verify --profile FOLDER/out/profile.json --report json=FOLDER/out/verify.json';
const DRILL = 'node ROOT/bin/redoubt.ts drill --profile FOLDER/out/profile.json --output FOLDER/out';

describe('prove:azure', () => {
  test('deploys, takes the profile, verifies and drills, in this order, and disturbs nothing unless asked', async () => {
    const { code, calls, stderr, folder } = await prove(['prod']);
    expect(calls).toEqual([UP, PROFILE, VERIFY, `${DRILL} --watch-maintenance 10m --quiet-passes`]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/prod is deployed and proven\. Reports: FOLDER\/out\n$/);
    const profile = join(folder, 'out/profile.json');
    expect(JSON.parse(await readFile(profile, 'utf8'))).toEqual({ deployment: 'shop' });
    expect((await stat(profile)).mode & 0o077).toBe(0);
  });

  test('drills what it is told to, by name', async () => {
    const { calls } = await prove(['prod', '--scenario', 'access-key-toggle', '--i-mean', 'shop']);
    expect(calls.slice(-2)).toEqual([
      'pulumi stack output clusterId --stack prod --cwd ROOT',
      `${DRILL} --scenario access-key-toggle --i-mean shop --azure /subscriptions/s/cluster`,
    ]);
    const watched = await prove(['prod', '--watch', '2h']);
    expect(watched.calls.at(-1)).toBe(`${DRILL} --watch-maintenance 2h --quiet-passes`);
  });

  test('with --plan says what it would run, so that it can be pasted, and runs nothing', async () => {
    const { code, calls, stdout } = await prove(['prod', '--plan', '--scenario', 'sku-round-trip']);
    expect({ code, calls }).toEqual({ code: 0, calls: [] });
    expect(stdout.split('\n')).toEqual([
      `deploy: ${UP}`,
      `profile: ${PROFILE} > FOLDER/out/profile.json`,
      `verify: ${VERIFY}`,
      'cluster: pulumi stack output clusterId --stack prod --cwd ROOT > FOLDER/out/cluster-id',
      `drill: ${DRILL} --scenario sku-round-trip --azure "$(cat FOLDER/out/cluster-id)"`,
      '',
    ]);
  });

  test.each([
    ['up', 255, 70, 1, /PROVE_DEPLOY_FAILED: deploy ended with 255\. Nothing was verified/],
    ['profile', 64, 64, 2, /PROVE_PROFILE_FAILED: profile ended with 64\..*hold no profile/],
    ['verify', 1, 1, 3, /PROVE_VERIFY_FAILED: verify ended with 1\. The stack is deployed, and is not drilled/],
    ['verify', 2, 2, 3, /PROVE_VERIFY_FAILED: verify ended with 2/],
    ['drill', 1, 1, 4, /PROVE_DRILL_FAILED: drill ended with 1\. The stack is deployed and verified/],
  ])(
    'when %s ends with %i it ends with %i after %i steps, and says where one stands',
    async (word, end, code, steps, says) => {
      const ended = await prove(['prod'], { [word]: end });
      expect(ended.code).toBe(code);
      expect(ended.calls).toHaveLength(steps);
      expect(ended.stderr).toMatch(says);
    },
  );

  test.each([
    [[], /PROVE_USAGE: Name one stack/],
    [['prod', 'test'], /PROVE_USAGE: Name one stack/],
    [['prod', '--scenario', 'a', '--watch', '1m'], /PROVE_USAGE: .*Choose one/],
    [['prod', '--scenarios', 'a'], /PROVE_USAGE: .*--scenarios/],
  ])('%o is wrong use', async (args, says) => {
    const { code, calls, stderr } = await prove(args);
    expect({ code, calls }).toEqual({ code: 64, calls: [] });
    expect(stderr).toMatch(says);
  });

  test('says that the pulumi command is missing, in the words of the shell', async () => {
    const folder = await fixtureFolder();
    // Nothing but the shell, or a machine that has the command would deploy.
    await mkdir(join(folder, 'tools'));
    await symlink('/bin/bash', join(folder, 'tools/bash'));
    const env = { PATH: join(folder, 'tools'), HOME: folder };
    const ended = await runProgram(process.execPath, [SCRIPT, 'prod'], env, folder);
    expect(ended.code).toBe(70);
    expect(ended.stderr).toMatch(/pulumi[\s\S]*PROVE_DEPLOY_FAILED: deploy ended with 127/);
  });
});
