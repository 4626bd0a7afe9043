/** What is one of its kind in an account and region, as the service compares it. */
import { Stack, Stage, Token } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/**
 * Account, region and name in small letters. What is not known until CloudFormation runs is taken to be the same for all stacks of
 * a stage, which are deployed together; undefined for a name that is not known.
 */
export function placeOf(resource: IConstruct, name: string | undefined): string | undefined {
  if (name === undefined || Token.isUnresolved(name)) return undefined;
  const { account, region } = Stack.of(resource);
  const stage = `stage ${Stage.of(resource)?.node.path ?? ''}`;
  const [inAccount, inRegion] = [account, region].map((value) => (Token.isUnresolved(value) ? stage : value));
  return JSON.stringify([inAccount, inRegion, name.toLowerCase()]);
}
