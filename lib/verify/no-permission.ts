/** The server's refusal because of who asks: it names the command, or says that it is a key. Before 7.0 a script has its own words for it. */
export function isNoPermission(message: string): boolean {
  return /^NOPERM|^EXECABORT.*NOPERM|The user executing the script can't (?:run|access)/.test(message);
}

/**
 * What to add to the user's access string, from the server's own words ("... to run the 'cluster|slots' command"); undefined where
 * they name no command.
 */
export function missingWord(message: string): string | undefined {
  const command = /the '([^']+)' (?:sub)?command/.exec(message)?.[1];
  return command === undefined ? undefined : `+${command.toLowerCase().replaceAll(/[^a-z0-9|._-]/g, '')}`;
}
