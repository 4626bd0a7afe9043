/** The pure parts of observing: which nodes to dial, which keys to name, what an answer means. */
import { describe, expect, it } from 'vitest';
import type { ClusterNode, SlotOwner } from '../../lib/client/cluster-view.ts';
import { slotOf } from '../../lib/topology/slot.ts';
import { Silence } from '../../lib/verify/connection.ts';
import { ADMIN_COMMANDS, outcomeOf } from '../../lib/verify/observe/admin-commands.ts';
import { announcedTargets } from '../../lib/verify/observe/announced-nodes.ts';
import { CROSS_SLOT_COMMANDS, canCrossSlots, crossSlotProbes } from '../../lib/verify/observe/cross-slot.ts';
import { PROBE_KEY_PREFIX, ProbeKeys } from '../../lib/verify/observe/probe-keys.ts';
import { versionsToOffer } from '../../lib/verify/observe/protocol-versions.ts';
import { rangesToAsk } from '../../lib/verify/observe/routing.ts';
import { ReplyError } from '../../lib/verify/resp.ts';
import { at } from './rows/row.ts';

const ENDPOINT = { host: 'redis.test', port: 10_000 };
const announced = (host: string, port: number, nodeId: string) => ({ host, port, nodeId, alternatives: [] });
const row = (change: Partial<ClusterNode>): ClusterNode => ({
  nodeId: 'a',
  host: '10.0.0.1',
  port: 8500,
  busPort: 0,
  hostname: '',
  flags: ['master'],
  role: 'primary',
  primaryNodeId: '',
  configEpoch: 1,
  linkState: 'connected',
  slots: [[0, 16_383]],
  movingSlots: [],
  ...change,
});
const owners: SlotOwner[] = [
  { slots: [0, 99], primary: announced('10.0.0.1', 8500, 'a'), replicas: [] },
  { slots: [200, 16_383], primary: announced('10.0.0.1', 8500, 'a'), replicas: [announced('10.0.0.1', 8501, 'b')] },
];

describe('the nodes to dial', () => {
  it('are each dialled once, with all slots of their shard', () => {
    expect(announcedTargets(owners, [], ENDPOINT)).toEqual([
      {
        address: { host: '10.0.0.1', port: 8500 },
        nodeId: 'a',
        role: 'primary',
        slots: [
          [0, 99],
          [200, 16_383],
        ],
      },
      { address: { host: '10.0.0.1', port: 8501 }, nodeId: 'b', role: 'replica', slots: [[200, 16_383]] },
    ]);
  });

  it('include replicas that only CLUSTER NODES shows, with the slots of their primary', () => {
    const replica = row({ nodeId: 'c', port: 8502, role: 'replica', primaryNodeId: 'a', slots: [] });
    const targets = announcedTargets(owners, [row({}), replica], ENDPOINT);
    expect(targets.map(({ nodeId }) => nodeId)).toEqual(['a', 'b', 'c']);
    expect(at(targets, 2)).toMatchObject({ role: 'replica', slots: [[0, 16_383]] });
  });

  it('are dialled at the endpoint’s host where the server leaves the host open', () => {
    const open: SlotOwner = { slots: [0, 1], primary: announced('', 7000, ''), replicas: [] };
    expect(announcedTargets([open], [], ENDPOINT)[0]?.address).toEqual({ host: 'redis.test', port: 7000 });
    expect(announcedTargets([], [row({ host: '', port: 7000 })], ENDPOINT)[0]?.address).toEqual({
      host: 'redis.test',
      port: 7000,
    });
  });

  it('are dialled by name where names are announced, and by address where addresses are', () => {
    const named: SlotOwner = { slots: [0, 1], primary: announced('one.test', 6379, 'x'), replicas: [] };
    const other = row({ nodeId: 'c', port: 6379, hostname: 'two.test' });
    expect(announcedTargets([named], [other], ENDPOINT)[1]?.address.host).toBe('two.test');
    expect(announcedTargets(owners, [other], ENDPOINT)[2]?.address.host).toBe('10.0.0.1');
  });

  it('leave out nodes that have no address yet or any more', () => {
    const rows = [
      row({ nodeId: 'c', flags: ['handshake'], port: 8503 }),
      row({ nodeId: 'd', flags: ['master', 'noaddr'], port: 0 }),
    ];
    expect(announcedTargets([], rows, ENDPOINT)).toEqual([]);
  });
});

