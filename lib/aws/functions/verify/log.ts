/** One line of JSON in the function's log group. Codes and sentences only: no secret reaches this file. */
export function logLine(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
