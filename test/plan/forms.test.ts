import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EFFECTS } from '../../lib/plan/change.ts';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';
import { planJson } from '../../lib/plan/forms/json.ts';
import { planMarkdown } from '../../lib/plan/forms/markdown.ts';
import { planSchema } from '../../lib/plan/forms/schema.ts';
import { planText } from '../../lib/plan/forms/text.ts';
import { judgePlan } from '../../lib/plan/judge.ts';
import { planPulumi } from '../../lib/plan/pulumi/compare.ts';
import { shown } from '../../lib/plan/shown.ts';
import { preview, step } from './previews.ts';
import { cache, codes, find, template } from './templates.ts';

const PLAIN = { colour: false, unicode: false, columns: 80 };

async function fixture(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'));
}

const real = planCloudFormation(
  await fixture('cache.before.template.json'),
  await fixture('cache.after.template.json'),
);
const judged = judgePlan(real, ['Cache8D52B3A4.Engine']);

describe('a deployment that modernises a cache', () => {
  test('would lose it three times over', () => {
    const lost = real.changes.filter(({ effect }) => effect === 'data-loss').map(({ property }) => property);
    expect(lost.toSorted()).toEqual(['AuthToken', 'Engine', 'ReplicasPerNodeGroup']);
    expect(find(real, 'Cache8D52B3A4.NumNodeGroups').code).toBe('EC_SHARDS_ONLINE_AMONG_OTHERS');
    expect(find(real, 'CacheToken1F3C9D20.delete').effect).toBe('interruption');
    expect(real.problems).toEqual([]);
    expect(codes(real)).not.toContain('EC_PROPERTY_UNKNOWN');
  });

  test('and says nothing where nothing changes', async () => {
    const same = await fixture('cache.before.template.json');
    expect(planCloudFormation(same, await fixture('cache.before.template.json'))).toMatchObject({
      changes: [],
      problems: [],
    });
  });
});

describe('text', () => {
  const text = planText(judged, PLAIN);

  test('has at most 80 columns of ASCII, but for addresses and names that must stay copyable', () => {
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    const long = text.split('\n').filter((line) => line.length > 80);
    expect(long.filter((line) => line.trim().includes(' '))).toEqual([]);
  });

  test('begins with the worst and ends with the verdict and the names to acknowledge', () => {
    expect(text).toMatch(/^[x+] Cache8D52B3A4\.\w+: DATA LOSS/);
    expect(text).toContain('Cache8D52B3A4.Engine: DATA LOSS (acknowledged)');
    expect(text).toMatch(/verdict {2}FAIL {2}3 DATA LOSS, .*1 acknowledged\nTo go on all the same: --acknowledge\s/);
    expect(text.slice(text.indexOf('To go on'))).not.toContain('Engine');
  });

  test('uses colours only where they are wanted', () => {
    expect(text).not.toContain('\u001b');
    expect(planText(judged, { ...PLAIN, colour: true })).toContain('\u001b[31m');
  });
});

describe('markdown', () => {
  test('has the verdict, a row for every change, and a sentence for every one that is not in place', () => {
    const markdown = planMarkdown(judged);
    expect(markdown).toMatch(/^## ❌ FAIL: /);
    expect(markdown.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(real.changes.length + 1);
    const dangerous = real.changes.filter(({ effect }) => effect !== 'in-place');
    expect(markdown.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(dangerous.length);
  });

  test('lets no text of a template become markup', () => {
    const name = '<img src=x>|[a](https://evil.example) @team';
    const plan = planCloudFormation(template({ A: cache() }), template({ A: cache(), [name]: cache() }));
    const markdown = planMarkdown(judgePlan(plan, []));
    expect(markdown).not.toContain('<img');
    expect(markdown).not.toContain('[a](');
    expect(markdown).not.toMatch(/[^\\]@team/);
  });
});

describe('JSON', () => {
  test('is what its published schema says, for every effect and for problems', async () => {
    const schema = z.fromJSONSchema(
      JSON.parse(await readFile(new URL('../../schemas/plan.schema.json', import.meta.url), 'utf8')),
    );
    const pulumi = planPulumi(
      preview(step({ op: 'update', before: { clusteringPolicy: 'OSSCluster' }, after: {} })),
      {},
    );
    for (const plan of [judged, judgePlan(pulumi, []), judgePlan({ ...real, changes: [] }, [])]) {
      const document = JSON.parse(planJson(plan));
      expect(planSchema.safeParse(document).error?.issues).toBeUndefined();
      expect(schema.safeParse(document).error?.issues).toBeUndefined();
    }
    expect(Object.keys(judged.counts).toSorted()).toEqual(EFFECTS.toSorted());
  });
});

describe('a secret', () => {
  // Letters that no other text has in this order.
  const secret = fc.stringMatching(/^[b-df-hj-np-tv-z]{12,20}$/).map((text) => `zq${text}`);
  const forms = (plan: Parameters<typeof judgePlan>[0]) => {
    const known = judgePlan(plan, []);
    return [planText(known, PLAIN), planJson(known), planMarkdown(known)].join('\n');
  };

  test('never comes out of a template, whichever property holds it', () => {
    const places = (value: string) => ({
      Cache: cache({
        AuthToken: value,
        Novelty: { password: value, nested: [{ SecretKey: value }] },
        Tags: [{ Key: 'k', Value: value }],
      }),
      User: {
        Type: 'AWS::ElastiCache::User',
        Properties: {
          Passwords: [value],
          AuthenticationMode: { Type: 'password', Passwords: [value] },
          AccessString: `on >${value} #${value} ~* +@all`,
          Description: `{{resolve:secretsmanager:${value}:SecretString}}`,
        },
      },
      Group: { Type: 'AWS::ElastiCache::ParameterGroup', Properties: { Properties: { requirepass: value } } },
      Token: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: value } },
      Other: cache({ NotificationTopicArn: { Ref: 'Token' } }),
    });
    fc.assert(
      fc.property(secret, secret, (one, other) => {
        fc.pre(one !== other);
        const plan = planCloudFormation(template(places(one)), template(places(other)));
        expect(plan.changes.length).toBeGreaterThan(7);
        const text = forms(plan);
        expect(text).toContain('(secret)');
        expect(text).not.toContain(one);
        expect(text).not.toContain(other);
      }),
    );
  });

  test('never comes out of a preview', () => {
    const inputs = (value: string) => ({
      adminPassword: value,
      settings: { primaryKey: value, token: [value] },
      tags: { a: value },
    });
    fc.assert(
      fc.property(secret, secret, (one, other) => {
        fc.pre(one !== other);
        const plan = planPulumi(preview(step({ op: 'update', before: inputs(one), after: inputs(other) })));
        expect(plan.changes).toHaveLength(3);
        expect(forms(plan)).not.toContain(one);
        expect(forms(plan)).not.toContain(other);
      }),
    );
  });
});

test.each([
  [undefined, '(absent)'],
  [6379, '6379'],
  [true, 'true'],
  [{ Ref: 'Subnets' }, 'Ref Subnets'],
  [{ 'Fn::GetAtt': ['Key', 'Arn'] }, 'GetAtt Key.Arn'],
  [['a', 'b'], '["a","b"]'],
  ['x'.repeat(70), `${'x'.repeat(57)}...`],
  ['{{resolve:secretsmanager:a}}', '(secret)'],
])('%j is shown as %s', (value, text) => {
  expect(shown(value, { secret: false })).toBe(text);
});