describe('the keys of the probes', () => {
  it('carry the prefix, lie in the wanted slots and never repeat', () => {
    const keys = new ProbeKeys('run');
    const tags = Array.from({ length: 50 }, () => keys.tagIn([[5461, 10_922]]));
    for (const tag of tags) {
      expect(tag.key('a').startsWith(PROBE_KEY_PREFIX)).toBe(true);
      expect(slotOf(tag.key('a'))).toBe(tag.slot);
      expect(slotOf(tag.key('b'))).toBe(tag.slot);
      expect(tag.slot >= 5461 && tag.slot <= 10_922).toBe(true);
    }
    expect(new Set(tags.map((tag) => tag.key('a'))).size).toBe(50);
  });

  it('are refused where there are no slots to lie in', () => {
    expect(() => new ProbeKeys('run').tagIn([])).toThrow(RangeError);
  });

  it('are read once for each owner, or all over where none is known', () => {
    expect(rangesToAsk(owners)).toEqual([[200, 16_383]]);
    expect(rangesToAsk([])).toHaveLength(32);
  });
});

describe('an answer to an administrator’s command', () => {
  const named = (name: string) => {
    const command = ADMIN_COMMANDS.find(({ words }) => words.join(' ').startsWith(name));
    if (command === undefined) throw new Error(`There is no command ${name}.`);
    return command;
  };

  it.each([
    ['CONFIG', "NOPERM this user has no permissions to run the 'config|get' command"],
    ['CONFIG', "ERR unknown command 'CONFIG', with args beginning with: 'GET' 'maxmemory' "],
    ['DEBUG', 'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it'],
    ['SHUTDOWN', "ERR unknown command 'SHUTDOWN'"],
    ['CLUSTER FORGET', "ERR unknown subcommand 'FORGET'. Try CLUSTER HELP."],
    ['CLUSTER FORGET', 'ERR This instance has cluster support disabled'],
    ['CLUSTER FORGET', 'ERR command is not allowed'],
  ])('%s: "%s" is a refusal', (name, message) => {
    expect(outcomeOf(named(name), new ReplyError(message))).toBe('refused');
  });

  it.each([
    ['SHUTDOWN', 'ERR syntax error'],
    ['BGSAVE', 'ERR syntax error'],
    ['REPLICAOF', 'ERR Invalid master port'],
    ['REPLICAOF', 'ERR REPLICAOF not allowed in cluster mode.'],
    ['CLUSTER FORGET', 'ERR Unknown node 0000000000000000000000000000000000000000'],
    ['CLUSTER FAILOVER', 'ERR syntax error'],
    ['CLUSTER MEET', 'ERR Invalid base port specified: no-port'],
    ['CLUSTER MEET', 'ERR Invalid TCP base port specified: no-port'],
  ])('%s: "%s" comes from the command itself', (name, message) => {
    expect(outcomeOf(named(name), new ReplyError(message))).toBe('ran');
  });

  it('is a run where it is no error', () => {
    expect(outcomeOf(named('ACL'), 0)).toBe('ran');
    expect(outcomeOf(named('DEBUG'), 'OK')).toBe('ran');
    expect(outcomeOf(named('CONFIG'), ['maxmemory', '0'])).toBe('ran');
  });

  it('is a refusal where Azure gives an empty list, and nowhere else', () => {
    expect(outcomeOf(named('CONFIG'), [])).toBe('refused');
    expect(outcomeOf(named('ACL'), [])).toBe('ran');
  });

  it('is unclear where it could be either, and missing where none came', () => {
    expect(outcomeOf(named('ACL'), new ReplyError('BUSY Redis is busy running a script.'))).toBe('unclear');
    expect(outcomeOf(named('ACL'), new Silence('TIMED_OUT', 'No reply.'))).toBe('no-answer');
  });

  it('is asked for in forms that hold an argument no server accepts, or that only read', () => {
    for (const { words } of ADMIN_COMMANDS) {
      const line = words.join(' ');
      const isHarmless =
        /no-such-thing|0{40}/.test(line) || line === 'CONFIG GET maxmemory' || line === 'DEBUG SLEEP 0';
      expect(isHarmless, line).toBe(true);
    }
  });
});

