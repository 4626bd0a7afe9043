/** The version of this program, from its own package.json (found from the sources and from the built package alike). */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let known: string | undefined;

export function redoubtVersion(): string {
  known ??= JSON.parse(readFileSync(packageFile(import.meta.dirname), 'utf8')).version as string;
  return known;
}

function packageFile(directory: string): string {
  const candidate = join(directory, 'package.json');
  if (existsSync(candidate)) return candidate;
  const parent = dirname(directory);
  if (parent === directory) throw new Error('No package.json above the program: the installation is incomplete.');
  return packageFile(parent);
}
