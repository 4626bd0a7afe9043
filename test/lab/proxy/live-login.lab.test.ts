/** AUTH and HELLO on a connection that is logged in and at work, as tokens of Microsoft Entra are renewed: through the Enterprise proxy. */
import { describe, expect, test } from 'vitest';
import { encodeCommand } from '../../../lib/lab/proxy/resp.ts';
import { answers, bare, bare3, currentEndpoint, KEYS, useEnterpriseEndpoint } from './enterprise-endpoint.ts';
import { plain } from './fixture.ts';

useEnterpriseEndpoint();
const [ONE, OTHER] = KEYS;
const login = (password = currentEndpoint().password) => ['AUTH', password];
const WRONG = /^-WRONGPASS /;

describe.each([
  [2, bare],
  [3, bare3],
] as const)('on a live connection with RESP %i', (version, open) => {
  test('logins between pipelined commands are answered in their place, whichever shard the commands are for', async () => {
    const client = await open();
    const commands = Array.from({ length: 50 }, (_, index) => [
      ['SET', `${ONE}:${index}`, 'a'],
      login(),
      ['GET', `${ONE}:${index}`],
      ['INCR', OTHER],
    ]).flat();
    const expected = Array.from({ length: 50 }, (_, index) => ['OK', 'OK', 'a', index + 1]).flat();
    expect(await answers(client, ...commands)).toEqual(expected);
  });

  test('a login that is refused leaves the one before in force, and the protocol', async () => {
    const client = await open();
    expect(plain(await client.call(...login('wrong')))).toMatch(WRONG);
    expect(plain(await client.call('HELLO', '3', 'AUTH', 'default', 'wrong'))).toMatch(WRONG);
    expect(plain(await client.call('SET', ONE, 'still'))).toBe('OK');
    const map = await client.call('CONFIG', 'GET', 'maxmemory');
    expect(map.type).toBe(version === 3 ? 'map' : 'array');
  });

  test('HELLO logs in again and takes the protocol that it names', async () => {
    const client = await open();
    const told = plain(await client.call('HELLO', '3', 'AUTH', 'default', currentEndpoint().password));
    expect(told).toMatchObject({ proto: 3 });
    expect(plain(await client.call('SET', ONE, 'value'))).toBe('OK');
  });

  test('inside MULTI it is refused and spoils the transaction, and reaches no shard', async () => {
    const client = await open();
    const [multi, queued, refused, exec, after] = await answers(
      client,
      ['MULTI'],
      ['SET', ONE, 'value'],
      login(),
      ['EXEC'],
      ['GET', ONE],
    );
    expect([multi, queued]).toEqual(['OK', 'QUEUED']);
    expect(refused).toMatch(/^-ERR Command not allowed inside a transaction/);
    expect(exec).toMatch(/^-EXECABORT/);
    expect(after).toBeNull();
  });

  test('behind a blocking command it waits for its turn', async () => {
    const client = await open();
    client.write(Buffer.concat([['BLPOP', 'queue', '0'], login(), ['GET', ONE]].map(encodeCommand)));
    const other = await bare();
    await other.call('RPUSH', 'queue', 'job');
    expect([plain(await client.next()), plain(await client.next()), plain(await client.next())]).toEqual([
      ['queue', 'job'],
      'OK',
      null,
    ]);
  });

  test(`a subscriber ${version === 3 ? 'may send it and stays subscribed' : 'may not send it, as on any server'}`, async () => {
    const client = await open();
    await client.call('SUBSCRIBE', 'news');
    const answer = plain(await client.call(...login()));
    if (version === 3) expect(answer).toBe('OK');
    else expect(answer).toMatch(/^-ERR Can't execute 'auth'/);
    const publisher = await bare();
    await publisher.call('PUBLISH', 'news', 'hello');
    expect(plain(await client.next())).toEqual(['message', 'news', 'hello']);
  });
});
