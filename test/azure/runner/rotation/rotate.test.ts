import { describe, expect, it } from 'vitest';
import { KEY_TAG } from '../../../../lib/azure/runner/rotation/plan.ts';
import { rotate } from '../../../../lib/azure/runner/rotation/rotate.ts';
import { type Fault, HOUR_MS, MemoryPorts, type PortName } from './memory-ports.ts';

const MINIMUM_AGE_MS = 24 * HOUR_MS;
const run = (ports: MemoryPorts) => rotate(ports, MINIMUM_AGE_MS);

/** The vault holds the primary key, since long enough. */
function inUse(): MemoryPorts {
  const ports = new MemoryPorts();
  ports.vault.push({ value: 'primary-0', tags: { team: 'shop', [KEY_TAG]: 'Primary' }, createdAtEpochMs: 0 });
  ports.now = 25 * HOUR_MS;
  return ports;
}

describe('a rotation', () => {
  it('makes the key anew that is not in use, signs in with it, and then puts it into the vault', async () => {
    const ports = inUse();
    expect(await run(ports)).toMatch(
      /^The secondary key was made anew and is in the vault\. The primary one, .* next run/,
    );
    expect(ports.keys).toEqual({ Primary: 'primary-0', Secondary: 'made-1' });
    expect(ports.vault.at(-1)).toMatchObject({ value: 'made-1', tags: { team: 'shop', [KEY_TAG]: 'Secondary' } });
    expect(ports.calls).toEqual([
      'readKeys',
      'readVault',
      'regenerate',
      'readKeys',
      'signIn',
      'writeVault',
      'readVault',
    ]);
  });

  it('takes the other one next time', async () => {
    const ports = inUse();
    await run(ports);
    ports.now += 25 * HOUR_MS;
    expect(await run(ports)).toMatch(/^The primary key was made anew/);
    expect(ports.keys).toEqual({ Primary: 'made-2', Secondary: 'made-1' });
    expect(ports.held).toBe('made-2');
  });

  it('that comes too soon changes nothing, and says until when', async () => {
    const ports = inUse();
    ports.now = 23 * HOUR_MS;
    expect(await run(ports)).toBe(
      'The primary key was put into the vault less than the minimum age ago. Nothing is done before 1970-01-02T00:00:00.000Z, so that everybody has taken it up.',
    );
    expect(ports.calls).toEqual(['readKeys', 'readVault']);
  });

  it('fills an empty vault, and makes no key anew for that', async () => {
    const ports = new MemoryPorts();
    expect(await run(ports)).toMatch(/^The vault held no key yet/);
    expect([ports.held, ports.keys.Primary, ports.calls.includes('regenerate')]).toEqual([
      'primary-0',
      'primary-0',
      false,
    ]);
  });

  it('mends a vault whose key somebody made anew by hand, at once', async () => {
    const ports = inUse();
    ports.now = HOUR_MS;
    ports.keys = { ...ports.keys, Primary: 'by-hand' };
    expect(await run(ports)).toMatch(/^The vault held a key that the database does not take/);
    expect([ports.held, ports.calls.includes('regenerate')]).toEqual(['by-hand', false]);
  });

  it('prints no key', async () => {
    const ports = inUse();
    const said = await run(ports);
    expect([said, ...ports.lines].join('\n')).not.toMatch(/primary-0|secondary-0|made-1/);
  });

  it('is not disturbed by an answer that got lost: what is there counts', async () => {
    const ports = inUse();
    ports.fail('regenerate', 'lost');
    ports.fail('writeVault', 'lost');
    expect(await run(ports)).toMatch(/^The secondary key was made anew/);
    expect(ports.held).toBe('made-1');
  });
});

describe('a rotation that goes wrong leaves clients a key that works, says so, and the next run ends it:', () => {
  it.each<[string, PortName, Fault, number, RegExp]>([
    ['the keys cannot be read', 'readKeys', 'refused', 0, /^PORT_REFUSED: /],
    ['the vault cannot be read', 'readVault', 'refused', 0, /^PORT_REFUSED: /],
    ['the key is not made anew', 'regenerate', 'refused', 0, /^PORT_REFUSED: /],
    [
      'the key is said to be made anew and is not',
      'regenerate',
      'idle',
      0,
      /^KEY_NOT_MADE_ANEW: .*go on with the primary/,
    ],
    [
      'nobody can say whether the key was made anew',
      'readKeys',
      'refused',
      1,
      /^PORT_REFUSED: .*\nKEY_ROTATION_UNFINISHED: Whether the secondary key was made anew is not known\. Clients go on with the primary one/,
    ],
    [
      'the database does not take the new key',
      'signIn',
      'refused',
      0,
      /^PORT_REFUSED: .*\nKEY_ROTATION_UNFINISHED: The secondary key was made anew and is not in the vault\. Clients go on/,
    ],
    ['the vault refuses the new key', 'writeVault', 'refused', 0, /^PORT_REFUSED: .*\nKEY_ROTATION_UNFINISHED: /],
  ])('%s', async (_, port, fault, after, sentence) => {
    const ports = inUse();
    ports.fail(port, fault, after);
    await expect(run(ports)).rejects.toThrow(sentence);
    expect(ports.held).toBe('primary-0');
    expect(ports.isAccepted(ports.held)).toBe(true);
    expect(await run(ports)).toMatch(/^The secondary key was made anew/);
    expect(ports.isAccepted(ports.held)).toBe(true);
  });
});

describe('somebody else who works on the same is noticed:', () => {
  it('they made the key anew that is in use: nothing is put into the vault, and the next run mends it', async () => {
    const ports = inUse();
    ports.fail('regenerate', 'disturbed');
    await expect(run(ports)).rejects.toThrow(/^KEY_ROTATION_DISTURBED: The primary key, .*Start the rotation again/);
    await run(ports);
    expect(ports.isAccepted(ports.held)).toBe(true);
  });

  it('they wrote the secret: the rotation does not pass', async () => {
    const ports = inUse();
    ports.fail('writeVault', 'overwritten');
    await expect(run(ports)).rejects.toThrow(/^KEY_VAULT_OTHER_WRITER: .*somebody else writes this secret/);
  });
});
