import { Aws } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { clusterWith } from './fixture.ts';
import { serverlessWith } from './serverless-fixture.ts';

const READER = 'on ~shop:* +@read +@connection -@dangerous +info +cluster|info +cluster|nodes +cluster|slots';
const PROFILE = 'AWS::SSM::Parameter';

function warnings(accessString: string, from: 'topology' | 'option' | 'serverless' = 'topology'): string[] {
  const { stack } =
    from === 'serverless'
      ? serverlessWith({}, { accessString })
      : from === 'option'
        ? clusterWith({}, { accessString })
        : clusterWith({ authentication: { kind: 'rbac', accessString } });
  const found = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('redoubt:access-string'));
  return found.map(({ entry }) => String(entry.data));
}

describe('an access string warns at synth', () => {
  it.each(['topology', 'option', 'serverless'] as const)(
    'of what its user cannot do, wherever it is given: %s',
    (from) => {
      expect(warnings(READER, from)).toEqual([
        expect.stringMatching(
          /`redoubt verify` ends `unknown` in hash-tagged-lua \(\+eval \+set \+del\): .*access-string-verify/,
        ),
        expect.stringMatching(/no drill is begun .* lacks \+set \+incr \+unlink\..*access-string-drill/),
      ]);
    },
  );

  it('of CLUSTER INFO, which ioredis waits for', () => {
    expect(warnings('on ~* +@all -cluster|info')).toContainEqual(expect.stringMatching(/ioredis' own `Cluster` never/));
  });

  it('of a command that nobody knows', () => {
    expect(warnings('on ~* +@all -sett')).toEqual([
      expect.stringMatching(/names "sett" \(did you mean set\?\), which /),
    ]);
  });

  it('of nothing where everything is allowed that is asked for, none is declared, or it is known only in the deployment', () => {
    expect(warnings('on ~* +@all')).toEqual([]);
    expect(warnings(Aws.STACK_NAME, 'option')).toEqual([]);
    const { stack } = clusterWith();
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('access-string'))).toEqual([]);
  });
});

describe('the profile says how keys of the user begin', () => {
  it.each([
    ['of a topology', () => clusterWith({ authentication: { kind: 'rbac', accessString: READER } })],
    ['of the construct', () => clusterWith({}, { accessString: READER })],
    ['of a serverless cache', () => serverlessWith({}, { accessString: READER })],
  ])('by the access string %s', (_, made) => {
    expect(JSON.stringify(made().template().findResources(PROFILE))).toContain('\\"keyPrefix\\":\\"shop:\\"');
  });

  it('and nothing where every key is theirs', () => {
    expect(JSON.stringify(clusterWith().template().findResources(PROFILE))).not.toContain('keyPrefix');
  });
});
