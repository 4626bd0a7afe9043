import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Flight } from '../../lib/client/flight.ts';
import { WaitingRoom } from '../../lib/client/waiting-room.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const flight = (name: string, slot = 1) => ({ command: { name }, slot, settled: false }) as unknown as Flight;

function room() {
  const sent: string[] = [];
  return { sent, waiting: new WaitingRoom(({ command }) => sent.push(command.name)) };
}

test('a command is sent when its time has come', () => {
  const { sent, waiting } = room();
  waiting.add(flight('late', 2), 100);
  waiting.add(flight('soon', 1), 10);
  vi.advanceTimersByTime(20);
  expect(sent).toEqual(['soon']);
  vi.advanceTimersByTime(100);
  expect(sent).toEqual(['soon', 'late']);
  expect(waiting.size).toBe(0);
});

test('commands of one slot keep their order, although a later one is due earlier', () => {
  const { sent, waiting } = room();
  waiting.add(flight('first'), 100);
  waiting.add(flight('second'), 0);
  expect(waiting.hasLine(1)).toBe(true);
  expect(waiting.hasLine(2)).toBe(false);
  vi.advanceTimersByTime(50);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(60);
  expect(sent).toEqual(['first', 'second']);
  expect(waiting.hasLine(1)).toBe(false);
});

test('a command that joins a line costs no look at the whole room', () => {
  const { sent, waiting } = room();
  waiting.add(flight('first'), 200);
  const timers = vi.spyOn(globalThis, 'setTimeout');
  for (let count = 0; count < 100; count += 1) {
    waiting.add(flight(`next ${count}`), 0);
    vi.advanceTimersByTime(1);
  }
  expect(timers.mock.calls.length).toBe(0);
  vi.advanceTimersByTime(110);
  expect(sent).toHaveLength(101);
});

test('commands of many slots are looked at together', () => {
  const sent: string[] = [];
  const waiting: WaitingRoom = new WaitingRoom((each) => {
    sent.push(each.command.name);
    waiting.add(each, 200);
  });
  for (let slot = 0; slot < 200; slot += 1) {
    waiting.add(flight(`slot ${slot}`, slot), 200);
    vi.advanceTimersByTime(1);
  }
  const timers = vi.spyOn(globalThis, 'setTimeout');
  vi.advanceTimersByTime(1_000);
  expect(sent.length).toBeGreaterThanOrEqual(200 * 4);
  expect(timers.mock.calls.length).toBeLessThan(250);
});

test('commands without a key have no order and no line', () => {
  const { sent, waiting } = room();
  waiting.add(flight('ping', -1), 100);
  waiting.add(flight('info', -1), 0);
  expect(waiting.hasLine(-1)).toBe(false);
  vi.advanceTimersByTime(10);
  expect(sent).toEqual(['info']);
});

test('a change sends everything at once', () => {
  const { sent, waiting } = room();
  waiting.add(flight('a', 1), 1_000);
  waiting.add(flight('b', 2), 1_000);
  waiting.wakeAll();
  expect(sent).toEqual(['a', 'b']);
});

test('a command that has been settled meanwhile is not sent', () => {
  const { sent, waiting } = room();
  const given = { ...flight('given up'), settled: true };
  waiting.add(given, 10);
  vi.advanceTimersByTime(20);
  expect(sent).toEqual([]);
  expect(waiting.size).toBe(0);
});

test('a command that comes back while others are sent waits for its next turn', () => {
  const sent: string[] = [];
  const waiting: WaitingRoom = new WaitingRoom((each) => {
    sent.push(each.command.name);
    if (sent.length < 3) waiting.add(each, 10);
  });
  waiting.add(flight('again'), 0);
  vi.advanceTimersByTime(5);
  expect(sent).toEqual(['again']);
  vi.advanceTimersByTime(30);
  expect(sent).toEqual(['again', 'again', 'again']);
});
