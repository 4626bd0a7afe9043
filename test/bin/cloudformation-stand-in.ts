/**
 * Answers DescribeStacks and GetTemplate as CloudFormation does: the query protocol over HTTP, XML back. The real SDK is
 * pointed at it through AWS_ENDPOINT_URL_CLOUDFORMATION.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface StackOfTheTest {
  readonly status?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly template?: string;
  /** An empty page that leads to the next one comes first. */
  readonly paged?: boolean;
  /** Answered instead: the service's code and message. */
  readonly error?: readonly [status: number, code: string, message: string];
  /** Never answered. */
  readonly silent?: boolean;
}

export interface CloudFormationStandIn {
  /** What a program needs to find it, and to sign what it asks. */
  readonly environment: Record<string, string>;
  /** What has been asked so far. */
  readonly asked: { action: string; stack: string; region: string; stage: string | null }[];
  readonly close: () => Promise<void>;
}

export async function cloudFormationStandIn(
  stacks: Readonly<Record<string, StackOfTheTest>>,
): Promise<CloudFormationStandIn> {
  const asked: CloudFormationStandIn['asked'] = [];
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const [action, name] = [form.get('Action') ?? '', form.get('StackName') ?? ''];
    const region =
      /Credential=[^/]+\/\d+\/([^/]+)\/cloudformation\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
    asked.push({ action, stack: name, region, stage: form.get('TemplateStage') });
    const stack = stacks[name];
    if (stack?.silent === true) return;
    const [status, body] = answerTo({ action, name, stack, token: form.get('NextToken') });
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    environment: {
      AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'key-of-the-test',
      AWS_REGION: 'eu-west-1',
      ...NO_ACCOUNT,
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Nothing of the machine's own configuration is read, and no metadata service is looked for. */
export const NO_ACCOUNT = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PROFILE: '',
  AWS_SESSION_TOKEN: '',
  AWS_WEB_IDENTITY_TOKEN_FILE: '',
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: '',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
};

interface Asked {
  readonly action: string;
  readonly name: string;
  readonly stack: StackOfTheTest | undefined;
  readonly token: string | null;
}

function answerTo({ action, name, stack, token }: Asked): [number, string] {
  if (stack === undefined) return fault(400, 'ValidationError', `Stack with id ${name} does not exist`);
  if (stack.error !== undefined) return fault(...stack.error);
  if (action === 'GetTemplate') return answer(action, element('TemplateBody', escaped(stack.template ?? '')));
  if (action !== 'DescribeStacks') return fault(400, 'InvalidAction', `Could not find operation ${action}`);
  if (stack.paged === true && token === null) return answer(action, '<Stacks/><NextToken>second</NextToken>');
  const outputs = Object.entries(stack.outputs ?? {}).map(([key, value]) =>
    element('member', element('OutputKey', key) + element('OutputValue', escaped(value))),
  );
  const facts = element('StackName', name) + element('StackStatus', stack.status ?? 'CREATE_COMPLETE');
  return answer(action, element('Stacks', element('member', facts + element('Outputs', outputs.join('')))));
}

function answer(action: string, result: string): [number, string] {
  const metadata = '<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>';
  const body = `<${action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">${element(`${action}Result`, result)}${metadata}</${action}Response>`;
  return [200, body];
}

function fault(status: number, code: string, message: string): [number, string] {
  const error = element('Error', `<Type>Sender</Type>${element('Code', code)}${element('Message', escaped(message))}`);
  return [
    status,
    `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">${error}<RequestId>1</RequestId></ErrorResponse>`,
  ];
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
