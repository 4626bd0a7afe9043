/** Whatever valid old cache there is: a deployment that passes every rule, or a refusal with a code; and never its keys. */
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ProblemError } from '../../lib/base/problem.ts';
import { deploymentFile } from '../../lib/migrate/deployment-file.ts';
import { migrationJson } from '../../lib/migrate/forms/json.ts';
import { migrationMarkdown } from '../../lib/migrate/forms/markdown.ts';
import { migrationSchema } from '../../lib/migrate/forms/schema.ts';
import { migrationText } from '../../lib/migrate/forms/text.ts';
import { readOldCache } from '../../lib/migrate/input/read.ts';
import type { Migration } from '../../lib/migrate/migration.ts';
import { ENTERPRISE_GIGABYTES } from '../../lib/migrate/old-sizes.ts';
import { PERFORMANCE_TIERS } from '../../lib/migrate/sku.ts';
import { AZURE_EVICTION_POLICIES, CLUSTERING_POLICIES } from '../../lib/topology/azure-managed-redis.ts';
import { AZURE_MODULES } from '../../lib/topology/limits.ts';
import { parseDeployment } from '../../lib/topology/parse.ts';
import { classic, enterprise, migrated, SECRET, skuOf } from './documents.ts';

const PLAIN = { colour: false, unicode: false, columns: 80 };
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/);
const days = fc.constantFrom('Monday', 'Saturday', 'Everyday', 'Weekend');
const entry = fc.record({
  dayOfWeek: days,
  startHourUtc: fc.nat(23),
  maintenanceWindow: fc.constantFrom('PT5H', 'PT24H', '8:00:00'),
});
const links = fc.array(fc.constant({ id: '/linkedServers/other' }), { maxLength: 5 });

const size = fc.oneof(
  fc.record({ letter: fc.constant('C'), number: fc.nat(6), tier: fc.constantFrom('Basic', 'Standard') }),
  fc.record({ letter: fc.constant('P'), number: fc.integer({ min: 1, max: 5 }), tier: fc.constant('Premium') }),
);

const classicCache = fc
  .record({
    size,
    name,
    shardCount: orNull(fc.nat(30)),
    replicasPerPrimary: orNull(fc.integer({ min: 1, max: 3 })),
    enableNonSslPort: fc.boolean(),
    disableAccessKeyAuthentication: fc.boolean(),
    minimumTlsVersion: fc.constantFrom(null, '1.0', '1.1', '1.2'),
    linkedServers: links,
    subnetId: fc.constantFrom(null, '/subnets/a'),
    tags: fc.dictionary(fc.string({ maxLength: 8 }), fc.constant('x'), { maxKeys: 2 }),
    configuration: fc.record({
      maxmemoryPolicy: fc.constantFrom(null, 'noeviction', 'allkeys-lru', 'volatile-lfu', 'volatile-ttl'),
      rdbBackupEnabled: fc.constantFrom(null, 'true', 'false'),
      rdbBackupFrequency: fc.constantFrom('15', '30', '60', '360', '720', '1440'),
      aofBackupEnabled: fc.constantFrom(null, 'true'),
      aadEnabled: fc.constantFrom(null, 'True'),
      databases: orNull(fc.integer({ min: 1, max: 64 }).map(String)),
      notifyKeyspaceEvents: fc.constantFrom(null, '', 'KEA', 'x', 'Ex'),
    }),
  })
  .map(({ size: { letter, number, tier }, configuration, ...rest }) =>
    classic({ ...rest, sku: skuOf(`${letter}${number}`, tier) }, configuration),
  );

const enterpriseCache = fc
  .record({
    name,
    sku: fc.constantFrom(...Object.keys(ENTERPRISE_GIGABYTES)),
    factor: fc.integer({ min: 1, max: 5 }),
    database: fc.record({
      clusteringPolicy: fc.constantFrom('OSSCluster', 'EnterpriseCluster'),
      evictionPolicy: fc.constantFrom(...AZURE_EVICTION_POLICIES),
      clientProtocol: fc.constantFrom('Encrypted', 'Plaintext'),
      modules: fc.subarray([...AZURE_MODULES]).map((modules) => modules.map((module) => ({ name: module }))),
      persistence: fc.constantFrom(
        null,
        { aofEnabled: true, aofFrequency: 'always' },
        { rdbEnabled: true, rdbFrequency: '6h' },
      ),
      geoReplication: orNull(fc.constant({ groupNickname: "it's", linkedDatabases: [{ id: '/a' }, { id: '/b' }] })),
    }),
  })
  .map(({ name: called, sku, factor, database }) =>
    enterprise({ name: called, sku: { name: sku, capacity: factor * (sku.includes('Flash') ? 3 : 2) } }, database),
  );

