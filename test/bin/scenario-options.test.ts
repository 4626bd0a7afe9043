import { expect, test } from 'vitest';
import { refuseUnused } from '../../bin/scenario-options.ts';
import type { ScenarioName } from '../../lib/drill/scenario.ts';

const ALL = { nodeGroup: ['0001'], engineVersion: '8.0', parameterGroup: 'shop-valkey8', otherRegion: 'us-east-2' };

test.each<[ScenarioName, readonly string[]]>([
  ['test-failover', ['--engine-version', '--parameter-group', '--other-region']],
  ['engine-to-valkey', ['--node-group', '--other-region']],
  ['global-failover', ['--node-group', '--engine-version', '--parameter-group']],
  ['global-disassociate', ['--node-group', '--engine-version', '--parameter-group']],
  ['geo-unlink', ['--node-group', '--engine-version', '--parameter-group', '--other-region']],
  ['watch-maintenance', ['--node-group', '--engine-version', '--parameter-group', '--other-region']],
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
