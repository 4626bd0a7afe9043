import { describe, expect, it } from 'vitest';
import { isSwitchedOn, refusedWords } from '../../lib/topology/access-words.ts';
import { applicationAccess } from '../../lib/topology/application-access.ts';

describe('whether a user is on', () => {
  it.each([
    ['on ~*', true],
    ['off ~*', false],
    ['~* +@all', false],
    ['off ON', true],
    ['on off', false],
  ])('%j: %j', (text, isOn) => {
    expect(isSwitchedOn(text)).toBe(isOn);
  });
});

describe('words that are not taken', () => {
  it('are named for a sentence', () => {
    expect(refusedWords('on ~* &* -@all +@read %R~x -client|list resetkeys')).toEqual([]);
    expect(refusedWords('reset +get! ~ (+get nonsense)')).toEqual(['reset', '+get!', '~', 'nonsense']);
  });

  it('are never shown where they are passwords or their hashes', () => {
    expect(refusedWords('on >secret (+get #c0ffee) frobnicate').join(' ')).not.toMatch(/secret|c0ffee/);
  });
});

it('a declared access string is what the application gets', () => {
  const authentication = {
    kind: 'rbac',
    userName: 'reader',
    credential: 'password',
    accessString: 'on ~* +@read',
  } as const;
  expect(applicationAccess({ engine: 'valkey', engineVersion: '8.0', authentication })).toBe('on ~* +@read');
});
