import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export const REPOSITORY_ROOT = resolve(import.meta.dirname, '../..');

const FOLDERS = ['.ci', 'bench', 'bin', 'deployments', 'docs', 'lib', 'schemas', 'scripts', 'test'];
const TEXT = /\.(ts|mjs|json|md|sh|yml|yaml)$|^\.ci\/run$|^(LICENSE|\.npmrc|\.gitignore)$/;

/** Every text file that a person writes in this repository; nothing installed, built or generated. */
export function sourceFiles(): SourceFile[] {
  const atRoot = readdirSync(REPOSITORY_ROOT, { withFileTypes: true }).filter((entry) => entry.isFile());
  const below = FOLDERS.flatMap((folder) => filesBelow(folder));
  return [...atRoot.map(({ name }) => name), ...below]
    .filter((path) => TEXT.test(path))
    .map((path) => ({ path, text: readFileSync(join(REPOSITORY_ROOT, path), 'utf8') }));
}

/** Folders at any depth, from the root of the repository. */
export function foldersBelow(folder: string): string[] {
  return entriesOf(folder)
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => [`${folder}/${name}`, ...foldersBelow(`${folder}/${name}`)]);
}

function filesBelow(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

function entriesOf(folder: string) {
  try {
    return readdirSync(join(REPOSITORY_ROOT, folder), { withFileTypes: true });
  } catch (error) {
    // A folder that no step needs yet is not created.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