const others = fc.record({
  patchSchedule: fc.option(
    fc.array(entry, { maxLength: 4 }).map((scheduleEntries) => ({ scheduleEntries })),
    { nil: undefined },
  ),
  firewallRules: fc.constantFrom(undefined, [], [{ name: 'office' }]),
});
/** A cache, and what can be given beside it. */
const cacheAndOthers = fc.oneof(fc.tuple(classicCache, others), fc.tuple(enterpriseCache, fc.constant({})));
const wishes = fc.record({
  clusteringPolicy: fc.constantFrom(undefined, ...CLUSTERING_POLICIES),
  performanceTier: fc.constantFrom(undefined, ...PERFORMANCE_TIERS),
  peakGigabytes: fc.constantFrom(undefined, 0.1, 5, 90),
});

const forms = (migration: Migration) => [
  migrationText(migration, PLAIN),
  migrationMarkdown(migration),
  migrationJson(migration),
];

describe('every valid old cache', () => {
  test('gets a deployment that passes the rules, or a refusal with a code', () => {
    let [made, refused] = [0, 0];
    fc.assert(
      fc.property(cacheAndOthers, wishes, ([old, beside], wished) => {
        const { deployment, refusals, verdict } = migrated(old, beside, wished);
        if (deployment === undefined) {
          expect(refusals.length).toBeGreaterThan(0);
          for (const { code, message } of refusals)
            expect(`${code} ${message}`).toMatch(/^(MIGRATE|AMR|DEPLOYMENT|FIELD)_[A-Z_]+ \S.*[.]$/);
          expect(verdict).toBe('fail');
          refused += 1;
          return;
        }
        expect(refusals).toEqual([]);
        expect(parseDeployment(deployment)).toHaveProperty('deployment');
        made += 1;
      }),
      { numRuns: 500 },
    );
    // Without wishes that contradict the cache, most are made.
    expect(made).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(10);
  });

  test('is told in every form without its keys, and its file says what the deployment is', () => {
    fc.assert(
      fc.property(cacheAndOthers, ([old, beside]) => {
        const migration = migrated(old, beside);
        const { deployment } = migration;
        const file = deployment === undefined ? '' : deploymentFile(migration, deployment, 'redoubt');
        expect([...forms(migration), file].join('\n')).not.toContain(SECRET);
        if (deployment === undefined) return;
        const [, body = ''] = /export default ([\s\S]*) satisfies DeploymentInput;\n$/.exec(file) ?? [];
        const read = parseDeployment(new Function(`return ${body}`)());
        expect(read).toEqual(parseDeployment(deployment));
      }),
    );
  });
});

test('any document at all is a cache, or sentences', () => {
  const json = fc.jsonValue();
  const almost = fc.record(
    {
      type: fc.constantFrom('Microsoft.Cache/Redis', 'microsoft.cache/redisEnterprise'),
      name,
      sku: json,
      properties: json,
      redisConfiguration: json,
      databases: json,
      linkedServers: json,
      zones: json,
    },
    { requiredKeys: ['type'] },
  );
  fc.assert(
    fc.property(fc.oneof(json, almost), json, (document, other) => {
      try {
        readOldCache({
          cache: document,
          database: other,
          patchSchedule: other,
          firewallRules: other,
          accessPolicies: other,
        });
      } catch (error) {
        expect(error).toBeInstanceOf(ProblemError);
      }
    }),
  );
});

describe('the forms', () => {
  const all = [
    migrated(classic({ enableNonSslPort: true })),
    migrated(enterprise()),
    migrated(classic({ sku: skuOf('P5'), shardCount: 30 })),
    migrated(classic({ tags: { '<img src=x>\n````\n[a](b)': 'x' } })),
  ];

  test('JSON is what its published schema says', async () => {
    const published = JSON.parse(
      await readFile(new URL('../../schemas/migration.schema.json', import.meta.url), 'utf8'),
    );
    const schema = z.fromJSONSchema(published);
    for (const migration of all) {
      const document = JSON.parse(migrationJson(migration));
      expect(migrationSchema.safeParse(document).error?.issues).toBeUndefined();
      expect(schema.safeParse(document).error?.issues).toBeUndefined();
    }
  });

  test('Markdown lets no text of a document become markup, nor end a fence', () => {
    const [markdown = ''] = all.slice(3).map(migrationMarkdown);
    const outside = markdown.replace(/^````sh$[\s\S]*?^````$/gm, '');
    expect(outside).not.toMatch(/<img|\[a\]\(/);
    expect(markdown.split('\n').filter((line) => line.startsWith('````')).length % 2).toBe(0);
  });

  test('text is ASCII in 80 columns, but for what must stay whole, and ends with the verdict', () => {
    for (const migration of all) {
      const text = migrationText(migration, PLAIN);
      expect(text).toMatch(/^[\x20-\x7e\n]*$/);
      const long = text
        .split('\n')
        .filter((line) => line.length > 80 && !/^ +\$ /.test(line) && line.trim().includes(' '));
      expect(long).toEqual([]);
      expect(text).toMatch(/\nverdict {2}(PASS|FAIL|UNKNOWN) {2}/);
    }
    expect(migrationText(all[0] as Migration, PLAIN)).toContain('--acknowledge MIGRATE_PLAINTEXT_NOT_AVAILABLE');
  });
});
