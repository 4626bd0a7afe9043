import { describe, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { redoubt } from './program.ts';

describe('drift', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown deployment', ['elasticash', '--aws', 'shop'], /DEPLOYMENT_UNKNOWN: .*elasticache/],
    ['no place', ['elasticache'], /DEPLOYED_WHERE: Nothing says where elasticache was deployed\. Give --aws GROUP\./],
    ['the other cloud', ['azure-oss', '--aws', 'shop'], /OTHER_CLOUD: azure-oss is declared for azure-managed-redis/],
    ['a region without a group', ['elasticache', '--region', 'eu-west-1'], /REGION_WITHOUT_GROUP/],
    [
      'a region of AWS beside a stack of Azure',
      ['azure-oss', '--from-pulumi', 'prod', '--region', 'eu-west-1'],
      /REGION_WITHOUT_GROUP/,
    ],
    [
      'outputs that are not there, and an endpoint that belongs to the stack',
      [
        ...['azure-oss', '--from-pulumi', 'prod', '--outputs-file', '/nowhere.json'],
        ...['--azure-endpoint', 'https://management.usgovcloudapi.net'],
      ],
      /^OUTPUTS_FILE_MISSING/,
    ],
    [
      'a stack of the other cloud',
      ['elasticache', '--from-pulumi', 'prod'],
      /OTHER_CLOUD: .*--from-pulumi.*Give --aws/,
    ],
    ['a database named twice', ['azure-oss', '--from-pulumi', 'prod', '--azure', '/s'], /cannot be used with/],
    [
      'details of a stack that is not named',
      ['azure-oss', '--azure', '/s', '--cwd', '.', '--output', 'weu', '--outputs-file', 'x'],
      /STACK_NOT_NAMED: --cwd .*\nSTACK_NOT_NAMED: --output .*\nSTACK_NOT_NAMED: --outputs-file /,
    ],
    [
      'a directory of outputs that stand in a file',
      ['azure-oss', '--from-pulumi', 'dev', '--outputs-file', 'o.json', '--cwd', '.'],
      /STACK_NOT_ASKED: --cwd \. says where Pulumi is asked/,
    ],
    [
      'outputs that are not there',
      ['azure-oss', '--from-pulumi', 'prod', '--outputs-file', '/nowhere.json'],
      /OUTPUTS_FILE_MISSING/,
    ],
    [
      'a profile that is not there',
      ['elasticache', '--aws', 'shop', '--profile', '/nowhere.json'],
      /PROFILE_FILE_MISSING/,
    ],
  ])('with %s ends with 64 and one sentence', async (_title, words, sentence) => {
    const ended = await redoubt(['drift', ...words]);
    expect(ended.stderr).toMatch(sentence);
    expect(ended).toMatchObject({ exitCode: EXIT.usage, stdout: '' });
  });

  test('of an API that cannot be reached is unknown, never a pass', async () => {
    const environment = {
      AWS_ENDPOINT_URL_ELASTICACHE: 'http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'nobody',
      AWS_SECRET_ACCESS_KEY: 'nothing',
    };
    const ended = await redoubt(['drift', 'elasticache', '--aws', 'shop', '--region', 'eu-west-1'], { environment });
    expect(ended.stderr).toMatch(/AWS_UNREACHABLE: DescribeReplicationGroups got no answer/);
    expect(ended).toMatchObject({ exitCode: EXIT.unknown, stdout: '' });
  });
});

test('a drill of a cloud needs its profile', async () => {
  const ended = await redoubt(['drill', '--aws', 'shop', '--region', 'eu-west-1']);
  expect(ended.stderr).toMatch(/PROFILE_MISSING: .*Give --profile PATH/);
  expect(ended.exitCode).toBe(EXIT.usage);
});
