/** The engine's log and the log of slow commands, each in an encrypted log group that is kept for a bounded time, or in a stream. */
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';

const LOGS = [
  { id: 'EngineLog', logType: 'engine-log' },
  { id: 'SlowLog', logType: 'slow-log' },
] as const;

interface LogDelivery {
  readonly topology: ElastiCacheTopology;
  readonly key: IKey;
  readonly retention: RetentionDays;
  /** Name of an Amazon Data Firehose stream that gets the logs instead of log groups. */
  readonly deliveryStream?: string;
}

export function logDelivery(
  scope: Construct,
  { topology, key, retention, deliveryStream }: LogDelivery,
): CfnReplicationGroup.LogDeliveryConfigurationRequestProperty[] {
  return LOGS.filter(({ logType }) => logType === 'slow-log' || hasEngineLog(topology)).map(({ id, logType }) => {
    if (deliveryStream !== undefined) {
      return {
        logType,
        logFormat: 'json',
        destinationType: 'kinesis-firehose',
        destinationDetails: { kinesisFirehoseDetails: { deliveryStream } },
      };
    }
    const group = new LogGroup(scope, id, { retention, encryptionKey: key });
    return {
      logType,
      logFormat: 'json',
      destinationType: 'cloudwatch-logs',
      destinationDetails: { cloudWatchLogsDetails: { logGroup: group.logGroupName } },
    };
  });
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html: the engine log came with Redis OSS 6.2. */
function hasEngineLog({ engine, engineVersion }: ElastiCacheTopology): boolean {
  return !(engine === 'redis' && engineVersion === '6.0');
}
