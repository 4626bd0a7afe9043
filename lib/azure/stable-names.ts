/** Names that must be unique far beyond a stack, made from what is: the same for every deployment of the same thing. */
import { createHash } from 'node:crypto';

/** In the form of a GUID, which the service wants for role assignments, role definitions and workbooks. */
export function guidOf(...parts: readonly string[]): string {
  const hex = digestOf(parts);
  // Version 8: made by its own rule (RFC 9562, 5.8).
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** 3 to 24 small letters and digits, unique in all of Azure. */
export function storageAccountNameOf(name: string, ...parts: readonly string[]): string {
  const start = name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 10);
  return `${start}${digestOf([name, ...parts]).slice(0, 14)}`;
}

/** 2 to 32 small letters, digits and hyphens, beginning with a letter: a job of Container Apps. */
export function jobNameOf(name: string, ending: string): string {
  const start = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  return `${(start === '' ? 'redis' : start).slice(0, 30 - ending.length).replace(/-+$/, '')}-${ending}`;
}

/** Eight letters and digits that tell one text from another. */
export function shortDigestOf(text: string): string {
  return digestOf([text]).slice(0, 8);
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
