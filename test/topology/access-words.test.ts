import { describe, expect, it } from 'vitest';
import { formComplaint, isSwitchedOn, refusedPlaces } from '../../lib/topology/access-words.ts';
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
  it.each<[string, number[]]>([
    ['on ~* &* -@all +@read %R~x -client|list resetkeys', []],
    ['on (+get ~x:*) ~*', []],
    ['reset +get! ~ (+get nonsense)', [1, 2, 3, 4]],
    ['on (+get ~x:*', [2]],
  ])('%j: %j', (text, places) => {
    expect(refusedPlaces(text)).toEqual(places);
  });

  it.each([
    'on >hunter2 ~*',
    'on ~app:* (+get >hunter2',
    'on (>hun)ter2 ~x:*)',
    'on +get,>hunter2',
    'on ">hunter2"',
    'on #hunter2 nopass',
  ])('are never repeated, because they may be passwords: %j', (text) => {
    const complaint = formComplaint('accessString', text);
    expect(complaint).toMatch(/^`accessString` has something that it does not take/);
    expect(complaint).not.toMatch(/hun|ter2/);
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
