import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  declaredFromPulumi,
  declaredFromPulumiOrThrow,
  profileFromPulumi,
  profileFromPulumiOrThrow,
} from '../../lib/profile/from-pulumi.ts';
import { profileOf, TOPOLOGIES } from './fixture.ts';

const codesOf = (text: string, output?: string) => {
  const result = profileFromPulumi({ text, ...(output === undefined ? {} : { output }) });
  return 'problems' in result ? result.problems.map(({ code }) => code) : [];
};

describe('what was declared, among them', () => {
  const clusterId = '/subscriptions/s/resourceGroups/shop/providers/Microsoft.Cache/redisEnterprise/sessions';
  const problems = (declared: unknown) => {
    const result = declaredFromPulumi({ text: JSON.stringify({ declared }) });
    return 'problems' in result ? result.problems.map(({ code, path }) => `${code} ${path}`) : [];
  };

  it('is read with all of it or with the cluster alone, also by another name', () => {
    const whole = {
      clusterId,
      accessKeys: false,
      publicNetworkAccess: true,
      encryptionKeyUrl: null,
      users: [{ objectId: 'a' }],
    };
    expect(declaredFromPulumiOrThrow({ text: JSON.stringify({ declared: whole }) })).toEqual(whole);
    expect(declaredFromPulumiOrThrow({ text: JSON.stringify({ weu: { clusterId } }), output: 'weu' })).toEqual({
      clusterId,
    });
  });

  it.each<[string, unknown, string[]]>([
    ['is not there', undefined, ['PULUMI_OUTPUT_MISSING declared']],
    ['is a profile', { schemaVersion: 1, deployment: 'shop' }, ['PULUMI_OUTPUT_NOT_DECLARED declared']],
    ['is a text', 'shop', ['PULUMI_OUTPUT_NOT_DECLARED declared']],
    ['is hidden', '[secret]', ['PULUMI_OUTPUT_HIDDEN declared']],
    ['is of something else', { clusterId: '/subscriptions/s' }, ['INPUT_NOT_ALLOWED clusterId']],
    [
      'has fields that it has not',
      { clusterId, publicNetworkAccess: 'off', userObjectIds: [] },
      ['INPUT_WRONG_TYPE publicNetworkAccess', 'INPUT_UNKNOWN_KEY userObjectIds'],
    ],
  ])('is refused with every problem when it %s', (_title, declared, expected) => {
    expect(problems(declared)).toEqual(expected);
  });

  it('is asked of the program where it is missing', () => {
    expect(() => declaredFromPulumiOrThrow({ text: '{"profile":{}}' })).toThrow(
      /no output named "declared"\. It has profile\. Return the `declared` of a ManagedRedis/,
    );
  });
});

describe('the outputs of a Pulumi stack', () => {
  it.each(TOPOLOGIES)('give back the profile that stands in them: $platform', (topology) => {
    const profile = profileOf(topology);
    expect(profileFromPulumiOrThrow({ text: JSON.stringify({ hostName: 'x', profile }) })).toEqual(profile);
  });

  it('give it back where the program made a text of it, or calls it otherwise', () => {
    const [topology] = TOPOLOGIES;
    if (topology === undefined) throw new Error('no topology');
    const profile = profileOf(topology);
    const text = JSON.stringify({ redis: JSON.stringify(profile) });
    expect(profileFromPulumiOrThrow({ text, output: 'redis' })).toEqual(profile);
  });

  it.each([
    ['', 'PULUMI_OUTPUTS_NOT_JSON'],
    ['error: no stack selected', 'PULUMI_OUTPUTS_NOT_JSON'],
    ['[]', 'PULUMI_OUTPUTS_NOT_JSON'],
    ['null', 'PULUMI_OUTPUTS_NOT_JSON'],
    ['{}', 'PULUMI_OUTPUT_MISSING'],
    ['{"hostName":"x"}', 'PULUMI_OUTPUT_MISSING'],
    ['{"profile":"[secret]"}', 'PULUMI_OUTPUT_HIDDEN'],
  ])('%s has the problem %s', (text, code) => {
    expect(codesOf(text)).toEqual([code]);
  });

  it('name what they have where the profile is not among it', () => {
    expect(() => profileFromPulumiOrThrow({ text: '{"hostName":"x"}' })).toThrow(
      /no output named "profile"\. It has hostName\./,
    );
    expect(codesOf('{}', 'constructor')).toEqual(['PULUMI_OUTPUT_MISSING']);
  });

  it('have every problem of a malformed profile', () => {
    expect(codesOf('{"profile":{"schemaVersion":1}}').length).toBeGreaterThan(3);
    expect(codesOf('{"profile":"text"}').length).toBeGreaterThan(0);
  });

  it('are a problem list and never a crash, whatever they are', () => {
    const profile = fc.oneof(fc.jsonValue(), fc.json());
    const outputs = fc
      .dictionary(fc.constantFrom('profile', 'hostName', '__proto__'), profile)
      .map((all) => JSON.stringify(all));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), outputs), (text) => {
        expect(profileFromPulumi({ text })).toHaveProperty('problems');
      }),
    );
  });
});
