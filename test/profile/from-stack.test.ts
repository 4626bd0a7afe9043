import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import { profileFromOutputsFile, profileFromStackOutputs, settledOrThrow } from '../../lib/profile/from-stack.ts';
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

  it('is told from other outputs of a construct that is itself called Redoubt', () => {
    const profile = output('RedoubtRedoubtProfile7473B2CE', PROFILE);
    const parameter = { OutputKey: 'RedoubtProfileParameter20A16D93', OutputValue: 'name' };
    const read = { OutputKey: 'PublishOutputRefRedoubtProfile758F52E5FD7005E3', OutputValue: 'name' };
    expect(profileFromStackOutputs([parameter, profile, read])).toEqual(PROFILE);
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

describe('the state of a stack', () => {
  it.each([
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'UPDATE_ROLLBACK_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'IMPORT_COMPLETE',
  ])('%s: its outputs are those of what is deployed', (StackStatus) => {
    expect(() => settledOrThrow({ StackName: 'shop', StackStatus })).not.toThrow();
  });

  it.each([
    ['CREATE_IN_PROGRESS', 'STACK_IN_PROGRESS'],
    ['UPDATE_IN_PROGRESS', 'STACK_IN_PROGRESS'],
    ['UPDATE_ROLLBACK_IN_PROGRESS', 'STACK_IN_PROGRESS'],
    ['REVIEW_IN_PROGRESS', 'STACK_IN_PROGRESS'],
    ['CREATE_FAILED', 'STACK_NOT_DEPLOYED'],
    ['ROLLBACK_COMPLETE', 'STACK_NOT_DEPLOYED'],
    ['UPDATE_ROLLBACK_FAILED', 'STACK_NOT_DEPLOYED'],
    ['DELETE_COMPLETE', 'STACK_NOT_DEPLOYED'],
    [undefined, 'STACK_NOT_DEPLOYED'],
  ])('%s is a problem: %s', (StackStatus, code) => {
    expect(() => settledOrThrow({ StackName: 'shop', StackStatus })).toThrow(code);
  });
});

describe("the CDK's outputs file", () => {
  const document = {
    shop: { ARedoubtProfile: JSON.stringify(PROFILE) },
    web: { BRedoubtProfile: JSON.stringify(OTHER) },
  };

  it('is read as a whole, or for one stack', () => {
    expect(profileFromOutputsFile({ document, stack: 'web' })).toEqual(OTHER);
    expect(profileFromOutputsFile({ document, deployment: 'sessions' })).toEqual(PROFILE);
    expect(() => profileFromOutputsFile({ document })).toThrow('STACK_WITH_SEVERAL_PROFILES');
  });

  it.each([
    ['STACK_OUTPUTS_FILE_FORM', null],
    ['STACK_OUTPUTS_FILE_FORM', []],
    ['STACK_OUTPUTS_FILE_FORM', {}],
    ['STACK_OUTPUTS_FILE_FORM', { shop: { Url: 1 } }],
    ['STACK_OUTPUTS_FILE_WITHOUT_STACK', { shop: {} }],
    ['STACK_WITHOUT_PROFILE', { web: {} }],
  ])('is a problem: %s', (code, given) => {
    expect(() => profileFromOutputsFile({ document: given, stack: 'web' })).toThrow(code);
  });
});

describe('whatever a stack or a file holds', () => {
  const answers = (read: () => unknown) => {
    try {
      return read() !== undefined;
    } catch (error) {
      return error instanceof ProblemError && error.problems.length > 0;
    }
  };
  const outputKey = fc.oneof(fc.string(), fc.constantFrom('ARedoubtProfile', '__proto__', 'constructor'));
  const value = fc.oneof(fc.string(), fc.json(), fc.constant(JSON.stringify(PROFILE)));

  it('the outputs are a profile or a problem list, never a crash', () => {
    const output = fc.record({ OutputKey: outputKey, OutputValue: value }, { requiredKeys: [] });
    fc.assert(fc.property(fc.array(output), (outputs) => answers(() => profileFromStackOutputs(outputs))));
    fc.assert(
      fc.property(fc.dictionary(outputKey, value), (outputs) => answers(() => profileFromStackOutputs(outputs))),
    );
  });

  it('the file is a profile or a problem list, never a crash', () => {
    const file = fc.oneof(fc.jsonValue(), fc.dictionary(outputKey, fc.dictionary(outputKey, value)), fc.anything());
    const stack = fc.option(outputKey, { nil: undefined });
    fc.assert(
      fc.property(file, stack, (document, name) => answers(() => profileFromOutputsFile({ document, stack: name }))),
    );
  });
});
