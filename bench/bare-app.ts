/**
 * The yardstick of bench/synth.ts: a CDK app that makes the resources of some templates as they stand there and does nothing
 * else. It imports the CDK as `cdk init` writes it, but no module of a service. Run by the CDK CLI, or alone;
 * BARE_APP_TEMPLATES is the directory with the templates.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>;
}

const ENDING = '.template.json';
const { BARE_APP_TEMPLATES: directory = '' } = process.env;
const app = new App();
for (const name of readdirSync(directory).filter((file) => file.endsWith(ENDING))) {
  const { Resources: resources } = JSON.parse(readFileSync(join(directory, name), 'utf8')) as Template;
  const stack = new Stack(app, name.slice(0, -ENDING.length));
  for (const [id, { Type: type, Properties: properties = {} }] of Object.entries(resources)) {
    new CfnResource(stack, id, { type, properties: { ...properties } });
  }
}
app.synth();
