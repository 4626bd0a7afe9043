/** Replaces a text in a stream of bytes by one of the same length, so that no length that is told in the stream becomes wrong. */
import { Transform } from 'node:stream';

export function replacing(text: string, by: string): Transform {
  const [from, to] = [Buffer.from(text), Buffer.from(by)];
  if (from.length !== to.length) throw new Error(`"${text}" and "${by}" differ in length.`);
  // The beginning of the text, perhaps, until what follows has come.
  let rest: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = Buffer.concat([rest, chunk]);
      for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + to.length)) to.copy(bytes, at);
      const end = bytes.length - beginningAtEnd(bytes, from);
      rest = bytes.subarray(end);
      done(null, bytes.subarray(0, end));
    },
    flush(done) {
      done(null, rest);
    },
  });
}

function beginningAtEnd(bytes: Buffer, text: Buffer): number {
  for (let length = Math.min(text.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(text.subarray(0, length))) return length;
  }
  return 0;
}
