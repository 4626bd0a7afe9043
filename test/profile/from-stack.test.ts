import { describe, expect, it } from 'vitest';
import { profileFromStackOutputs } from '../../lib/profile/from-stack.ts';
import { azure, ELASTICACHE, profileOf } from './fixture.ts';

const PROFILE = profileOf(ELASTICACHE);
const OTHER = { ...profileOf(azure('OSSCluster')), deployment: 'carts' };
const output = (key: string, profile: object) => ({ OutputKey: key, OutputValue: JSON.stringify(profile) });

describe('the profile of a stack', () => {
  it('is rebuilt from what CloudFormation lists, whatever other outputs there are', () => {
    const outputs = [
      { OutputKey: 'Url', OutputValue: 'https://shop' },
      {},
      output('CacheRedoubtProfile7473B2CE', PROFILE),
    ];
    expect(profileFromStackOutputs(outputs)).toEqual(PROFILE);
  });

  it("is rebuilt from the CDK's outputs file", () => {
    expect(profileFromStackOutputs({ CacheRedoubtProfile1: JSON.stringify(PROFILE), Url: 'x' })).toEqual(PROFILE);
  });

  it('is the one that is named when there are several', () => {
    const outputs = [output('ARedoubtProfile1', PROFILE), output('BRedoubtProfile2', OTHER)];
    expect(profileFromStackOutputs(outputs, 'carts')).toEqual(OTHER);
  });

  it.each([
    ['STACK_WITHOUT_PROFILE', [], undefined, /not made by ElastiCacheCluster/],
    ['STACK_WITHOUT_PROFILE', [output('RedoubtProfile', PROFILE)], 'cart', /no profile of "cart", only of "sessions"/],
    [
      'STACK_WITH_SEVERAL_PROFILES',
      [output('ARedoubtProfile', PROFILE), output('BRedoubtProfile', OTHER)],
      undefined,
      /"sessions" or "carts"/,
    ],
    ['STACK_PROFILE_NOT_JSON', [{ OutputKey: 'RedoubtProfile', OutputValue: '{' }], undefined, /not whole, valid JSON/],
    ['INPUT_MISSING', [output('RedoubtProfile', { ...PROFILE, endpoint: undefined })], undefined, /`endpoint`/],
  ])('is a problem: %s', (code, outputs, deployment, says) => {
    expect(() => profileFromStackOutputs(outputs, deployment)).toThrow(says);
    expect(() => profileFromStackOutputs(outputs, deployment)).toThrow(code);
  });
});
