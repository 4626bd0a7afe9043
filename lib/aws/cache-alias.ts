import { CnameRecord, type IPrivateHostedZone } from 'aws-cdk-lib/aws-route53';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { throwIfProblems } from '../base/problem.ts';
import { optionNameProblems } from './option-names.ts';

export interface CacheAliasProps {
  /** A cluster or a serverless cache. */
  readonly cache: { readonly host: string };
  /** Associated with the VPCs of the clients. */
  readonly zone: IPrivateHostedZone;
  /** Within the zone: `shop` for `shop.cache.internal`. */
  readonly name: string;
  /** How long clients may keep what the name leads to. Default: 60 seconds. */
  readonly timeToLive?: Duration;
}

/**
 * A name of your own for a cache in a private hosted zone, so that configuration need not change when the cache does. Only the
 * first connection goes by it: the nodes announce their own names, and certificates are issued for those of AWS. A client
 * therefore connects to the alias and verifies against the name of AWS; in a connection profile that is `endpoint.host` and
 * `tls.serverName`.
 *
 * @throws ProblemError `AWS_OPTION_UNKNOWN`
 */
export class CacheAlias extends Construct {
  /** In full, without the last dot. */
  readonly host: string;

  constructor(scope: Construct, id: string, props: CacheAliasProps) {
    super(scope, id);
    throwIfProblems(optionNameProblems('CacheAlias', props));
    const { cache, zone, name, timeToLive = Duration.minutes(1) } = props;
    this.host = `${name}.${zone.zoneName}`;
    new CnameRecord(this, 'Record', {
      zone,
      recordName: name,
      domainName: cache.host,
      ttl: timeToLive,
      comment: 'Certificates are issued for the name that this one leads to.',
    });
  }
}
