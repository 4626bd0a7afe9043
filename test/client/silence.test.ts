/** What counts as a sign of life of a connection that owes an answer. */
import { Command, type Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { Flights } from '../../lib/client/flight.ts';
import { SilenceMeter } from '../../lib/client/silence.ts';

interface Stream {
  bytesRead: number;
  bytesWritten: number;
  /** Not yet taken by the operating system. */
  writableLength: number;
}

/** Looks at a connection that has owed the answer to a GET since 0, once for each stream, 100 ms apart. */
function silencesMs(...streams: Stream[]): (number | undefined)[] {
  const flights = new Flights({
    retryForMs: 30_000,
    retryUnknown: 'never',
    slotOf: () => -1,
    returned: () => undefined,
  });
  const command = new Command('get', ['key']);
  flights.track(command).writtenAt = 0;
  const stream = { bytesRead: 0, bytesWritten: 0, writableLength: 0 };
  const redis = { commandQueue: { length: 1, peekAt: () => ({ command }) }, stream } as unknown as Redis;
  const meter = new SilenceMeter(flights);
  return streams.map((seen, index) => {
    Object.assign(stream, seen);
    return meter.of(redis, (index + 1) * 100)?.forMs;
  });
}

test('a connection on which nothing moves has been silent since its command was written', () => {
  const still = { bytesRead: 50, bytesWritten: 30, writableLength: 0 };
  expect(silencesMs(still, still, still)).toEqual([100, 200, 300]);
});

test('bytes that came in between two looks are a sign of life', () => {
  const answered = (bytesRead: number) => ({ bytesRead, bytesWritten: 30, writableLength: 0 });
  expect(silencesMs(answered(50), answered(51), answered(51))).toEqual([100, 0, 100]);
});

test('a large request that the operating system takes piece by piece is a sign of life, until it takes no more', () => {
  const sending = (writableLength: number) => ({ bytesRead: 50, bytesWritten: 9_000_000, writableLength });
  expect(silencesMs(sending(5_000_000), sending(4_000_000), sending(3_000_000), sending(3_000_000))).toEqual([
    100, 0, 0, 100,
  ]);
});

test('commands that the operating system takes at once, one look after the other, are no sign of life', () => {
  const written = (bytesWritten: number, writableLength: number) => ({ bytesRead: 50, bytesWritten, writableLength });
  expect(silencesMs(written(30, 14), written(60, 0), written(90, 28), written(120, 14), written(120, 0))).toEqual([
    100, 200, 300, 400, 500,
  ]);
});
