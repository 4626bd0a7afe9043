/** `name: message` of an error without what differs from one time to the next, so that equal causes can be counted together. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return `NotAnError: ${String(error).slice(0, 80)}`;
  // Some rejections of node-redis carry no message at all; then the class is all there is.
  const name = error.name === 'Error' ? error.constructor.name : error.name;
  const message = steady(error.message);
  return message === '' ? name : `${name}: ${message}`;
}

const LONGEST = 160;

function steady(message: string): string {
  const line = message
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\b[0-9a-f]{40}\b/g, '<node>')
    .replaceAll(/\b(MOVED|ASK) \d+/g, '$1 <slot>')
    .replaceAll(/\[[0-9a-f:]+\]:\d+/gi, '<address>')
    .replaceAll(/\b[\w.-]+:\d{2,5}\b/g, '<address>')
    .replaceAll(/\b\d{1,3}(\.\d{1,3}){3}\b/g, '<address>')
    .replaceAll(/redoubt:drill:\S+/g, '<key>')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 3)}...` : line;
}
