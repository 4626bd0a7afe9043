import { expect, test } from 'vitest';
import type { CloudOperation, Precondition } from '../../lib/control/control-plane.ts';
import { preconditionProblems } from '../../lib/drill/targets/cloud.ts';
import { profile } from '../report/fixture.ts';

const UNHEALTHY: Precondition = { code: 'UNHEALTHY', message: 'A node is down.', overridable: false };
const PRODUCTION: Precondition = { code: 'PRODUCTION', message: 'It is tagged as production.', overridable: true };

function operation(preconditions: Precondition[], reversible = true, deliberate?: string): CloudOperation {
  return {
    ...(deliberate === undefined ? {} : { deliberate }),
    name: 'sku-round-trip',
    effect: 'Every node is replaced twice.',
    cost: 'An hour of a larger size.',
    undo: 'The data of before is gone.',
    reversible,
    preconditions: async () => preconditions,
    run: async () => undefined,
    heal: async () => undefined,
  };
}

async function codes(of: CloudOperation, meant?: string): Promise<string[]> {
  const problems = await preconditionProblems(of, { profile, ...(meant === undefined ? {} : { meant }) });
  return problems.map(({ code }) => code);
}

test('an operation without a reason against it may run', async () => {
  expect(await codes(operation([]))).toEqual([]);
});

test('every reason against it is said at once', async () => {
  expect(await codes(operation([UNHEALTHY, PRODUCTION]))).toEqual(['UNHEALTHY', 'PRODUCTION']);
});

test('the name of the deployment overrules what may be overruled, and nothing else', async () => {
  expect(await codes(operation([UNHEALTHY, PRODUCTION]), profile.deployment)).toEqual(['UNHEALTHY']);
  expect(await codes(operation([PRODUCTION]), 'another')).toEqual(['PRODUCTION']);
});

test('what cannot be undone needs the name, whatever else is well', async () => {
  expect(await codes(operation([], false))).toEqual(['OPERATION_NOT_REVERSIBLE']);
  expect(await codes(operation([], false), profile.deployment)).toEqual([]);
});

test('what is a deliberate act needs the name although nothing is against it, and the sentence ends in the words to add', async () => {
  const deliberate = operation([], true, 'It drops every connection, twice.');
  expect(await preconditionProblems(deliberate, { profile })).toEqual([
    {
      code: 'OPERATION_NOT_MEANT',
      message: `It drops every connection, twice. If that is meant, add: --i-mean ${profile.deployment}`,
    },
  ]);
  expect(await codes(deliberate, 'another')).toEqual(['OPERATION_NOT_MEANT']);
  expect(await codes(deliberate, profile.deployment)).toEqual([]);
  expect(await codes(operation([UNHEALTHY, PRODUCTION], true, 'It drops.'))).toEqual([
    'OPERATION_NOT_MEANT',
    'UNHEALTHY',
    'PRODUCTION',
  ]);
});

test('a reason that may be overruled says how', async () => {
  const [problem] = await preconditionProblems(operation([PRODUCTION]), { profile });
  expect(problem?.message).toBe(
    `It is tagged as production. Say --i-mean ${profile.deployment} to go on all the same.`,
  );
});
