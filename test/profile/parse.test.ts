import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import { parseProfile, profileOrThrow } from '../../lib/profile/parse.ts';
import type { ConnectionProfileInput } from '../../lib/profile/profile.ts';
import { anyInput } from '../topology/fixture.ts';
import { anyProfile, azure, ELASTICACHE, profileOf } from './fixture.ts';

const PROFILE = profileOf(ELASTICACHE);

function problemsOf(input: unknown) {
  const result = parseProfile(input);
  return 'problems' in result ? result.problems : [];
}

describe('a valid profile', () => {
  it('has no problem and stays as it is when read again', () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        expect(profileOrThrow(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
      }),
    );
  });

  it('has its defaults filled in', () => {
    const { replicaReads: _reads, nameResolution: _names, ...given } = PROFILE;
    const input: ConnectionProfileInput = { ...given, tls: { serverName: 'sessions.example.net' } };
    expect(profileOrThrow(input)).toMatchObject({
      replicaReads: 'never',
      nameResolution: { kind: 'system' },
      tls: { minimumVersion: 'TLSv1.2' },
    });
  });
});

describe('a malformed profile', () => {
  it.each([
    ['INPUT_MISSING', 'clientMode', { clientMode: undefined }, /missing: it must be "cluster" or "single"/],
    ['INPUT_NOT_ALLOWED', 'clientMode', { clientMode: 'auto' }, /is "auto": it must be "cluster" or "single"/],
    ['INPUT_UNKNOWN_KEY', 'clientmode', { clientmode: 'cluster' }, /did you mean `clientMode`\?/],
    ['INPUT_MISSING', 'endpoint', { endpoint: undefined }, /an object with host, port/],
    ['INPUT_OUT_OF_RANGE', 'endpoint.port', { endpoint: { host: 'a', port: 65_536 } }, /is 65536: .*from 1 to 65535/],
    ['INPUT_WRONG_FORMAT', 'endpoint.host', { endpoint: { host: '', port: 1 } }, /is "": .*host name/],
    ['INPUT_WRONG_FORMAT', 'endpoint.host', { endpoint: { host: 'a:1,b:2', port: 1 } }, /is "a:1,b:2": .*host name/],
    [
      'INPUT_NOT_ALLOWED',
      'tls.minimumVersion',
      { tls: { serverName: 'a', minimumVersion: 'TLSv1.1' } },
      /"TLSv1\.2" or "TLSv1\.3"/,
    ],
    ['INPUT_WRONG_FORMAT', 'tls.caFile', { tls: { serverName: 'a', caFile: 'a\nb' } }, /without control characters/],
    ['INPUT_NOT_ALLOWED', 'crossSlotCommands', { crossSlotCommands: 'some' }, /"none", "all", or a list/],
    ['INPUT_WRONG_FORMAT', 'crossSlotCommands.0', { crossSlotCommands: ['MGET'] }, /is "MGET"/],
    ['INPUT_OUT_OF_RANGE', 'crossSlotCommands', { crossSlotCommands: [] }, /is an array of 0/],
    ['INPUT_OUT_OF_RANGE', 'expected.shardCount', { expected: { shardCount: 0, replicasPerShard: 0 } }, /is 0: /],
    [
      'INPUT_NOT_ALLOWED',
      'expected.shardCount',
      { expected: { shardCount: '3-8', replicasPerShard: 1 } },
      /is "3-8": it must be a whole number from 1, or with automatic scaling a range/,
    ],
    [
      'INPUT_OUT_OF_RANGE',
      'expected.replicasPerShard.min',
      { expected: { shardCount: 3, replicasPerShard: { min: 0, max: 2 } } },
      /is 0: /,
    ],
    [
      'INPUT_NOT_ALLOWED',
      'expected.shardCount',
      { expected: { shardCount: { min: 3, maximum: 8 }, replicasPerShard: 1 } },
      /is an object: it must be a whole number from 1, or .* a range of two from 1 \(min, max\)/,
    ],
    [
      'PROFILE_VERSION_UNSUPPORTED',
      'schemaVersion',
      { schemaVersion: 2 },
      /schemaVersion 2; this Redoubt reads version 1/,
    ],
    ['INPUT_NOT_ALLOWED', 'schemaVersion', { schemaVersion: '1' }, /is "1": it must be 1/],
    ['INPUT_NOT_ALLOWED', 'nameResolution.kind', { nameResolution: { kind: 'dns' } }, /"system" or "hosts-file"/],
  ])('has the problem %s at %s', (code, path, changes, says) => {
    expect(problemsOf({ ...PROFILE, ...changes })).toContainEqual({ code, path, message: expect.stringMatching(says) });
  });

  it('that is empty has every missing field told at once', () => {
    expect(problemsOf({}).map((problem) => problem.path)).toEqual([
      'schemaVersion',
      'deployment',
      'platform',
      'clientMode',
      'endpoint',
      'tls',
      'authentication',
      'crossSlotCommands',
      'expected',
    ]);
  });

  it('has its broken rules told beside its malformed fields', () => {
    const codes = problemsOf({
      ...PROFILE,
      clientMode: 'single',
      extraPortRange: { from: 2, to: 1 },
      deployment: 7,
    }).map((problem) => problem.code);
    expect(codes.sort()).toEqual([
      'INPUT_WRONG_TYPE',
      'PROFILE_ELASTICACHE_NEEDS_CLUSTER_MODE',
      'PROFILE_PORT_RANGE_REVERSED',
    ]);
  });

  it('of another version is not judged by the rules of this one', () => {
    expect(problemsOf({ schemaVersion: 2, mode: 'cluster' }).map((problem) => problem.code)).toEqual([
      'PROFILE_VERSION_UNSUPPORTED',
    ]);
  });

  it.each([
    { authentication: { secret: 'hunter2' } },
    { authentication: { userName: 'hunter2\n', secret: PROFILE.authentication.secret } },
    { authentication: { secret: { kind: 'environment', variable: 'hunter2!' } } },
    { authentication: 'hunter2' },
    { endpoint: { host: 'rediss://:hunter2@a.example', port: 6379 } },
    { authentication: { password: 'hunter2', secret: PROFILE.authentication.secret } },
  ])('never has a value repeated that may be the secret itself: %j', (changes) => {
    const messages = problemsOf({ ...PROFILE, ...changes }).map((problem) => problem.message);
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.join()).not.toContain('hunter2');
  });

  it('throws every problem from the throwing twin', () => {
    expect(() => profileOrThrow({ ...PROFILE, clientMode: 'single', deployment: '' })).toThrow(ProblemError);
    expect(() => profileOrThrow({ ...PROFILE, clientMode: 'single', deployment: '' })).toThrow(
      /INPUT_WRONG_FORMAT deployment[\s\S]*PROFILE_ELASTICACHE_NEEDS_CLUSTER_MODE clientMode/,
    );
  });

  it('is a problem and never a crash, whatever it is or stands in one of its fields', () => {
    const key = fc.constantFrom(...Object.keys(profileOf(azure('OSSCluster'))), '__proto__', 'constructor');
    fc.assert(
      fc.property(anyInput, key, (input, changed) => {
        expect('problems' in parseProfile(input())).toBe(true);
        const result = parseProfile({ ...PROFILE, [changed]: input() });
        if ('profile' in result) expect(parseProfile(result.profile)).toEqual(result);
        else expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
  });
});
