/**
 * Of a login, of rights, of a server that cannot do anything now (one that cannot save is a primary), of another owner of the slot, of a
 * command that there is not: they do not say that it takes no writes.
 */
const ABOUT_SOMETHING_ELSE =
  /^(?:(?:NOPERM|NOAUTH|WRONGPASS|OOM|MISCONF|LOADING|CLUSTERDOWN|MASTERDOWN|BUSY|MOVED|ASK|TRYAGAIN)\b|ERR (?:unknown command|max number of clients))/;

/**
 * Whether an error reply says that writes are not taken. By what it is not about: with which words a secondary of a Global
 * Datastore refuses a write is not documented (READONLY, NOREPLICAS, or the service's own).
 */
export function refusesWrite(message: string): boolean {
  return !ABOUT_SOMETHING_ELSE.test(message);
}
