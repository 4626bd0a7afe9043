/** The topic on which ElastiCache tells of failovers and node replacements: it puts node-based events nowhere else. */

import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnTopic, type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Problem } from '../base/problem.ts';
import { acknowledgePlainTopic } from './acknowledged-rules.ts';
import { topicFormProblems } from './option-forms.ts';

/**
 * Not encrypted on purpose: ElastiCache cannot publish to an encrypted topic and silently switches it to inactive
 * (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html). The policy needs `aws:SourceOwner`; with
 * `aws:SourceAccount` it is inactive too (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.SNS.html).
 */
export function ownTopic(scope: Construct, name: string): Topic {
  const topic = new Topic(scope, 'Events', { displayName: `ElastiCache ${name}`, enforceSSL: true });
  acknowledgePlainTopic(topic);
  const { account } = Stack.of(scope);
  const publish = { actions: ['sns:Publish'], resources: [topic.topicArn] };
  topic.addToResourcePolicy(
    new PolicyStatement({
      ...publish,
      sid: 'AllowElastiCachePublish',
      principals: [new AnyPrincipal()],
      conditions: { StringEquals: { 'aws:SourceOwner': account } },
    }),
  );
  topic.addToResourcePolicy(
    new PolicyStatement({
      ...publish,
      sid: 'AllowAlarms',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
  return topic;
}

/**
 * Where only alarms are told: encrypted, because CloudWatch can publish to an encrypted topic when the key's policy lets it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function alarmTopic(scope: Construct, name: string, key: IKey): ITopic {
  const topic = new Topic(scope, 'AlarmTopic', {
    displayName: `ElastiCache ${name}`,
    enforceSSL: true,
    masterKey: key,
  });
  const { account } = Stack.of(scope);
  const cloudWatch = {
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    conditions: { StringEquals: { 'aws:SourceAccount': account } },
  };
  topic.addToResourcePolicy(
    new PolicyStatement({ ...cloudWatch, sid: 'AllowAlarms', actions: ['sns:Publish'], resources: [topic.topicArn] }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({ ...cloudWatch, actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
  );
  return topic;
}

export function topicProblems(topic: ITopic | undefined): Problem[] {
  const malformed = topicFormProblems(topic, 'notificationTopic');
  if (malformed.length > 0) return malformed;
  const resource = topic?.node.defaultChild;
  if (!(resource instanceof CfnTopic) || resource.kmsMasterKeyId === undefined) return [];
  const message =
    'The notification topic is encrypted: ElastiCache cannot publish to it and would switch it to inactive without a word. Give a topic without a key, or leave it out for one of its own.';
  return [{ code: 'AWS_TOPIC_ENCRYPTED', message, path: 'notificationTopic' }];
}
