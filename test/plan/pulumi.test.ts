import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgePlan } from '../../lib/plan/judge.ts';
import { planPulumi } from '../../lib/plan/pulumi/compare.ts';
import { TABLES } from '../../lib/plan/pulumi/tables.ts';
import { type Inputs, preview, step, typeOf, UNKNOWN } from './previews.ts';
import { CASES, type Case } from './pulumi-cases.ts';
import { codes, find } from './templates.ts';

/** A private endpoint counts only where it leads to a cache. */
const LEADING = { privateLinkServiceConnections: [{ name: 'a', groupIds: ['redisEnterprise'] }] };

const rows = Object.entries(CASES).flatMap(([table, cases]) => cases.map((one) => ({ table, ...one })));

function update({ property, before, after, with: both }: Case, table: string) {
  const inputs = (value: unknown): Inputs => ({ ...both, ...(value === undefined ? {} : { [property]: value }) });
  return step({
    op: 'update',
    type: typeOf(table),
    name: 'subject',
    before: inputs(before),
    after: inputs(after),
    diff: { [property]: 'update' },
    diffReasons: [property],
  });
}

describe('every row of the tables', () => {
  test.each(rows)('$table $property: $code is $effect', ({ table, ...one }) => {
    const { changes, problems } = planPulumi(preview(update(one, table)));
    expect(problems).toEqual([]);
    expect(changes).toMatchObject([{ code: one.code, effect: one.effect, resource: 'subject', type: typeOf(table) }]);
    expect(changes[0]?.acknowledgement.startsWith(`subject.${one.property}`)).toBe(true);
  });

  test('has its case, and no case is without a row', () => {
    expect(TABLES.map(({ name }) => name).toSorted()).toEqual(Object.keys(CASES).toSorted());
    for (const { name, rows: table } of TABLES) {
      const cased = (CASES[name] ?? []).map(({ code }) => code).toSorted();
      expect(table.map(({ code }) => code).toSorted()).toEqual(cased);
    }
  });

  test('has a code of its own, a sentence, an address and, where it hurts, a way on', () => {
    const all = TABLES.flatMap((table) => table.rows);
    expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
    for (const { code, message, source, effect, alternative } of all) {
      expect(code).toMatch(/^[A-Z]{2}(_[A-Z]+)+$/);
      expect(message).toMatch(/\.$/);
      expect(source).toMatch(/^https:\/\//);
      if (effect === 'data-loss' || effect === 'refused') expect(alternative, code).toMatch(/\.$/);
    }
  });

  test.each(TABLES.map(({ name, rows: table }) => ({ name, table })))(
    '$name has a last row for every input of the pinned provider',
    async ({ name, table }) => {
      const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}.js`;
      const module = typeOf(name).split(':')[1];
      const url = new URL(`../../node_modules/@pulumi/azure-native/${module}/${file}`, import.meta.url);
      const inputs = [...(await readFile(url, 'utf8')).matchAll(/resourceInputs\["(\w+)"\] = args/g)].map(
        ([, input = '']) => input,
      );
      expect(inputs.length).toBeGreaterThan(3);
      for (const input of inputs) {
        const last = table.filter(({ property }) => property === input || property.startsWith(`${input}.`)).at(-1);
        expect(last, input).toBeDefined();
        expect(last?.when, input).toBeUndefined();
      }
    },
  );
});

describe('the policy', () => {
  const policy = (before: string, after: string, op = 'update', replaceReasons?: string[]) =>
    planPulumi(
      preview(
        step({
          op,
          before: { clusteringPolicy: before },
          after: { clusteringPolicy: after },
          diff: { clusteringPolicy: op === 'replace' ? 'update-replace' : 'update' },
          ...(replaceReasons === undefined ? {} : { replaceReasons }),
        }),
      ),
    );

  test('an update that Pulumi calls harmless is stopped, with the two ways on', () => {
    const change = find(policy('OSSCluster', 'EnterpriseCluster'), 'database.clusteringPolicy');
    expect(change).toMatchObject({ effect: 'data-loss', action: 'replace', before: 'OSSCluster' });
    expect(change.message).toContain('deleted and made anew');
    expect(change.alternative).toMatch(/\(1\) Recreate: .*\(2\) Side by side: /);
  });

  test('a replacement is data loss also from NoCluster, where the service would do it in place', () => {
    const change = find(
      policy('NoCluster', 'OSSCluster', 'replace', ['clusteringPolicy']),
      'database.clusteringPolicy',
    );
    expect(change).toMatchObject({ code: 'AD_REPLACED', effect: 'data-loss' });
    expect(change.alternative).toContain('replaceOnChanges');
  });

  test('passes once it is acknowledged by name, and not before', () => {
    const plan = policy('EnterpriseCluster', 'OSSCluster');
    expect(judgePlan(plan, []).verdict).toBe('fail');
    expect(judgePlan(plan, ['database.clusteringPolicy']).verdict).toBe('pass');
  });
});

describe('operations', () => {
  const cluster = typeOf('RedisEnterprise');

  test('create, import and what is left alone are harmless', () => {
    expect(planPulumi(preview(step({ op: 'create', after: {} }))).changes).toMatchObject([{ code: 'AR_CREATED' }]);
    expect(codes(planPulumi(preview(step({ op: 'import', after: {} }))))).toEqual(['AR_IMPORTED']);
    const quiet = ['same', 'read', 'refresh', 'discard'].map((op) => step({ op, name: op, before: {}, after: {} }));
    expect(planPulumi(preview(...quiet)).changes).toEqual([]);
    expect(judgePlan(planPulumi(preview()), []).verdict).toBe('pass');
  });

  test('a change in the same run as the import is not hidden by it', () => {
    const before = { clusteringPolicy: 'OSSCluster' };
    const after = { clusteringPolicy: 'EnterpriseCluster' };
    const diff = { clusteringPolicy: 'update' };
    const steps = [step({ op: 'import', after: before }), step({ op: 'update', before, after, diff })];
    expect(codes(planPulumi(preview(...steps)))).toEqual(codes(planPulumi(preview(...steps.slice(1)))));
    expect(judgePlan(planPulumi(preview(...steps)), []).verdict).toBe('fail');
  });

  test.each([
    ['RedisEnterprise', 'AC_DELETED', 'data-loss'],
    ['Database', 'AD_DELETED', 'data-loss'],
    ['AccessPolicyAssignment', 'AA_DELETED', 'interruption'],
    ['PrivateEndpointConnection', 'AE_DELETED', 'interruption'],
    ['PrivateEndpoint', 'AP_DELETED', 'interruption'],
  ])('%s that is deleted: %s', (name, code, effect) => {
    const plan = planPulumi(preview(step({ op: 'delete', type: typeOf(name), before: LEADING })));
    expect(plan.changes).toMatchObject([{ code, effect, acknowledgement: 'database.delete' }]);
  });

  test.each([
    ['RedisEnterprise', 'AC_REPLACED', 'data-loss'],
    ['Database', 'AD_REPLACED', 'data-loss'],
    ['AccessPolicyAssignment', 'AA_REPLACED', 'interruption'],
    ['PrivateEndpointConnection', 'AE_REPLACED', 'interruption'],
    ['PrivateEndpoint', 'AP_REPLACED', 'interruption'],
  ])('%s that is replaced for no reason that is given: %s', (name, code, effect) => {
    const plan = planPulumi(preview(step({ op: 'replace', type: typeOf(name), before: LEADING, after: LEADING })));
    expect(plan.changes).toMatchObject([{ code, effect, acknowledgement: 'database.replace' }]);
  });

  test('the three steps of a replacement are one change', () => {
    const parts = { before: { port: 10_000 }, after: { port: 10_001 }, replaceReasons: ['port'] };
    const steps = ['create-replacement', 'replace', 'delete-replaced'].map((op) => step({ op, ...parts }));
    expect(codes(planPulumi(preview(...steps)))).toEqual(['AD_PORT_REPLACES']);
  });

  test('protect and retainOnDelete soften the sentence and not the verdict', () => {
    const plan = planPulumi(
      preview(step({ op: 'delete', before: {}, state: { protect: true, retainOnDelete: true } })),
    );
    expect(plan.changes[0]).toMatchObject({ effect: 'data-loss' });
    expect(plan.changes[0]?.message).toMatch(/protected, so Pulumi refuses.*retainOnDelete it stays in Azure/);
  });

  test('a resource that is only renamed loses its data, and its sentence names the alias', () => {
    const inputs = { clusteringPolicy: 'OSSCluster', port: 10_000 };
    const plan = planPulumi(
      preview(
        step({ op: 'create', name: 'new', after: inputs }),
        step({ op: 'create', name: 'other', after: {} }),
        step({ op: 'delete', name: 'old', before: inputs }),
      ),
    );
    expect(find(plan, 'old.delete')).toMatchObject({
      code: 'AR_RENAMED',
      message: expect.stringMatching(/^new of the same type/),
      alternative: expect.stringContaining('aliases: [{ name: "old" }]'),
    });
  });

  test('what is not known here is unknown: operations, types that may hold a cache, updates without a difference', () => {
    expect(codes(planPulumi(preview(step({ op: 'teleport', before: {}, after: {} }))))).toEqual([
      'AR_OPERATION_UNKNOWN',
    ]);
    for (const type of ['azure:managedredis/managedRedis:ManagedRedis', 'azure-native:resources:ResourceGroup']) {
      expect(codes(planPulumi(preview(step({ op: 'delete', type, before: {} }))))).toEqual(['AR_TYPE_UNKNOWN']);
    }
    const generic = step({
      op: 'update',
      type: 'azure-native:resources:Resource',
      before: { resourceType: 'redisEnterprise/databases' },
      after: { resourceType: 'redisEnterprise/databases', properties: {} },
    });
    expect(codes(planPulumi(preview(generic)))).toEqual(['AR_TYPE_UNKNOWN']);
    const same = step({ op: 'update', type: cluster, before: { a: 1 }, after: { a: 1 } });
    expect(codes(planPulumi(preview(same)))).toEqual(['AR_CHANGE_UNKNOWN']);
  });

  test('what holds no cache is left out', () => {
    const others = [
      step({ op: 'delete', type: 'azure-native:storage:StorageAccount', before: {} }),
      step({ op: 'delete', type: 'azure-native:network:PrivateEndpoint', before: { subnet: { id: 'a' } } }),
      step({
        op: 'update',
        type: 'azure-native:resources:ResourceGroup',
        before: { tags: {} },
        after: { tags: { a: 'b' } },
      }),
    ];
    for (const other of others) expect(planPulumi(preview(other)).changes).toEqual([]);
  });

  test('a name that several resources share is told apart, so that acknowledging one does not allow the other', () => {
    const gone = (type: string) => step({ op: 'delete', type, name: 'cache', before: {} });
    const plan = planPulumi(preview(gone(cluster), gone(typeOf('Database'))));
    expect(plan.changes.map(({ acknowledgement }) => acknowledgement).toSorted()).toEqual([
      'Database/cache.delete',
      'RedisEnterprise/cache.delete',
    ]);
    expect(judgePlan(plan, ['Database/cache.delete']).verdict).toBe('fail');
    const versioned = planPulumi(
      preview(gone(typeOf('Database')), gone('azure-native:redisenterprise/v20250701:Database')),
    );
    expect(new Set(versioned.changes.map(({ acknowledgement }) => acknowledgement)).size).toBe(2);
  });

  test('a component is nothing in the cloud', () => {
    const component = step({ op: 'delete', type: 'redoubt:azure:ManagedRedis', before: {}, state: { custom: false } });
    expect(planPulumi(preview(component)).changes).toEqual([]);
  });

  test.each(['azure-native:redisenterprise/v20250701:Database', 'azure-native:cache/v20241001:Database'])(
    '%s is a database',
    (type) => {
      expect(codes(planPulumi(preview(step({ op: 'delete', type, before: {} }))))).toEqual(['AD_DELETED']);
    },
  );
});

describe('properties', () => {
  test('differ when the preview says so or when the states show it', () => {
    const silent = step({ op: 'update', before: { port: 10_000 }, after: { port: 10_001 } });
    expect(codes(planPulumi(preview(silent)))).toEqual(['AD_PORT_REPLACES']);
    const claimed = step({ op: 'update', before: {}, after: {}, diff: { 'modules[0].name': 'update' } });
    expect(planPulumi(preview(claimed)).changes).toMatchObject([{ property: 'modules', effect: 'unknown' }]);
  });

  test('that the service only reports are no change, and those that nobody knows are unknown', () => {
    const reported = step({
      op: 'update',
      before: { deferUpgrade: 'Deferred' },
      after: { deferUpgrade: 'NotDeferred' },
      diffReasons: ['deferUpgrade', 'provisioningState', 'redisVersion', 'azureApiVersion'],
    });
    expect(codes(planPulumi(preview(reported)))).toEqual(['AD_DEFER_UPGRADE']);
    const novel = step({ op: 'update', before: {}, after: { novelty: 1, __defaults: [] }, diffReasons: ['novelty'] });
    expect(planPulumi(preview(novel)).changes).toMatchObject([{ code: 'AR_PROPERTY_UNKNOWN', property: 'novelty' }]);
  });

  test('known only at the deployment are unknown where they decide', () => {
    const later = (property: string, before: unknown) =>
      planPulumi(preview(step({ op: 'update', before: { [property]: before }, after: { [property]: UNKNOWN } })))
        .changes;
    expect(later('clusteringPolicy', 'OSSCluster')).toMatchObject([{ code: 'AR_VALUE_UNKNOWN', effect: 'unknown' }]);
    expect(later('deferUpgrade', 'Deferred')).toMatchObject([{ effect: 'in-place' }]);
    expect(later('accessKeysAuthentication', 'Enabled')).toMatchObject([{ effect: 'interruption' }]);
  });

  test('changed by hand are compared with what the service has', () => {
    const drifted = step({
      op: 'update',
      before: { clusteringPolicy: 'OSSCluster' },
      after: { clusteringPolicy: 'OSSCluster' },
      state: { outputs: { clusteringPolicy: 'EnterpriseCluster' } },
      diff: { clusteringPolicy: 'update' },
    });
    expect(planPulumi(preview(drifted)).changes).toMatchObject([
      { code: 'AD_POLICY_REPLACES', before: 'EnterpriseCluster', after: 'OSSCluster' },
    ]);
  });

  test('without high availability in the old outputs, scaling loses the data', () => {
    const scaled = step({
      op: 'update',
      type: typeOf('RedisEnterprise'),
      before: { sku: { name: 'Balanced_B1' } },
      after: { sku: { name: 'Balanced_B3' }, highAvailability: 'Enabled' },
      state: { outputs: { highAvailability: 'Disabled' } },
    });
    expect(codes(planPulumi(preview(scaled)))).toContain('AC_SKU_WITHOUT_HA_LOSES');
  });
});

describe('two previews', () => {
  const database = (inputs: Inputs, op = 'create') => preview(step({ op, after: inputs }));

  test('of an empty stack are compared by what they would make', () => {
    const before = database({ clusteringPolicy: 'OSSCluster', port: 10_000 });
    const after = database({ clusteringPolicy: 'EnterpriseCluster', port: 10_000 });
    expect(codes(planPulumi(after, before))).toEqual(['AD_POLICY_REPLACES']);
    expect(planPulumi(after, after).changes).toEqual([]);
  });

  test('what the earlier one planned already is not said again', () => {
    const parts = { op: 'update', before: { port: 1 }, after: { port: 2 } } as const;
    expect(planPulumi(preview(step(parts)), preview(step(parts))).changes).toEqual([]);
    const further = preview(step({ ...parts, after: { port: 3 } }));
    expect(planPulumi(further, preview(step(parts))).changes).toMatchObject([{ before: '2', after: '3' }]);
  });

  test('what only one of them lists is left alone by the other', () => {
    const deletion = preview(step({ op: 'delete', before: { port: 1 } }));
    expect(codes(planPulumi(deletion, preview()))).toEqual(['AD_DELETED']);
    expect(codes(planPulumi(preview(), deletion))).toEqual(['AR_CREATED']);
    expect(planPulumi(preview(), database({})).changes).toEqual([]);
  });

  test('a replacement stays one', () => {
    const replaced = preview(
      step({
        op: 'replace',
        before: { evictionPolicy: 'a' },
        after: { evictionPolicy: 'b' },
        replaceReasons: ['evictionPolicy'],
      }),
    );
    expect(planPulumi(replaced, preview()).changes).toMatchObject([{ code: 'AD_REPLACED', effect: 'data-loss' }]);
  });

  test('problems of both count', () => {
    expect(planPulumi(preview(), {}).problems).toMatchObject([{ code: 'PREVIEW_UNREADABLE' }]);
  });
});

describe('what cannot be judged is a problem, and the verdict is never pass', () => {
  const good = preview(step({ op: 'update', before: { deferUpgrade: 'a' }, after: { deferUpgrade: 'b' } }));
  test.each<[string, unknown, string]>([
    ['no preview', [], 'PREVIEW_UNREADABLE'],
    ['steps that are none', { steps: 1 }, 'PREVIEW_UNREADABLE'],
    ['a step without an operation', { ...good, steps: [...good.steps, { urn: 'urn' }] }, 'PREVIEW_STEP_BROKEN'],
    ['a URN that is none', { ...good, steps: [...good.steps, { op: 'same', urn: 'cache' }] }, 'PREVIEW_STEP_BROKEN'],
    ['errors on the way', { ...good, diagnostics: [{ severity: 'error', message: 'm' }] }, 'PREVIEW_UNFINISHED'],
    ['no summary', { steps: good.steps }, 'PREVIEW_UNFINISHED'],
    ['a corrupt one', { ...good, maybeCorrupt: true }, 'PREVIEW_UNFINISHED'],
    ['steps that were filtered out', { ...good, changeSummary: { update: 2 } }, 'PREVIEW_STEPS_MISSING'],
  ])('%s', (_title, document, code) => {
    const plan = planPulumi(document);
    expect(plan.problems.map((problem) => problem.code)).toEqual([code]);
    expect(judgePlan(plan, []).verdict).toBe('unknown');
  });

  test('for any input there is an answer and no crash', () => {
    const names = fc.constantFrom('clusteringPolicy', 'sku', 'modules', 'tags', 'identity', 'encryption', '__proto__');
    const inputs = fc.oneof(fc.dictionary(names, fc.jsonValue()), fc.jsonValue());
    const any = fc.record(
      {
        op: fc.constantFrom('update', 'replace', 'create', 'delete', 'same', 'constructor', 1),
        urn: fc.constantFrom(
          'urn:pulumi:s::p::azure-native:redisenterprise:Database::d',
          'urn:pulumi:s::p::a$b::c',
          'x',
        ),
        oldState: fc.oneof(fc.record({ inputs, outputs: inputs }), fc.jsonValue()),
        newState: fc.oneof(fc.record({ inputs }), fc.jsonValue()),
        diffReasons: fc.oneof(fc.array(names), fc.jsonValue()),
        replaceReasons: fc.oneof(fc.array(names), fc.jsonValue()),
        detailedDiff: fc.oneof(
          fc.dictionary(names, fc.record({ kind: fc.constantFrom('update', 'update-replace') })),
          fc.jsonValue(),
        ),
      },
      { requiredKeys: [] },
    );
    const document = fc.oneof(
      fc.jsonValue(),
      fc.record({ steps: fc.array(any, { maxLength: 4 }), changeSummary: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(document, fc.option(document, { nil: undefined }), (one, other) => {
        for (const { acknowledgement, resource } of planPulumi(one, other).changes) {
          expect(acknowledgement.startsWith(`${resource}.`)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
