/** Every control has an answer, and every condition is evaluated on what is deployed: docs/standards.md cannot rot. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { isShown } from '../shown-by.ts';
import { REPOSITORY_ROOT } from '../tidy/repository.ts';
import { CDK_NAG } from './aws/cdk-nag.ts';
import { AWS_STANDARDS } from './aws/standards.ts';
import { type Asked as AskedOfAws, shippedTemplates } from './aws/template.ts';
import { type Asked as AskedOfAzure, shippedResources } from './azure/resources.ts';
import { AZURE_STANDARDS } from './azure/standards.ts';
import { breaksOf, evaluatedIn } from './control.ts';
import { EVALUATED, standardsDocument } from './document.ts';
import { suppressed } from './suppressed.ts';

// A template of each shipped deployment is made for each thing that is asked for.
vi.setConfig({ testTimeout: 60_000 });

const AWS = evaluatedIn(AWS_STANDARDS);
const AZURE = evaluatedIn(AZURE_STANDARDS);

/** The same is deployed once. What is asked for decides it. */
function once<Asked, Deployed>(deploy: (asked?: Asked) => Deployed) {
  const made = new Map<string, Deployed>();
  return (asked?: Asked): Deployed => {
    const key = JSON.stringify(asked ?? {});
    const found = made.get(key) ?? deploy(asked);
    made.set(key, found);
    return found;
  };
}

const templates = once((asked?: AskedOfAws) => shippedTemplates(asked));
const resources = once((asked?: AskedOfAzure) => shippedResources(asked));

const changed = <Deployed>(deployed: Deployed, change: (copy: Deployed) => void): Deployed => {
  const copy = structuredClone(deployed);
  change(copy);
  return copy;
};

describe('on AWS', () => {
  it('more than one deployment is judged', () => {
    expect(templates().length).toBeGreaterThan(1);
  });

  it.each(AWS)('$id is met by what is deployed', ({ asked, condition }) => {
    expect(templates(asked).map(condition.holds)).not.toContain(false);
  });

  it.each(breaksOf(AWS))('$id is not met with $broken', ({ asked, condition, change }) => {
    expect(templates(asked).map((template) => condition.holds(changed(template, change)))).not.toContain(true);
  });

  it.each(AWS.filter(({ asked }) => asked))('$id is not met unless it is asked for', ({ condition }) => {
    expect(templates().map(condition.holds)).not.toContain(true);
  });
});

describe('on Azure', () => {
  it('more than one deployment is judged', async () => {
    expect((await resources()).length).toBeGreaterThan(1);
  });

  it.each(AZURE)('$id is met by what is deployed', async ({ asked, condition }) => {
    expect((await resources(asked)).map(condition.holds)).not.toContain(false);
  });

  it.each(breaksOf(AZURE))('$id is not met with $broken', async ({ asked, condition, change }) => {
    const deployments = await resources(asked);
    expect(deployments.map((deployed) => condition.holds(changed(deployed, change)))).not.toContain(true);
  });

  it.each(AZURE.filter(({ asked }) => asked))('$id is not met unless it is asked for', async ({ condition }) => {
    expect((await resources()).map(condition.holds)).not.toContain(true);
  });
});

describe('a control', () => {
  const standards = [...AWS_STANDARDS, ...AZURE_STANDARDS];

  it.each(standards)('of $name is there once', ({ controls }) => {
    const ids = controls.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([...AWS, ...AZURE])('can be broken: $id', ({ condition }) => {
    expect(Object.keys(condition.brokenBy)).not.toEqual([]);
  });

  it('is shown by a test that there is', async () => {
    expect(await isShown(EVALUATED)).toBe(true);
  });

  it.each(CDK_NAG.controls)(
    '$id is in the rules of the installed cdk-nag, with its title and requirements',
    async (control) => {
      const rules = await readFile(join(REPOSITORY_ROOT, 'node_modules/cdk-nag/RULES.md'), 'utf8');
      const row = rules.split('\n').find((line) => /^\| \[?([\w.-]+)/.exec(line)?.[1] === control.id);
      expect(row).toContain(control.title);
      expect(row).toContain(control.requirements ?? '');
    },
  );

  it('names a suppressed rule that is suppressed', () => {
    const rules = suppressed().flatMap((entry) => entry.rules);
    expect(AWS.flatMap((control) => control.suppressed ?? []).filter((rule) => !rules.includes(rule))).toEqual([]);
  });
});

describe('docs/standards.md', () => {
  it('has every reason for which lib/aws suppresses a rule', async () => {
    const text = await readFile(join(REPOSITORY_ROOT, 'lib/aws/acknowledged-rules.ts'), 'utf8');
    const reasons = [...text.matchAll(/^const [A-Z_]+ =\s+(?:'(.*)'|"(.*)");$/gm)].map(
      ([, single, double]) => single ?? double,
    );
    const told = suppressed().map(({ reason }) => reason);
    expect(reasons.length).toBeGreaterThan(10);
    expect(reasons.filter((reason) => reason !== 'Annotation::' && !told.includes(reason ?? ''))).toEqual([]);
  });

  it('says all of it', async () => {
    const document = standardsDocument({ aws: AWS_STANDARDS, azure: AZURE_STANDARDS, suppressed: suppressed() });
    await expect(document).toMatchFileSnapshot(join(REPOSITORY_ROOT, 'docs/standards.md'));
  });
});
