import { Token } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { advisoriesFor } from '../../lib/aws/advisories.ts';
import { type ElastiCacheTopologyInput, judgeTopology } from '../../lib/aws/judge-topology.ts';
import { TOPOLOGY } from './fixture.ts';

function advised(changes: Partial<ElastiCacheTopologyInput>): string[] {
  const { topology, problems } = judgeTopology({ ...TOPOLOGY, ...changes });
  expect(problems).toEqual([]);
  return advisoriesFor(topology).map(({ id, message }) => `${id} ${message}`);
}

describe('a parameter that the documentation does not name', () => {
  it('is warned of, with the one that was probably meant', () => {
    expect(advised({ parameters: { 'activ-defrag': 'yes', 'cluster-node-timeout': '5', timeout: '0' } })).toEqual([
      expect.stringMatching(
        /^redoubt:unknown-parameter .*"activ-defrag" \(did you mean "activedefrag"\?\) and "cluster-node-timeout", .*deployment fails/,
      ),
    ]);
  });

  it('is not one of those that it names, whatever their values are', () => {
    expect(
      advised({ parameters: { activedefrag: Token.asString({ Ref: 'Defrag' }), 'slowlog-max-len': '128' } }),
    ).toEqual([]);
  });
});

describe('a node type of a family that is not known', () => {
  it('is warned of, and neither one that is nor one that is known later', () => {
    expect(advised({ nodeType: 'cache.r99g.large' })).toEqual([
      expect.stringMatching(/^redoubt:unknown-node-type .*"cache.r99g.large", .*r7g, r8g, c7gn, c8gn are/),
    ]);
    expect(advised({ nodeType: 'cache.r8g.16xlarge' })).toEqual([]);
    expect(advised({ nodeType: Token.asString({ Ref: 'NodeType' }) })).toEqual([]);
  });
});
