/**
 * Splits a typed line into words, with the server's quoting: "…" with escapes, '…' with \' only.
 * `undefined` when a quote is not closed, or something follows a closing quote without a space.
 */
export function splitInline(line: Buffer): Buffer[] | undefined {
  const text = line.toString('latin1').replace(/\r$/, '');
  const words: Buffer[] = [];
  const word = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']\S*))(?=\s|$)/y;
  while (word.lastIndex < text.length) {
    const from = word.lastIndex;
    const match = word.exec(text);
    if (match === null) return text.slice(from).trim() === '' ? words : undefined;
    words.push(Buffer.from(unquote(match), 'latin1'));
  }
  return words;
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

function unquote([, double, single, bare]: RegExpExecArray): string {
  if (double !== undefined) {
    return double.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_, hex: string | undefined, other: string | undefined) =>
      hex === undefined ? (ESCAPES[other ?? ''] ?? other ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return single === undefined ? (bare ?? '') : single.replaceAll("\\'", "'");
}
