import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCommands, NotRespError, printable, type Reply, ReplyError, ReplyReader } from '../../lib/verify/resp.ts';

const read = (...chunks: string[]) => {
  const reader = new ReplyReader();
  return chunks.flatMap((chunk) => reader.push(Buffer.from(chunk)));
};

/** As a server would send it. */
function encodeReply(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  if (reply instanceof ReplyError) return `-${reply.message}\r\n`;
  return `*${reply.length}\r\n${reply.map(encodeReply).join('')}`;
}

const anyReply = fc.letrec<{ reply: Reply; list: Reply[] }>((tie) => ({
  reply: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger(),
    fc.constant(null),
    fc.stringMatching(/^[A-Z]{2,8} [ -~]{0,20}$/).map((message) => new ReplyError(message)),
    tie('list'),
  ),
  list: fc.array(tie('reply'), { maxLength: 5 }),
})).reply;

describe('the reader of replies', () => {
  it('does not collect a reply that never ends', () => {
    const reader = new ReplyReader();
    reader.push(Buffer.from('$99999999999\r\n'));
    const chunk = Buffer.alloc(4 * 1024 * 1024, 'x');
    const collect = () => {
      for (let received = 0; received < 5; received += 1) reader.push(chunk);
    };
    expect(collect).toThrow(NotRespError);
  });

  it('reads every kind, errors as values', () => {
    expect(read('+OK\r\n:-7\r\n$3\r\na\r\n\r\n$-1\r\n*-1\r\n*2\r\n-ERR no\r\n*0\r\n')).toEqual([
      'OK',
      -7,
      'a\r\n',
      null,
      null,
      [new ReplyError('ERR no'), []],
    ]);
  });

  it('reads the same whatever the pieces in which it arrives', () => {
    fc.assert(
      fc.property(
        fc.array(anyReply, { maxLength: 6 }),
        fc.array(fc.nat({ max: 200 }), { maxLength: 8 }),
        (replies, cuts) => {
          const bytes = Buffer.from(replies.map(encodeReply).join(''));
          const reader = new ReplyReader();
          const got: Reply[] = [];
          let start = 0;
          for (const end of [
            ...cuts.filter((cut) => cut < bytes.length).sort((one, other) => one - other),
            bytes.length,
          ]) {
            got.push(...reader.push(bytes.subarray(start, end)));
            start = end;
          }
          expect(got).toEqual(replies);
        },
      ),
    );
  });

  it('throws nothing but NotRespError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          new ReplyReader().push(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(NotRespError);
        }
      }),
    );
  });

  it('waits for what is missing', () => {
    expect(read('$5\r\nhel')).toEqual([]);
    expect(read('$5\r\nhel', 'lo\r\n+n', 'ext\r\n')).toEqual(['hello', 'next']);
  });

  it.each([
    ['a page of HTTP', 'HTTP/1.1 400 Bad Request\r\n'],
    ['a length that is no number', '$x\r\n'],
    ['a list without end inside lists', '*1\r\n'.repeat(100)],
  ])('says what came instead of RESP: %s', (_what, text) => {
    expect(() => read(text)).toThrow(NotRespError);
  });
});

describe('the writer of commands', () => {
  it('counts bytes, not characters', () => {
    expect(encodeCommands([['GET', 'ключ'], ['PING']])).toBe('*2\r\n$3\r\nGET\r\n$8\r\nключ\r\n*1\r\n$4\r\nPING\r\n');
  });
});

describe('bytes in a message', () => {
  it('are readable where they are text and hexadecimal where they are not', () => {
    expect(printable(Buffer.from('-NOAUTH Authentication required.\r\n'))).toBe(
      '-NOAUTH Authentication required.\\r\\n',
    );
    expect(printable(Buffer.from([0x15, 0x03, 0x01]))).toBe('0x150301');
  });
});
