/** Values as a person reads them: one line, short, and never a secret. */
import { isRecord } from './json.ts';

export const SECRET = '(secret)';
export const ABSENT = '(absent)';
/** Characters; the document itself has the rest. */
const LENGTH_MAX = 60;

const SECRET_NAME =
  /pass(word|phrase|wd)?s?$|secret|token|credential|private|api_?key|access_?key(s)?$|(primary|secondary)_?key$|connection_?string|auth_?string/i;
const SECRET_REFERENCE = /\{\{resolve:(secretsmanager|ssm-secure):/i;

/** Names that hold a secret wherever they stand, also in a property that no table knows. */
export function isSecretName(name: string): boolean {
  return name.split('.').some((part) => SECRET_NAME.test(part));
}

export function shown(value: unknown, { secret }: { readonly secret: boolean }): string {
  if (value === undefined || value === null) return ABSENT;
  if (secret || holdsSecretReference(value)) return SECRET;
  if (typeof value === 'string') return clip(withoutPasswords(value));
  if (typeof value !== 'object') return String(value);
  return clip(reference(value) ?? JSON.stringify(value, masked));
}

/** Keys only: what a tag says may be anybody's business. */
export function shownTags(value: unknown): string {
  if (value === undefined || value === null) return ABSENT;
  const keys = Array.isArray(value)
    ? value.map((tag) => (isRecord(tag) && typeof tag.Key === 'string' ? tag.Key : '?'))
    : Object.keys(value);
  return clip(`tags ${keys.join(', ')}`);
}

/** The usual way to write a reference, which is shorter than its JSON. */
function reference(value: unknown): string | undefined {
  if (!isRecord(value) || Object.keys(value).length !== 1) return undefined;
  if (typeof value.Ref === 'string') return `Ref ${value.Ref}`;
  const attribute = value['Fn::GetAtt'];
  if (typeof attribute === 'string') return `GetAtt ${attribute}`;
  return Array.isArray(attribute)
    ? `GetAtt ${attribute.filter((part) => typeof part === 'string').join('.')}`
    : undefined;
}

function masked(name: string, value: unknown): unknown {
  if (name !== '' && isSecretName(name)) return SECRET;
  return typeof value === 'string' ? withoutPasswords(value) : value;
}

/** An access string may carry `>password` or `#hash`. */
function withoutPasswords(text: string): string {
  return text.replace(/(^|\s)[>#][^\s>#]\S*/g, `$1${SECRET}`);
}

function holdsSecretReference(value: unknown): boolean {
  return SECRET_REFERENCE.test(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

function clip(text: string): string {
  return text.length <= LENGTH_MAX ? text : `${text.slice(0, LENGTH_MAX - 3)}...`;
}
