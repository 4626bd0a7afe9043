import { expect, test } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import { type ConnectOptions, DEFAULT_SETTINGS, settingsFrom } from '../../lib/client/options.ts';

test('without options the declared defaults hold; undefined is no option', () => {
  expect(settingsFrom({})).toEqual(DEFAULT_SETTINGS);
  expect(settingsFrom({ retryForMs: undefined } as unknown as ConnectOptions)).toEqual(DEFAULT_SETTINGS);
});

test('what is no setting of the client does not get into the settings', () => {
  expect(Object.keys(settingsFrom({ log: 'stderr', connectionName: 'x' })).sort()).toEqual(
    Object.keys(DEFAULT_SETTINGS).sort(),
  );
});

test('every bad option is reported at once, with what was given and what is allowed', () => {
  const bad = {
    retryUnknown: 'sometimes',
    retryForMs: -1,
    watchEveryMs: 1.5,
    askTimeoutMs: Number.NaN,
    suspectAfterMs: 5,
  };
  let problems: ProblemError['problems'] = [];
  try {
    settingsFrom(bad as never);
  } catch (error) {
    problems = error instanceof ProblemError ? error.problems : [];
  }
  expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
    'CLIENT_OPTION_INVALID retryUnknown',
    'CLIENT_OPTION_INVALID retryForMs',
    'CLIENT_OPTION_INVALID watchEveryMs',
    'CLIENT_OPTION_INVALID suspectAfterMs',
    'CLIENT_OPTION_INVALID askTimeoutMs',
  ]);
  expect(problems[0]?.message).toBe(
    'The option retryUnknown is sometimes; allowed is one of never, idempotent, always.',
  );
});
