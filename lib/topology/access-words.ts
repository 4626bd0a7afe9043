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

/** Places of the words that this project does not take. Places and not words, because any of them may be a password. */
export function refusedPlaces(accessString: string): number[] {
  return wordsOf(accessString).flatMap((word, index) => (isTaken(word) ? [] : [index + 1]));
}

/** What is wrong with the form, as a sentence; undefined when nothing is. @param name of the field, as in `accessString` */
export function formComplaint(name: string, accessString: string): string | undefined {
  const places = refusedPlaces(accessString);
  if (places.length === 0) return undefined;
  const which = `word${places.length === 1 ? '' : 's'} ${places.join(', ')}`;
  return `\`${name}\` has something that it does not take (${which}; not repeated here, because it may be a password): it takes \`on\`, and what Redis' ACL says of commands (+get, -@admin), keys (~shop:*, %R~shared:*) and channels (&news); the service keeps passwords apart. Correct it.`;
}

/** That nobody could sign in, as a sentence; undefined when somebody can. */
export function offComplaint(name: string, accessString: string): string | undefined {
  if (isSwitchedOn(accessString)) return undefined;
  return `\`${name}\` does not say \`on\` (or says \`off\` after it), which switches the application's user off: nobody could sign in. Begin it with \`on\`.`;
}

/** Words that say nothing about the rights of a user that signs in with its own password. */
const WITHOUT_MEANING = /^(?:sanitize-payload|skip-sanitize-payload)$/i;
export const COMMAND = /^[+-]@?[a-z0-9_.|-]+$/i;
/** Its kinds (`R`, `W`, `RW`) and its pattern. */
export const KEYS = /^(?:%(R|W|RW|WR))?~(\S+)$/i;
/** Its pattern. */
export const CHANNELS = /^&(\S+)$/;
const NAMED = /^(?:on|off|allkeys|resetkeys|allchannels|resetchannels|allcommands|nocommands)$/i;

/** A selector is one word, blanks or not. */
export function wordsOf(text: string): string[] {
  return [...text.matchAll(/\([^)]*\)?|\S+/g)].map(([word]) => word);
}

/** Whether it says something of rights, and nothing of whether anybody may sign in or how. No selector. */
export function isRight(word: string): boolean {
  return [COMMAND, KEYS, CHANNELS, NAMED].some((form) => form.test(word)) && !/^(?:on|off)$/i.test(word);
}

/** A selector is taken when everything in it is. */
function isTaken(word: string): boolean {
  if (word.startsWith('(') && word.endsWith(')')) return wordsOf(word.slice(1, -1)).every(isTaken);
  return [WITHOUT_MEANING, COMMAND, KEYS, CHANNELS, NAMED].some((form) => form.test(word));
}
