import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  isRunDirectory,
  makePrivateDirectory,
  makeRunDirectory,
  removeRunDirectory,
} from '../../lib/lab/run-directory.ts';

const UNUSABLE = /LAB_DIRECTORY_UNUSABLE|cannot use the directory/;

describe('a private directory', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'redoubt-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is made with its parents, all of them closed to others', () => {
    makePrivateDirectory(join(folder, 'a', 'b'));
    for (const made of ['a', 'a/b']) expect(lstatSync(join(folder, made)).mode & 0o777).toBe(0o700);
  });

  test('may be there already', () => {
    makePrivateDirectory(join(folder, 'a'));
    makePrivateDirectory(join(folder, 'a'));
  });

  test.each([
    ['is a file', 'file'],
    ['is below a file', 'file/below'],
    ['is a link, which could lead anywhere', 'link'],
  ])('is refused with a sentence when it %s', (_why, name) => {
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'));
    expect(() => makePrivateDirectory(join(folder, name))).toThrow(UNUSABLE);
  });

  test('is refused, and not tried for ever, where nothing can be made', ({ skip }) => {
    if (process.platform !== 'linux') skip('only Linux has /proc');
    expect(() => makePrivateDirectory('/proc/redoubt/labs')).toThrow(UNUSABLE);
  });

  test('is refused when it belongs to somebody else', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('only root can give a folder to somebody else');
    const { chownSync } = await import('node:fs');
    const path = join(folder, 'foreign');
    mkdirSync(path);
    chownSync(path, 65_534, 65_534);
    expect(() => makePrivateDirectory(path)).toThrow(UNUSABLE);
  });

  test("is refused when the user's own folder above it belongs to somebody else", async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('only root can give a folder to somebody else');
    const { chownSync } = await import('node:fs');
    const { userDirectory } = await import('../../lib/lab/run-directory.ts');
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      mkdirSync(userDirectory(), { mode: 0o777 });
      chownSync(userDirectory(), 65_534, 65_534);
      expect(() => makePrivateDirectory(join(userDirectory(), 'labs'))).toThrow(UNUSABLE);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });
});

describe('what is removed', () => {
  let base = '';
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'redoubt-test-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  test('is a directory that a lab was made in', () => {
    const made = makeRunDirectory(base, 'azure-oss', '0123abcd');
    expect(isRunDirectory(made)).toBe(true);
    removeRunDirectory(made);
    expect(existsSync(made)).toBe(false);
    // A second time there is nothing to do.
    removeRunDirectory(made);
  });

  test.each(['/', '.', '', 'made-by-hand', 'azure-oss-89abcdef', 'link-0123abcd'])(
    'is never anything else (%j)',
    (name) => {
      const made = makeRunDirectory(base, 'azure-oss', '0123abcd');
      mkdirSync(join(base, 'made-by-hand'));
      // The sign of another lab.
      mkdirSync(join(base, 'azure-oss-89abcdef'));
      writeFileSync(join(base, 'azure-oss-89abcdef', 'redoubt-lab'), '0123abcd');
      symlinkSync(made, join(base, 'link-0123abcd'));
      const path = name.startsWith('/') ? name : join(base, name);
      expect(isRunDirectory(path)).toBe(false);
      expect(() => removeRunDirectory(path)).toThrow(/LAB_DIRECTORY_NOT_OURS/);
      expect(existsSync(made)).toBe(true);
    },
  );
});