describe('an answer over two slots', () => {
  const crossed = CROSS_SLOT_COMMANDS.flatMap(({ commands }) => commands('a', 'b').map(() => 0));
  const replies = (name: string, ...own: (ReplyError | Silence | string | number | null | [])[]) => {
    let next = 0;
    return CROSS_SLOT_COMMANDS.flatMap((command) => {
      const length = command.commands('a', 'b').length;
      next += length;
      return command.name === name ? own : crossed.slice(next - length, next);
    });
  };
  const outcome = (name: string, ...own: (ReplyError | Silence | string | number | null | [])[]) =>
    crossSlotProbes(replies(name, ...own)).find(({ command }) => command === name)?.outcome;

  it('is a crossing where the command ran, also when it found no key', () => {
    expect(outcome('mget', [])).toBe('crossed');
    expect(outcome('rpoplpush', null)).toBe('crossed');
    expect(outcome('rename', new ReplyError('ERR no such key'))).toBe('crossed');
    expect(outcome('multi', 'OK', 'QUEUED', 'QUEUED', [])).toBe('crossed');
  });

  it('is a refusal at CROSSSLOT, wherever in a transaction it stands', () => {
    const refusal = new ReplyError("CROSSSLOT Keys in request don't hash to the same slot");
    const aborted = new ReplyError('EXECABORT Transaction discarded because of previous errors.');
    expect(outcome('mget', refusal)).toBe('refused');
    expect(outcome('multi', 'OK', 'QUEUED', refusal, aborted)).toBe('refused');
    expect(outcome('multi', 'OK', 'QUEUED', 'QUEUED', refusal)).toBe('refused');
  });

  it('is neither at any other error, and missing where none came', () => {
    expect(outcome('mget', new ReplyError('MOVED 1 a:1'))).toBe('other');
    expect(outcome('mget', new Silence('CLOSED', 'closed'))).toBe('no-answer');
  });

  it('is not allowed where the user may not run it, wherever in a transaction that stands', () => {
    const refusal = new ReplyError("NOPERM this user has no permissions to run the 'exec' command");
    expect(outcome('mget', refusal)).toBe('not-allowed');
    expect(outcome('multi', 'OK', refusal, refusal, new ReplyError('EXECABORT Transaction discarded.'))).toBe(
      'not-allowed',
    );
    expect(outcome('multi', 'OK', 'QUEUED', 'QUEUED', new ReplyError(`EXECABORT because of: ${refusal.message}`))).toBe(
      'not-allowed',
    );
  });

  it('needs a server with slots far enough apart', () => {
    expect(canCrossSlots([])).toBe(false);
    expect(canCrossSlots([[7, 7]])).toBe(false);
    expect(canCrossSlots([[0, 5460]])).toBe(true);
    expect(
      canCrossSlots([
        [7, 7],
        [900, 900],
      ]),
    ).toBe(true);
  });
});

describe('the TLS versions to offer', () => {
  it('are the minimum and the one below it', () => {
    expect(versionsToOffer('TLSv1.2')).toEqual(['TLSv1.1', 'TLSv1.2']);
    expect(versionsToOffer('TLSv1.3')).toEqual(['TLSv1.2', 'TLSv1.3']);
  });
});
