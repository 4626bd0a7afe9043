/** Where clients connect, with which TLS, and how many of them. */
import { tryConnectionLimitOf } from '../../topology/azure-limits.ts';
import type { OldCache } from '../old-cache.ts';
import type { Contribution, Setting } from '../setting.ts';
import { SOURCES } from '../sources.ts';
import type { Target } from '../target.ts';

export function endpoint(cache: OldCache, target: Target): Contribution {
  return {
    settings: [host(cache, target), port(cache, target), plaintext(cache), tls(cache), ...connections(cache, target)],
  };
}

function host(cache: OldCache, target: Target): Setting {
  return {
    setting: 'hostName',
    before: cache.hostName,
    after: target.hostName,
    outcome: 'changed',
    code: 'MIGRATE_HOST_CHANGES',
    message: 'The name has another suffix, which the certificate carries.',
    action: `Give the applications ${target.hostName}. If a CNAME of your own leads clients there, TLS fails: the certificate has the service's names only.`,
    source: SOURCES.understand,
  };
}

function port(cache: OldCache, target: Target): Setting {
  const before = cache.kind === 'classic' ? 6380 : cache.port;
  const shared = { setting: 'port', before: `${before}`, after: `${target.port}`, source: SOURCES.understand };
  const nodePorts =
    target.clientMode === 'cluster'
      ? ' Open 8500 to 8599 in firewalls too: a cluster client connects to every shard.'
      : '';
  if (before === target.port) {
    return {
      ...shared,
      outcome: 'kept',
      code: 'MIGRATE_PORT_KEPT',
      message: `The port is ${target.port} on both sides.`,
    };
  }
  return {
    ...shared,
    outcome: 'changed',
    code: 'MIGRATE_PORT_CHANGES',
    message: `There is one port, ${target.port}, for TLS.`,
    action: `Change ${before} to ${target.port} in the applications and in every firewall between.${nodePorts}`,
  };
}

function plaintext(cache: OldCache): Setting {
  const shared = {
    setting: cache.kind === 'classic' ? 'enableNonSslPort' : 'clientProtocol',
    after: 'TLS only',
    source: SOURCES.understand,
  };
  if (!cache.plaintext) {
    return {
      ...shared,
      before: 'TLS only',
      outcome: 'kept',
      code: 'MIGRATE_TLS_ONLY',
      message: 'Connections without TLS are refused on both sides.',
    };
  }
  const before = cache.kind === 'classic' ? '6379 open beside TLS' : 'Plaintext';
  return {
    ...shared,
    before,
    outcome: 'unavailable',
    code: 'MIGRATE_PLAINTEXT_NOT_AVAILABLE',
    message:
      'Azure Managed Redis has TLS or plaintext and never both, decided when it is made, and a deployment of this project has TLS.',
    action:
      cache.kind === 'classic'
        ? 'Move every client to 6380 with TLS on the old cache first, close the other port there, and migrate when nobody has complained.'
        : 'Give the clients TLS with the change of their address; on the old database the protocol cannot be changed.',
  };
}

function tls(cache: OldCache): Setting {
  const before = cache.minimumTlsVersion || 'not set';
  const isOld = before === '1.0' || before === '1.1';
  const shared = { setting: 'minimumTlsVersion', before, after: '1.2', source: SOURCES.tls };
  return isOld || before === 'not set'
    ? {
        ...shared,
        outcome: 'changed',
        code: 'MIGRATE_TLS_VERSION_RISES',
        message: 'TLS 1.2 and 1.3 are spoken, nothing older.',
        action:
          'Look for clients that still speak TLS 1.0 or 1.1; set the minimum to 1.2 on the old cache first and see who fails.',
      }
    : {
        ...shared,
        outcome: 'kept',
        code: 'MIGRATE_TLS_VERSION_KEPT',
        message: 'TLS 1.2 and 1.3 are spoken on both sides.',
      };
}

function connections(cache: OldCache, target: Target): Setting[] {
  const after = tryConnectionLimitOf(target.sku);
  const perShard = cache.kind === 'classic' ? cache.maxClients : undefined;
  if (after === undefined || perShard === undefined || cache.kind !== 'classic') return [];
  const before = perShard * Math.max(1, cache.shardCount);
  const shared = { setting: 'maxclients', before: `${before}`, after: `${after}`, source: SOURCES.connections };
  return [
    after >= before
      ? {
          ...shared,
          outcome: 'kept',
          code: 'MIGRATE_CONNECTIONS_SUFFICE',
          message: `${target.sku} allows at least as many connections.`,
        }
      : {
          ...shared,
          outcome: 'changed',
          code: 'MIGRATE_CONNECTIONS_FEWER',
          message: `${target.sku} allows fewer connections than all shards did together.`,
          action:
            'Compare it with the metric Connected Clients; if more were in use, choose a larger size or --performance-tier ComputeOptimized.',
        },
  ];
}
