/** Options that are not what they must be: told as a sentence, where the CDK would end in a TypeError or CloudFormation in the middle of a deployment. */

import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Token } from 'aws-cdk-lib/core';
import type { Problem } from '../base/problem.ts';
import { describeGiven, describeKind } from '../topology/input/describe.ts';

/** Whether it is a VPC at all, which no compiler asks in plain JavaScript. */
export function isVpc(vpc: unknown): vpc is IVpc {
  return typeof vpc === 'object' && vpc !== null && 'vpcId' in vpc && 'selectSubnets' in vpc;
}

export function vpcFormProblems(vpc: unknown): Problem[] {
  if (isVpc(vpc)) return [];
  const message = `\`vpc\` is ${describeGiven(vpc)}: give a VPC of the CDK, one that is made (\`new Vpc\`) or found (\`Vpc.fromLookup\`).`;
  return [{ code: 'AWS_VPC_FORM', message, path: 'vpc' }];
}

/** The value is never repeated: who gives a text instead of a secret may have given the password. */
export function secretFormProblems(secret: unknown): Problem[] {
  if (secret === undefined || (typeof secret === 'object' && secret !== null && 'secretArn' in secret)) return [];
  const message = `\`secret\` is ${describeKind(secret)}: give a secret of Secrets Manager (\`Secret.fromSecretNameV2\`), whose JSON has the field "password", never the password itself.`;
  return [{ code: 'AWS_SECRET_FORM', message, path: 'secret' }];
}

/** ARNs are texts, and the CDK ends in a TypeError where it gets one instead of a construct. */
export function keyFormProblems(key: unknown): Problem[] {
  if (key === undefined || (isConstruct(key) && 'keyArn' in key)) return [];
  const message = `\`encryptionKey\` is ${describeGiven(key)}: give a key of the CDK, one that is made (\`new Key\`) or found (\`Key.fromKeyArn\`).`;
  return [{ code: 'AWS_KEY_FORM', message, path: 'encryptionKey' }];
}

export function topicFormProblems(topic: unknown, path: 'notificationTopic' | 'alarmTopic'): Problem[] {
  if (topic === undefined || (isConstruct(topic) && 'topicArn' in topic)) return [];
  const message = `\`${path}\` is ${describeGiven(topic)}: give a topic of the CDK, one that is made (\`new Topic\`) or found (\`Topic.fromTopicArn\`).`;
  return [{ code: 'AWS_TOPIC_FORM', message, path }];
}

function isConstruct(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'node' in value;
}

interface TextForm {
  readonly code: string;
  readonly path: string;
  readonly form: RegExp;
  readonly needs: string;
}

/** It stands in a profile, in file names and on command lines. */
const DEPLOYMENT: TextForm = {
  code: 'AWS_DEPLOYMENT_FORM',
  path: 'deployment',
  form: /^[a-z0-9][a-z0-9._-]{0,59}$/i,
  needs: '1 to 60 letters, digits, dots, hyphens and underscores, a letter or digit first',
};

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html */
const LOG_STREAM: TextForm = {
  code: 'AWS_LOG_STREAM_FORM',
  path: 'logDeliveryStream',
  form: /^[a-zA-Z0-9_.-]{1,64}$/,
  needs:
    'the name of an Amazon Data Firehose stream, 1 to 64 letters, digits, dots, hyphens and underscores; leave it out for log groups',
};

export function deploymentFormProblems(deployment: unknown): Problem[] {
  return textProblems(deployment, DEPLOYMENT);
}

export function logStreamFormProblems(stream: unknown): Problem[] {
  return textProblems(stream, LOG_STREAM);
}

function textProblems(text: unknown, { code, path, form, needs }: TextForm): Problem[] {
  if (text === undefined || Token.isUnresolved(text) || (typeof text === 'string' && form.test(text))) return [];
  return [{ code, message: `\`${path}\` is ${describeGiven(text)}, and must be ${needs}.`, path }];
}
