import { describe, expect, test } from 'vitest';
import { compareDatabase } from '../../../lib/control/azure/compare.ts';
import { comparison } from './healthy.ts';
import { ACCESS_AND_LAYOUT_ROWS } from './rows/access-and-layout.ts';
import { DATABASE_ROWS } from './rows/database.ts';
import { RIGHTS_ROWS } from './rows/rights.ts';
import type { Row } from './rows/row.ts';
import { STATE_AND_SIZE_ROWS } from './rows/state-and-size.ts';

const ROWS: readonly Row[] = [...STATE_AND_SIZE_ROWS, ...DATABASE_ROWS, ...ACCESS_AND_LAYOUT_ROWS, ...RIGHTS_ROWS];

describe('a database that is as declared', () => {
  test('passes every check, with both values in the sentence', () => {
    const results = compareDatabase(comparison());
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(results.map(({ name }) => name)).toMatchInlineSnapshot(`
      [
        "provisioning-state",
        "resource-state",
        "maintenance-health",
        "sku",
        "sku-headroom",
        "high-availability",
        "zones",
        "clustering-policy",
        "port",
        "client-protocol",
        "eviction-policy",
        "modules",
        "persistence",
        "defer-upgrade",
        "keyspace-events",
        "maintenance-windows",
        "redis-version",
        "shard-count",
        "replicas-per-shard",
        "geo-replication-group",
        "geo-replication-members",
        "geo-replication-links",
        "minimum-tls-version",
        "access-keys",
        "access-policy-assignments",
        "access-strings",
        "public-network-access",
        "private-endpoints",
        "customer-managed-key",
      ]
    `);
    expect(results.find(({ name }) => name === 'sku')?.message).toBe(
      'The SKU: Balanced_B10 is declared, the API says Balanced_B10.',
    );
  });

  test('passes without the servers, which then decide nothing', () => {
    const { observation: _servers, ...withoutServers } = comparison();
    const results = compareDatabase(withoutServers);
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(results.some(({ message }) => message.includes('the servers'))).toBe(false);
  });

  test('is not compared in what was left to the service or not said', () => {
    const draft = comparison();
    Object.assign(draft.topology, {
      zones: [],
      keyspaceEvents: '',
      maintenanceWindows: [],
      geoReplication: { kind: 'none' },
      authentication: { kind: 'access-key' },
    });
    const names = compareDatabase({ ...draft, expected: {} }).map(({ name }) => name);
    for (const name of [
      'zones',
      'keyspace-events',
      'maintenance-windows',
      'geo-replication-members',
      'geo-replication-links',
      'public-network-access',
      'customer-managed-key',
      'access-policy-assignments',
      'access-strings',
    ])
      expect(names).not.toContain(name);
  });

  test('is not compared in what users may do where an older version of the API was chosen', () => {
    const draft = comparison();
    delete draft.expected.users?.[0]?.accessString;
    expect(compareDatabase(draft).map(({ name }) => name)).not.toContain('access-strings');
  });

  test.each(['EnterpriseCluster', 'NoCluster'] as const)('hides its shards under %s', (clusteringPolicy) => {
    const draft = comparison();
    Object.assign(draft.topology, { clusteringPolicy });
    const names = compareDatabase(draft).map(({ name }) => name);
    expect(names).not.toContain('shard-count');
    expect(names).not.toContain('replicas-per-shard');
  });

  test('has names that occur once', () => {
    const names = compareDatabase(comparison()).map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe('each check', () => {
  test.each(ROWS.map((row) => ({ ...row, title: `${row.check}: ${row.verdict} when ${row.when}` })))(
    '$title',
    ({ check, damage, code, verdict, says }) => {
      const draft = comparison();
      damage(draft);
      const result = compareDatabase(draft).find(({ name }) => name === check);
      expect(result).toMatchObject({ verdict, code, message: expect.stringMatching(says) });
    },
  );

  test('has a row in which it fails and one in which nobody said', () => {
    const names = compareDatabase(comparison()).map(({ name }) => name);
    for (const verdict of ['fail', 'unknown']) {
      const covered = new Set(ROWS.filter((row) => row.verdict === verdict).map(({ check }) => check));
      expect(names.filter((name) => !covered.has(name))).toEqual([]);
    }
  });

  test('of one damage are the only ones that change', () => {
    const draft = comparison();
    Object.assign(draft.description.cluster, { sku: { name: 'Balanced_B5' } });
    expect(compareDatabase(draft).filter(({ verdict }) => verdict !== 'pass')).toMatchObject([{ name: 'sku' }]);
  });
});
