/**
 * What the next run of a rotation has to do, from what is there. Nothing is remembered between runs: which key is in use is told
 * by the vault, so a run that died anywhere is healed by the next one.
 *
 * A database has two keys, and the vault holds one of them: the one that clients use. A run makes the other one anew and puts it into
 * the vault. The former one stays as it is until the next run, so that is how long clients have to take up the new one.
 *
 * | died after | the vault holds | the next run |
 * |---|---|---|
 * | nothing | the key in use | makes the other one anew |
 * | the other key was made anew | the key in use | makes it anew once more: nobody has got it yet |
 * | it was put into the vault | the new key | is done, and takes the former one when its time has come |
 */
import type { AccessKeys, KeyName } from '../../../control/azure/access-keys.ts';
import type { VaultSecret } from '../../../profile/tokens/key-vault.ts';

/** Tag of a version in the vault. It says what was meant; what counts is the value. */
export const KEY_TAG = 'redoubt-access-key';

export interface Seen {
  readonly keys: AccessKeys;
  /** The newest version in the vault. */
  readonly current: Pick<VaultSecret, 'value' | 'tags' | 'createdAtEpochMs'> | undefined;
  readonly nowEpochMs: number;
  /** How long clients are given to take up a key before the former one may go. */
  readonly minimumAgeMs: number;
}

export type Plan =
  /** The vault has no such secret yet: clients get a key, and none is changed. */
  | { readonly kind: 'publish-first'; readonly publish: KeyName }
  /** The vault holds neither key, so somebody made it anew by hand: clients get one that works, and none is changed. */
  | { readonly kind: 'publish-valid'; readonly publish: KeyName }
  | { readonly kind: 'too-soon'; readonly inUse: KeyName; readonly notBeforeEpochMs: number }
  | { readonly kind: 'rotate'; readonly inUse: KeyName; readonly regenerate: KeyName };

export function planOf({ keys, current, nowEpochMs, minimumAgeMs }: Seen): Plan {
  if (current === undefined) return { kind: 'publish-first', publish: 'Primary' };
  const inUse = nameOf(keys, current.value);
  if (inUse === undefined) return { kind: 'publish-valid', publish: taggedKey(current.tags) };
  const notBeforeEpochMs = (current.createdAtEpochMs ?? 0) + minimumAgeMs;
  if (nowEpochMs < notBeforeEpochMs) return { kind: 'too-soon', inUse, notBeforeEpochMs };
  return { kind: 'rotate', inUse, regenerate: otherOf(inUse) };
}

export function otherOf(key: KeyName): KeyName {
  return key === 'Primary' ? 'Secondary' : 'Primary';
}

function nameOf(keys: AccessKeys, value: string): KeyName | undefined {
  return (['Primary', 'Secondary'] as const).find((name) => keys[name] === value);
}

/** The one that was made anew by hand is the newer of the two, so it is the one that stays longer. */
function taggedKey(tags: Readonly<Record<string, string>>): KeyName {
  return tags[KEY_TAG] === 'Secondary' ? 'Secondary' : 'Primary';
}
