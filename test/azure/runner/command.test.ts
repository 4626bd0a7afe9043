import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { RUNNER_COMMAND } from '../../../lib/azure/runner/runner.ts';

const root = new URL('../../../', import.meta.url);

describe('the command that the components run in a container', () => {
  it('is one that the package installs, and needs no library of those who build stacks', async () => {
    const { bin } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
      bin: Record<string, string>;
    };
    const [name] = RUNNER_COMMAND;
    const source = (bin[name] ?? '').replace(/^dist\//, '').replace(/\.js$/, '.ts');
    const text = await readFile(new URL(source, root), 'utf8');
    expect(text).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(text).not.toContain('@pulumi');
  });
});
