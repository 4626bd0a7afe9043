import { Lazy, Token } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { ElastiCacheAlarms } from '../../lib/aws/alarms.ts';
import { judgeTopology } from '../../lib/aws/judge-topology.ts';
import type { ServerlessCacheInput } from '../../lib/topology/elasticache-serverless-input.ts';
import { clusterWith, emptyStack, problemsOf, TOPOLOGY } from './fixture.ts';
import { serverlessWith } from './serverless-fixture.ts';

const LATER = Lazy.number({ produce: () => 70 });
const NO_NUMBER = { Memory: '80' } as unknown as Record<string, number>;

describe('a threshold of a cluster’s alarm', () => {
  it.each<[string, Record<string, number>]>([
    ['of a percentage', { Cpu: 99, Memory: 0.5 }],
    ['of a count', { Evictions: 0, Connections: 64_999, ReplicationLag: 0, Swap: 1, Packets: 1_000_000 }],
    ['that is not known before the deployment', { Memory: LATER, Cpu: Token.asNumber({ Ref: 'Percent' }) }],
    ['that is left out', { Memory: undefined as unknown as number }],
  ])('may be one %s within its range', (_, alarms) => {
    expect(problemsOf(() => clusterWith({}, { alarms }))).toBe('made');
  });

  it.each<[Record<string, number>, RegExp]>([
    [
      { Cpu: 200 },
      /alarms.Cpu: The threshold of Cpu \(CPUUtilization\) is 200, .*never \(it is a percentage\).*above 0 and below 100/,
    ],
    [{ Memory: 100 }, /is 100, .*never.*The default is 80\./],
    [{ Memory: -5 }, /is -5, above which it always is; it must be a number above 0/],
    [{ Memory: 0 }, /is 0, above which it always is/],
    [{ Memory: Number.NaN }, /is NaN, and must be a number/],
    [{ Memory: Number.POSITIVE_INFINITY }, /is Infinity, and must be a number/],
    [NO_NUMBER, /is "80", and must be a number/],
    [{ Connections: 65_000 }, /is 65000, .*never \(a node takes no more connections\)/],
    [{ Evictions: -1 }, /is -1, .*a number of 0 or more\./],
  ])('is refused where the alarm could not be raised or always is: %j', (alarms, says) => {
    const make = () => clusterWith({}, { alarms });
    expect(problemsOf(make)).toMatch(/^ProblemError: AWS_ALARM_THRESHOLD alarms\./);
    expect(problemsOf(make)).toMatch(says);
  });

  it.each([null, 'yes', 80, [80]])('is not understood in %j', (alarms) => {
    expect(problemsOf(() => clusterWith({}, { alarms: alarms as never }))).toMatch(
      /^ProblemError: AWS_ALARM_THRESHOLD alarms: `alarms` is .*\{ Cpu: 80 \}/,
    );
  });

  it('is judged with the others, and in alarms of their own', () => {
    const thresholds = { Cpu: 200, Memori: 70, Memory: -5 };
    expect(problemsOf(() => clusterWith({}, { alarms: thresholds })).split('\n')).toHaveLength(3);
    const stack = emptyStack();
    const { topology } = judgeTopology(TOPOLOGY);
    const make = () =>
      new ElastiCacheAlarms(stack, 'Alarms', { topology, topic: new Topic(stack, 'Topic'), thresholds });
    expect(problemsOf(make)).toMatch(
      /AWS_ALARM_THRESHOLD thresholds.Cpu: .*\n.*thresholds.Memori.*\n.*thresholds.Memory/,
    );
  });
});

describe('a threshold of a serverless cache’s alarm', () => {
  const limited: Partial<ServerlessCacheInput> = { storageGigabytes: { max: 10 }, ecpuPerSecond: { max: 1_000 } };

  it('may be one below the limit that is set', () => {
    const alarms = { Storage: 9_999_999_999, Ecpu: 59_999, Throttled: 0 };
    expect(problemsOf(() => serverlessWith(limited, { alarms }))).toBe('made');
  });

  it.each<[Record<string, number>, RegExp]>([
    [
      { Storage: 10_000_000_000 },
      /Storage \(BytesUsedForCache\) is 10000000000, .*never \(the upper limit that is set\)/,
    ],
    [{ Ecpu: 60_000 }, /Ecpu .*never/],
    [{ Throttled: -1 }, /0 or more/],
  ])('is refused out of its range: %j', (alarms, says) => {
    expect(problemsOf(() => serverlessWith(limited, { alarms }))).toMatch(/AWS_ALARM_THRESHOLD alarms\./);
    expect(problemsOf(() => serverlessWith(limited, { alarms }))).toMatch(says);
  });

  it('is not held to a limit that cannot be read', () => {
    const settings = { storageGigabytes: 'ten' } as never;
    expect(problemsOf(() => serverlessWith(settings, { alarms: { Storage: 1e12 } }))).not.toContain('AWS_ALARM');
  });
});
