import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guidOf, jobNameOf, storageAccountNameOf } from '../../lib/azure/stable-names.ts';

describe('a stable name', () => {
  it('is the same for the same thing, and another for another', () => {
    expect(guidOf('a', 'b')).toBe(guidOf('a', 'b'));
    expect(guidOf('a', 'b')).not.toBe(guidOf('ab'));
    expect(guidOf('a', 'b')).not.toBe(guidOf('b', 'a'));
    expect(storageAccountNameOf('shop', '/a')).not.toBe(storageAccountNameOf('shop', '/b'));
  });

  it('has the form that the service wants, whatever it is made from', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, id) => {
        expect(guidOf(name, id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(storageAccountNameOf(name, id)).toMatch(/^[a-z0-9]{3,24}$/);
        expect(jobNameOf(name, 'rehearsal')).toMatch(/^(?=.{2,32}$)[a-z](?:[a-z0-9-]*[a-z0-9])?$/);
        expect(jobNameOf(name, 'rehearsal')).not.toContain('--');
        expect(jobNameOf(name, 'key-rotation')).toMatch(/^(?=.{2,32}$)[a-z][a-z0-9-]*-key-rotation$/);
      }),
    );
  });
});
