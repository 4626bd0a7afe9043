/**
 * The words of an access string: what Redis' ACL says of a user, without its passwords.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 */

/** The last word counts; a new user is off. */
export function isSwitchedOn(accessString: string): boolean {
  return (
    wordsOf(accessString)
      .findLast((word) => /^(?:on|off)$/i.test(word))
      ?.toLowerCase() === 'on'
  );
}

/** Words that this project does not take in an access string, for a sentence about them; a password is never among them as given. */
export function refusedWords(accessString: string): string[] {
  return wordsOf(accessString).flatMap((word) => {
    if (word.startsWith('(') && word.endsWith(')')) return refusedWords(word.slice(1, -1));
    return isKnown(word) ? [] : [shown(word)];
  });
}

/** Words that say nothing about the rights of a user that signs in with its own password. */
const WITHOUT_MEANING = /^(?:sanitize-payload|skip-sanitize-payload)$/i;
const COMMAND = /^[+-]@?[a-z0-9_.|-]+$/i;
const KEYS = /^(?:%(R|W|RW|WR))?~(\S+)$/i;
const CHANNELS = /^&(\S+)$/;
const NAMED = /^(?:on|off|allkeys|resetkeys|allchannels|resetchannels|allcommands|nocommands)$/i;
const PASSWORD = /^(?:[><#!].*|nopass|resetpass)$/i;

/** A selector is one word, blanks or not. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/\([^)]*\)?|\S+/g)].map(([word]) => word);
}

function isKnown(word: string): boolean {
  return [WITHOUT_MEANING, COMMAND, KEYS, CHANNELS, NAMED].some((form) => form.test(word));
}

function shown(word: string): string {
  return PASSWORD.test(word) ? '(something about passwords)' : word;
}
