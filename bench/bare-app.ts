/**
 * The yardstick of bench/synth.ts: a CDK app that makes the resources of one template as they stand there and does nothing
 * else. Run by the CDK CLI, or alone; BARE_APP_TEMPLATE is the template.
 */
import { readFileSync } from 'node:fs';
import { App, CfnResource, Stack } from 'aws-cdk-lib';

const { BARE_APP_TEMPLATE: path = '' } = process.env;
const { Resources: resources } = JSON.parse(readFileSync(path, 'utf8')) as {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>;
};
const app = new App();
const stack = new Stack(app, 'bare');
for (const [id, { Type: type, Properties: properties = {} }] of Object.entries(resources)) {
  new CfnResource(stack, id, { type, properties: { ...properties } });
}
app.synth();
