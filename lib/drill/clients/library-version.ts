/** The version of an installed library, from its own package.json. */
import { createRequire } from 'node:module';

export function versionOf(library: string): string {
  const { version } = createRequire(import.meta.url)(`${library}/package.json`) as { version: string };
  return version;
}
