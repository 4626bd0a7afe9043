import { expect, test } from 'vitest';
import { refuseUnused } from '../../bin/scenario-options.ts';
import type { ScenarioName } from '../../lib/drill/scenario.ts';

const ALL = {
  oldNode: 'closed',
  order: 'all-at-once',
  quietPasses: true,
  nodeGroup: ['0001'],
  engineVersion: '8.0',
  parameterGroup: 'shop-valkey8',
  otherRegion: 'us-east-2',
} as const;
const OF_A_LAB = ['--old-node', '--order'];
const OF_A_CLOUD = ['--node-group', '--engine-version', '--parameter-group', '--other-region'];

test.each<[ScenarioName, readonly string[]]>([
  ['planned-replacement', ['--quiet-passes', ...OF_A_CLOUD]],
  ['planned-failover', ['--old-node', '--quiet-passes', ...OF_A_CLOUD]],
  ['crash-primary', [...OF_A_LAB, '--quiet-passes', ...OF_A_CLOUD]],
  ['test-failover', [...OF_A_LAB, '--quiet-passes', '--engine-version', '--parameter-group', '--other-region']],
  ['engine-to-valkey', [...OF_A_LAB, '--quiet-passes', '--node-group', '--other-region']],
  ['global-failover', [...OF_A_LAB, '--quiet-passes', '--node-group', '--engine-version', '--parameter-group']],
  ['global-disassociate', [...OF_A_LAB, '--quiet-passes', '--node-group', '--engine-version', '--parameter-group']],
  ['geo-unlink', [...OF_A_LAB, '--quiet-passes', ...OF_A_CLOUD]],
  ['watch-maintenance', [...OF_A_LAB, ...OF_A_CLOUD]],
])('a drill of %s refuses every option that it would ignore, all at once', (scenario, flags) => {
  const refused = (() => {
    try {
      refuseUnused(ALL, [scenario]);
      return [];
    } catch (error) {
      return (error as { problems: { code: string; message: string }[] }).problems;
    }
  })();
  expect(refused.map(({ message }) => message.split(' ')[0])).toEqual(flags);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['OPTION_WITHOUT_SCENARIO']));
});

test('an option that one of several scenarios uses is used', () => {
  expect(() => refuseUnused({ nodeGroup: ['0001'] }, ['engine-to-valkey', 'test-failover'])).not.toThrow();
});

test('nothing is refused where nothing was given', () => {
  expect(() => refuseUnused({}, ['planned-failover'])).not.toThrow();
});
