import { describe, expect, test } from 'vitest';
import { compareGroup } from '../../../lib/control/elasticache/compare.ts';
import { comparison, topology } from './healthy.ts';
import { AVAILABILITY_ROWS, NETWORK_ROWS, NODE_ROWS, STATUS_ROWS } from './rows/availability.ts';
import { ENGINE_ROWS } from './rows/engine.ts';
import { LAYOUT_ROWS } from './rows/layout.ts';
import type { Row } from './rows/row.ts';
import { SECURITY_ROWS } from './rows/security.ts';
import { CHANGE_ROWS, PARAMETER_ROWS, UPKEEP_ROWS } from './rows/upkeep.ts';
import { RIGHTS_ROWS, USER_ROWS } from './rows/users.ts';

const ROWS: readonly Row[] = [
  ...ENGINE_ROWS,
  ...LAYOUT_ROWS,
  ...AVAILABILITY_ROWS,
  ...NODE_ROWS,
  ...NETWORK_ROWS,
  ...STATUS_ROWS,
  ...SECURITY_ROWS,
  ...USER_ROWS,
  ...RIGHTS_ROWS,
  ...PARAMETER_ROWS,
  ...UPKEEP_ROWS,
  ...CHANGE_ROWS,
];

describe('a group that is as declared', () => {
  test('passes every check, with both values in the sentence', () => {
    const results = compareGroup(comparison());
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(results.map(({ name }) => name)).toMatchInlineSnapshot(`
      [
        "group-status",
        "node-status",
        "pending-changes",
        "service-updates",
        "node-set",
        "engine",
        "engine-version",
        "node-type",
        "data-tiering",
        "auto-minor-version-upgrade",
        "shard-count",
        "replicas-per-shard",
        "slots",
        "cluster-mode",
        "automatic-failover",
        "multi-az",
        "zone-spread",
        "zones",
        "transit-encryption",
        "transit-encryption-mode",
        "at-rest-encryption",
        "encryption-key",
        "authentication",
        "user-status",
        "application-user",
        "default-user",
        "users-without-password",
        "application-keys",
        "application-channels",
        "application-commands",
        "port",
        "network-type",
        "ip-discovery",
        "parameter-group",
        "parameter-cluster-enabled",
        "parameter-maxmemory-policy",
        "parameter-notify-keyspace-events",
        "snapshot-retention",
        "snapshot-window",
        "maintenance-window",
        "log-delivery",
        "notification-topic",
      ]
    `);
    expect(results.find(({ name }) => name === 'shard-count')?.message).toBe(
      'Shards: 3 is declared, the API says 3, the servers say 3.',
    );
  });

  test('passes without the servers, which then decide nothing', () => {
    const { observation: _servers, ...withoutServers } = comparison();
    const results = compareGroup(withoutServers);
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(results.map(({ name }) => name)).not.toContain('node-set');
    expect(results.some(({ message }) => message.includes('the servers'))).toBe(false);
  });

  test('is not compared in what was left to the service', () => {
    const plain = topology();
    for (const field of ['maintenanceWindow', 'snapshotWindow', 'nodeGroups'] as const) delete plain[field];
    const { observation: _servers, ...rest } = comparison();
    const names = compareGroup({ ...rest, topology: plain }).map(({ name }) => name);
    for (const name of ['maintenance-window', 'snapshot-window', 'slots', 'zones', 'durability'])
      expect(names).not.toContain(name);
  });

  test('has names that occur once', () => {
    const names = compareGroup(comparison()).map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe('each check', () => {
  test.each(ROWS.map((row) => ({ ...row, title: `${row.check}: ${row.verdict} when ${row.when}` })))(
    '$title',
    ({ check, damage, code, verdict, says }) => {
      const draft = comparison();
      damage(draft);
      const result = compareGroup(draft).find(({ name }) => name === check);
      expect(result).toMatchObject({ verdict, code, message: expect.stringMatching(says) });
    },
  );

  test('has a row in which it fails and one in which the API did not say', () => {
    const names = compareGroup(comparison()).map(({ name }) => name);
    const rowsOf = (verdict: string) =>
      new Set(ROWS.filter((row) => row.verdict === verdict).map(({ check }) => check));
    expect(names.filter((name) => !rowsOf('fail').has(name))).toEqual([]);
    // These two are told by their absence: no change, no update; two parameters stand for all.
    const absent = ['pending-changes', 'parameter-cluster-enabled', 'parameter-notify-keyspace-events'];
    expect(names.filter((name) => !rowsOf('unknown').has(name) && !absent.includes(name))).toEqual([]);
  });

  test('of one damage are the only ones that change', () => {
    const draft = comparison();
    draft.description.group.CacheNodeType = 'cache.m7g.large';
    expect(compareGroup(draft).filter(({ verdict }) => verdict !== 'pass')).toMatchObject([{ name: 'node-type' }]);
  });
});
