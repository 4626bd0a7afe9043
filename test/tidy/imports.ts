import { posix } from 'node:path';
import type { SourceFile } from './repository.ts';

export interface Import {
  readonly specifier: string;
  /** `import type` and `export type`: gone when the program runs. */
  readonly typeOnly: boolean;
}

/**
 * What each step of the story may import. The first list is free; from the second only types and contracts, because what
 * runs must not know what comes after it. A step may always import itself, and everything may import `base`.
 */
export const ALLOWED_IMPORTS: Readonly<Record<string, { values: readonly string[]; types: readonly string[] }>> = {
  base: { values: [], types: [] },
  topology: { values: [], types: [] },
  // What a change does to the data is said from documents alone: no cloud library, no server.
  plan: { values: ['topology'], types: [] },
  // Judges documents too, and gives a topology.
  migrate: { values: ['topology', 'plan'], types: [] },
  aws: { values: ['topology', 'profile'], types: [] },
  // They run in the account, not in the CDK app, and are bundled with what they need.
  'aws/functions': { values: ['topology', 'profile', 'client', 'verify', 'control'], types: [] },
  azure: { values: ['topology', 'profile'], types: [] },
  // It runs in the network, not in the Pulumi program.
  'azure/runner': { values: ['topology', 'profile', 'client', 'control'], types: [] },
  // The lab hands out a profile as the clouds do.
  lab: { values: ['topology', 'profile'], types: [] },
  profile: { values: ['topology'], types: [] },
  client: { values: ['topology', 'profile'], types: [] },
  verify: { values: ['topology', 'profile', 'client'], types: [] },
  // Compares what the cloud's API says with what was declared, in the words of verify's checks.
  control: { values: ['topology', 'profile', 'client', 'verify'], types: [] },
  // The judge fills the published shape of a drill's result. Faults reach the lab through a target.
  drill: { values: ['topology', 'profile', 'client', 'verify'], types: ['lab', 'control', 'report'] },
  'drill/targets': { values: ['topology', 'profile', 'client', 'verify', 'control', 'lab'], types: ['report'] },
  report: { values: ['topology', 'profile'], types: ['client', 'lab', 'verify', 'control', 'drill'] },
};

/** Contracts that hold lists of names next to their types; a published shape is made from those lists. */
const CONTRACTS: readonly string[] = ['lib/lab/lab.ts', 'lib/control/control-plane.ts', 'lib/drill/scenario.ts'];

const STATIC_IMPORT = /^\s*(?:import|export)\s+(type\s)?[^'";]*?\bfrom\s+'([^']+)'/gm;
const BARE_IMPORT = /^\s*import\s+'([^']+)'/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*'([^']+)'\s*\)/g;

export function importsOf(text: string): Import[] {
  const fromStatic = [...text.matchAll(STATIC_IMPORT)].map(([, type, specifier = '']) => ({
    specifier,
    typeOnly: type !== undefined,
  }));
  const others = [...text.matchAll(BARE_IMPORT), ...text.matchAll(DYNAMIC_IMPORT)];
  return [...fromStatic, ...others.map(([, specifier = '']) => ({ specifier, typeOnly: false }))];
}

/** Imports that point to the right of the story, as sentences. */
export function misplacedImports({ path, text }: SourceFile): string[] {
  const from = stepOf(path);
  if (from === undefined) return [];
  const allowed = ALLOWED_IMPORTS[from];
  if (allowed === undefined)
    return [`${path}: lib/${from} is not in the table of test/tidy/imports.ts; decide what it may import`];
  return importsOf(text)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .flatMap(({ specifier, typeOnly }) => {
      const target = posix.join(posix.dirname(path), specifier);
      return mayImport(from, target, typeOnly) ? [] : [`${path}: imports ${typeOnly ? 'types of ' : ''}${target}`];
    });
}

function mayImport(from: string, target: string, typeOnly: boolean): boolean {
  if (!target.startsWith('lib/')) return false;
  const to = target.split('/')[1] ?? '';
  if (to === 'base' || to === from.split('/')[0]) return true;
  const allowed = ALLOWED_IMPORTS[from];
  if (allowed === undefined) return false;
  const erased = typeOnly || CONTRACTS.includes(target);
  return allowed.values.includes(to) || (erased && allowed.types.includes(to));
}

/** The step a file belongs to: its folder in lib, or the narrower one that has a row of its own. */
function stepOf(path: string): string | undefined {
  const [top, step, inner, deeper] = path.split('/');
  if (top !== 'lib' || inner === undefined) return undefined;
  const narrower = `${step}/${inner}`;
  return deeper !== undefined && narrower in ALLOWED_IMPORTS ? narrower : step;
}
