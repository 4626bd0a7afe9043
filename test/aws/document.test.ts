import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import { ElastiCacheCluster, VerifiedDeployment } from '../../lib/aws/index.ts';
import { GROUP, only } from './fixture.ts';

describe.each(['README.md', 'docs/aws.md'])('the program in %s', (document) => {
  it('has fewer than 20 lines and makes a cluster with TLS, users, rotation and alarms that is verified', async () => {
    const text = await readFile(resolve(import.meta.dirname, '../..', document), 'utf8');
    const programs = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, program = '']) => program);
    const program = programs.find((each) => each.includes('new App(')) ?? '';
    expect(program.trim().split('\n').length).toBeLessThan(20);
    const { stack, app } = runDocument(program);
    const template = Template.fromStack(stack);
    expect(only(template, GROUP).Properties).toMatchObject({
      TransitEncryptionEnabled: true,
      AtRestEncryptionEnabled: true,
      NumNodeGroups: 3,
      ReplicasPerNodeGroup: 1,
      UserGroupIds: [expect.anything()],
    });
    template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 1);
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.length).toBeGreaterThan(5);
    for (const { Properties } of alarms) expect(Properties.AlarmActions, Properties.AlarmName).toHaveLength(1);
    const verified = Template.fromStack(app.node.findChild('ShopVerified') as Stack);
    verified.resourceCountIs('Custom::RedoubtVerification', 1);
  });
});

/** The text as a function's body: what it imports comes as arguments. What `Vpc.fromLookup` finds is the library's stand-in. */
function runDocument(program: string): { readonly stack: Stack; readonly app: App } {
  const body = program.replace(/^import .*$/gm, '');
  // The ids of the stand-in for the VPC are none that CloudFormation's own checks would take.
  const LooseApp = class extends App {
    constructor() {
      super({ analyticsReporting: false, context: { '@aws-cdk/core:validateAgainstDefaultRules': false } });
    }
  };
  const known = { App: LooseApp, Stack, Vpc, ElastiCacheCluster, VerifiedDeployment };
  return new Function(...Object.keys(known), `${body}\nreturn { stack, app };`)(...Object.values(known));
}
