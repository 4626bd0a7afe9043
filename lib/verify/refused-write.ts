/** Of a login, of rights, of a server that cannot do anything now, of another owner of the slot: they do not say that it takes no writes. */
const ABOUT_SOMETHING_ELSE =
  /^(?:NOPERM|NOAUTH|WRONGPASS|OOM|LOADING|CLUSTERDOWN|MASTERDOWN|BUSY|MOVED|ASK|TRYAGAIN)\b/;

/**
 * Whether an error reply says that writes are not taken. By what it is not about: with which words a secondary of a Global
 * Datastore refuses a write is not documented (READONLY, NOREPLICAS, or the service's own).
 */
export function refusesWrite(message: string): boolean {
  return !ABOUT_SOMETHING_ELSE.test(message);
}
