import { Command, type Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { Flights } from '../../lib/client/flight.ts';
import { firstDue, markAsOwn } from '../../lib/client/own-logins.ts';
import { SilenceMeter } from '../../lib/client/silence.ts';

function connectionWith(...commands: Command[]): Redis {
  const commandQueue = { length: commands.length, peekAt: (index: number) => ({ command: commands[index] }) };
  return { commandQueue, stream: { bytesRead: 0, writableLength: 0 } } as unknown as Redis;
}

const login = () => {
  const command = new Command('auth', ['user', 'token']);
  markAsOwn(command);
  return command;
};

test('the answer that is due first is that of the first command which is not a login of ours', () => {
  const get = new Command('get', ['key']);
  expect(firstDue(connectionWith(login(), login(), get))).toBe(get);
  expect(firstDue(connectionWith(get, login()))).toBe(get);
  expect(firstDue(connectionWith(login()))).toBeUndefined();
  expect(firstDue(connectionWith())).toBeUndefined();
});

test("an application's own AUTH is due like any command", () => {
  const auth = new Command('auth', ['password']);
  expect(firstDue(connectionWith(auth))).toBe(auth);
});

test('a connection that is dead does not hide its silence behind a login of ours', () => {
  const flights = new Flights({
    retryForMs: 30_000,
    retryUnknown: 'never',
    slotOf: () => -1,
    returned: () => undefined,
  });
  const get = new Command('get', ['key']);
  const flight = flights.track(get);
  flight.writtenAt = performance.now() - 1_000;
  const silence = new SilenceMeter(flights).of(connectionWith(login(), get));
  expect(silence?.flight).toBe(flight);
  expect(silence?.forMs).toBeGreaterThanOrEqual(1_000);
});
