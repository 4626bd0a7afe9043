import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessMeaning, commandDifference } from '../../../../lib/topology/access-string.ts';
import { applicationAccess } from '../../../../lib/topology/application-access.ts';
import { CATEGORIES, COMMANDS, categoriesIn6, categoriesIn7 } from '../../../../lib/topology/redis-commands.ts';
import { asService } from './access-string.ts';

const sorted = (text: string) => text.split(' ').toSorted();

describe('the stand-in writes an access string anew', () => {
  test('as the documented example of the service', () => {
    // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html; commands come in the order of the server's own table.
    const documented =
      'on ~app::* -@all +@read +@hash +@bitmap +@geo -setbit -bitfield -hset -hsetnx -hmset -hincrby -hincrbyfloat -hdel -bitop -geoadd -georadius -georadiusbymember';
    const written = asService('on ~app::* -@all +@read');
    expect(written).toMatch(/^on ~app::\* -@all \+@read \+@hash \+@bitmap \+@geo -/);
    expect(sorted(written)).toEqual(sorted(documented));
    expect(sorted(asService(documented))).toEqual(sorted(documented));
  });

  test('as it shows what has been seen of it', () => {
    expect(asService('off ~restricted:* +get +ping')).toBe('off ~restricted:* -@all +ping +get');
    expect(asService('on ~* +@all')).toBe('on ~* +@all');
    expect(asService('on ~* -@all +client|id')).toBe('on ~* -@all +client|id');
  });
});

describe('whatever was declared, and written anew by the service', () => {
  const rule = fc
    .tuple(
      fc.constantFrom('+', '-'),
      fc.oneof(
        fc.constantFrom(...COMMANDS),
        fc.constantFrom(...[...CATEGORIES].map((category) => `@${category}`)),
        fc.constantFrom('@all', '@json', 'json.get'),
      ),
    )
    .map(([sign, target]) => `${sign}${target}`);
  const rules = fc.array(rule, { maxLength: 12 }).map((words) => words.join(' '));

  test.each([
    ['6', categoriesIn6],
    ['7', categoriesIn7],
  ])('allows the same commands, by the reading of Redis OSS %s', (_, categoriesOf) => {
    fc.assert(
      fc.property(rules, (declared) => {
        expect(commandDifference(asService(declared), declared, categoriesOf)).toMatchObject({
          added: [],
          missing: [],
        });
      }),
    );
  });

  test('the access of the application does', () => {
    const declared = applicationAccess({ engine: 'valkey', engineVersion: '8.0' });
    const written = asService(declared);
    expect(written).not.toBe(declared);
    expect(commandDifference(accessMeaning(written).commands, accessMeaning(declared).commands)).toEqual({
      added: [],
      missing: [],
      untold: [],
    });
  });

  test('differs by one command more, whatever that is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...COMMANDS), (command) => {
        const { added } = commandDifference(asService(`-@all +${command}`), '-@all');
        expect(added.length).toBeGreaterThan(0);
      }),
    );
  });
});
