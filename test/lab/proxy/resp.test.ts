import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommandParser, commandOf } from '../../../lib/lab/proxy/command-parser.ts';
import { splitInline } from '../../../lib/lab/proxy/inline-command.ts';
import { type RawReply, ReplyScanner } from '../../../lib/lab/proxy/reply-scanner.ts';
import { encodeError, encodeText, RespProtocolError } from '../../../lib/lab/proxy/resp.ts';
import {
  decodeValue,
  encodeValue,
  fieldOf,
  itemsOf,
  type RespValue,
  textOf,
} from '../../../lib/lab/proxy/resp-value.ts';

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const line = fc.string({ maxLength: 30 }).map((text) => text.replace(/[\r\n]/g, ' '));
const scalar: fc.Arbitrary<RespValue> = fc.oneof(
  fc.record({ type: fc.constantFrom('simple' as const, 'error' as const), text: line }),
  fc.record({ type: fc.constant('integer' as const), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
  fc.record({ type: fc.constant('bigNumber' as const), text: fc.bigInt().map(String) }),
  fc.record({
    type: fc.constant('double' as const),
    text: fc.constantFrom('1.5', '-0.25', '1e+20', 'inf', '-inf', 'nan', '10'),
  }),
  fc.record({ type: fc.constant('boolean' as const), value: fc.boolean() }),
  fc.record({ type: fc.constantFrom('bulk' as const, 'blobError' as const), bytes }),
  fc.record({ type: fc.constant('verbatim' as const), format: fc.constantFrom('txt', 'mkd'), bytes }),
  fc.record({
    type: fc.constant('null' as const),
    spelling: fc.constantFrom('null' as const, 'bulk' as const, 'array' as const),
  }),
);
const { value: anyValue } = fc.letrec<{ value: RespValue }>((tie) => {
  const child = tie('value');
  const entries = fc.array(fc.tuple(child, child), { maxLength: 3 });
  return {
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar,
      fc.record({ type: fc.constantFrom('array' as const, 'set' as const), items: fc.array(child, { maxLength: 4 }) }),
      fc.record({ type: fc.constant('map' as const), entries }),
      fc.record({ type: fc.constant('attributed' as const), attributes: entries, value: child }),
    ),
  };
});
const anyReply: fc.Arbitrary<RespValue> = fc.oneof(
  anyValue,
  fc.record({ type: fc.constant('push' as const), items: fc.array(anyValue, { minLength: 1, maxLength: 4 }) }),
);

function* chunksOf(all: Buffer, cuts: readonly number[]): Generator<Buffer> {
  const points = [...new Set(cuts.map((cut) => cut % (all.length + 1)))].sort((one, other) => one - other);
  let from = 0;
  for (const point of [...points, all.length]) {
    yield all.subarray(from, point);
    from = point;
  }
}

function scanAll(scanner: ReplyScanner, chunks: Iterable<Buffer>): RawReply[] {
  const replies: RawReply[] = [];
  for (const chunk of chunks) {
    scanner.write(chunk);
    for (let reply = scanner.next(); reply !== undefined; reply = scanner.next()) replies.push(reply);
  }
  return replies;
}

function parseAll(parser: CommandParser, chunks: Iterable<Buffer>) {
  const commands = [];
  for (const chunk of chunks) {
    parser.write(chunk);
    for (let command = parser.next(); command !== undefined; command = parser.next()) commands.push(command);
  }
  return commands;
}

function scanText(text: string): RawReply[] {
  return scanAll(new ReplyScanner(), [Buffer.from(text)]);
}

function parser(): CommandParser {
  const made = new CommandParser();
  made.authenticated = true;
  return made;
}

describe('replies', () => {
  test('any sequence of replies comes back as the bytes it was sent in, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(anyReply, { maxLength: 4 }), fc.array(fc.nat(), { maxLength: 12 }), (values, cuts) => {
        const encoded = values.map(encodeValue);
        const replies = scanAll(new ReplyScanner(), chunksOf(Buffer.concat(encoded), cuts));
        expect(replies.map((reply) => reply.bytes.toString('latin1'))).toEqual(
          encoded.map((each) => each.toString('latin1')),
        );
        expect(replies.map((reply) => decodeValue(reply.bytes))).toEqual(values);
      }),
      { numRuns: 500 },
    );
  });

  test('garbage ends in the protocol error or in waiting for more, never in anything else', () => {
    const garbage = fc.oneof(
      bytes,
      fc
        .array(
          fc.constantFrom(
            '*',
            '$',
            '%',
            '|',
            '>',
            '~',
            '=',
            '!',
            '-1',
            '1',
            '2',
            '99999999999',
            '\r\n',
            '?',
            ':',
            'a',
            '#t',
            '_',
            ',1',
            '(',
          ),
        )
        .map((parts) => Buffer.from(parts.join(''))),
    );
    fc.assert(
      fc.property(garbage, fc.array(fc.nat(), { maxLength: 4 }), (input, cuts) => {
        try {
          scanAll(new ReplyScanner(), chunksOf(input, cuts));
        } catch (error) {
          expect(error).toBeInstanceOf(RespProtocolError);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('the type is that of the value behind its attributes', () => {
    expect(scanText('|1\r\n+ttl\r\n:3\r\n*1\r\n:5\r\n')).toMatchObject([{ type: 0x2a }]);
    expect(scanText('>2\r\n+a\r\n+b\r\n')).toMatchObject([{ type: 0x3e }]);
  });

  test.each([
    ['a streamed string', '$?\r\n', /streamed types/],
    ['a streamed array', '*?\r\n', /streamed types/],
    ['a push inside a reply', '*1\r\n>1\r\n+a\r\n', /a push inside/],
    ['an unknown type', '@1\r\n', /unexpected "@"/],
    ['a bulk string longer than it says', '$1\r\nabc\r\n', /does not end where/],
    ['a carriage return on its own', '+a\rb\r\n', /without a line feed/],
    ['a negative count', '*-2\r\n', /invalid length/],
    ['a verbatim string without a format', '=2\r\nab\r\n', /without its format/],
    ['a boolean that is none', '#x\r\n', /unexpected "#"/],
  ])('%s is refused', (_, text, reason) => {
    expect(() => scanText(text)).toThrow(reason);
  });

  test('limits hold: depth, size of a string, number of elements, length of a line', () => {
    const scan = (text: string) =>
      scanAll(new ReplyScanner({ maximumDepth: 2, maximumBulkBytes: 4, maximumElements: 3, maximumLineBytes: 8 }), [
        Buffer.from(text),
      ]);
    expect(scan('*1\r\n*1\r\n:1\r\n')).toHaveLength(1);
    expect(() => scan('*1\r\n*1\r\n*1\r\n:1\r\n')).toThrow(/too deeply/);
    expect(() => scan('$5\r\nabcde\r\n')).toThrow(/invalid bulk length/);
    expect(() => scan('*4\r\n')).toThrow(/invalid multibulk length/);
    expect(() => scan('+123456789')).toThrow(/too long/);
  });

  test('fields of a map are found under RESP 3 and where RESP 2 has flattened it', () => {
    const map = decodeValue(Buffer.from('%1\r\n$1\r\na\r\n:1\r\n'));
    const flat = decodeValue(Buffer.from('*2\r\n$1\r\na\r\n:1\r\n'));
    expect([map, flat].map((value) => textOf(fieldOf(value, 'a')))).toEqual(['1', '1']);
    expect(itemsOf(decodeValue(Buffer.from(':1\r\n')))).toEqual([]);
  });

  test('an error cannot break the stream with a line break, and text follows the protocol version', () => {
    expect(encodeError('ERR a\r\nb').toString()).toBe('-ERR a b\r\n');
    expect(encodeText('ab', 3).toString()).toBe('=6\r\ntxt:ab\r\n');
    expect(encodeText('ab', 2).toString()).toBe('$2\r\nab\r\n');
  });
});

describe('commands', () => {
  test('any sequence of commands comes back word for word, however the stream is cut', () => {
    const words = fc.array(bytes, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(words, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 12 }), (given, cuts) => {
        const sent = given.map((each) => commandOf(...each));
        const commands = parseAll(parser(), chunksOf(Buffer.concat(sent.map((command) => command.bytes)), cuts));
        expect(commands).toEqual(sent);
      }),
      { numRuns: 500 },
    );
  });

  test('garbage ends in the protocol error or in waiting for more, never in anything else', () => {
    const garbage = fc.oneof(
      bytes,
      fc
        .array(fc.constantFrom('*', '$', '-1', '1', '3', '\r\n', '\n', '"', "'", ' ', 'PING', '\\x', '99999999999'))
        .map((parts) => Buffer.from(parts.join(''))),
    );
    fc.assert(
      fc.property(garbage, fc.array(fc.nat(), { maxLength: 4 }), (input, cuts) => {
        try {
          parseAll(new CommandParser(), chunksOf(input, cuts));
        } catch (error) {
          expect(error).toBeInstanceOf(RespProtocolError);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('empty commands are stepped over, typed lines are read like the server reads them', () => {
    const commands = parseAll(parser(), [Buffer.from('*0\r\n\r\n*-1\r\nset a "b \\x41\\n" \'c"\'\r\nPING\n')]);
    expect(commands.map(({ words }) => words.map(String))).toEqual([['set', 'a', 'b A\n', 'c"'], ['PING']]);
    expect(commands[1]?.bytes.toString()).toBe('*1\r\n$4\r\nPING\r\n');
    expect(commands[0]?.name).toBe('SET');
  });

  test.each(['"open', "'open", '"a"b', 'a "b'])('the line %s has unbalanced quotes', (text) => {
    expect(splitInline(Buffer.from(text))).toBeUndefined();
  });

  test.each([
    ['*x\r\n', 'Protocol error: invalid multibulk length'],
    ['*2000000\r\n', 'Protocol error: invalid multibulk length'],
    ['*1\r\n:1\r\n', "Protocol error: expected '$', got ':'"],
    ['*1\r\n$-1\r\n', 'Protocol error: invalid bulk length'],
    ['*1\r\n$9999999999\r\n', 'Protocol error: invalid bulk length'],
    [`${'a'.repeat(70_000)}`, 'Protocol error: too big inline request'],
    ['get "a\r\n', 'Protocol error: unbalanced quotes in request'],
  ])('%j is answered with the words of the server', (text, message) => {
    expect(() => parseAll(parser(), [Buffer.from(text)])).toThrow(message);
  });

  test('before authentication a client may not make the proxy hold much', () => {
    expect(() => parseAll(new CommandParser(), [Buffer.from('*11\r\n')])).toThrow('unauthenticated multibulk length');
    expect(() => parseAll(new CommandParser(), [Buffer.from('*1\r\n$20000\r\n')])).toThrow(
      'unauthenticated bulk length',
    );
  });

  test('what was not handed out can be taken over', () => {
    const made = parser();
    made.write(Buffer.from('*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGE'));
    expect(made.next()?.name).toBe('PING');
    expect(made.next()).toBeUndefined();
    expect(made.takeRest().toString()).toBe('*2\r\n$3\r\nGE');
    expect(made.bufferedBytes).toBe(0);
  });
});
