/**
 * Tolerant readers of what a server says about its cluster: CLUSTER SLOTS, CLUSTER NODES and INFO.
 *
 * They never throw. What can be read is returned, and every part that cannot is a problem with a stable code, so that
 * one odd row (a new field, a hostile peer, a truncated reply) neither hides the rest nor ends the reader's process.
 * They do not judge: gaps, overlaps and disagreement between nodes are for those who compare views.
 */
import type { Problem } from '../base/problem.ts';
import { SLOT_COUNT, type SlotRange } from '../topology/slot.ts';

export type { SlotRange };

/** Where a node can be dialled, as the cluster announces it. */
export interface AnnouncedNode {
  /** Name or IP address; empty when the server leaves it open ("the address you have dialled"). */
  readonly host: string;
  readonly port: number;
  /** 40 hexadecimal digits from Redis and Valkey, any text from other implementations; empty when not sent. */
  readonly nodeId: string;
  /** The other form of the address, where the server announces a name as well (Redis 7: `ip`, `hostname`). */
  readonly alternatives: readonly string[];
}

/** One row of CLUSTER SLOTS. */
export interface SlotOwner {
  readonly slots: SlotRange;
  readonly primary: AnnouncedNode;
  readonly replicas: readonly AnnouncedNode[];
}

export interface ClusterSlots {
  readonly owners: readonly SlotOwner[];
  readonly problems: readonly Problem[];
}

export type LinkState = 'connected' | 'disconnected';

/** A slot on its way to or from another node. */
export interface MovingSlot {
  readonly slot: number;
  readonly direction: 'migrating' | 'importing';
  readonly peerNodeId: string;
}

/** One row of CLUSTER NODES. */
export interface ClusterNode {
  readonly nodeId: string;
  /** Empty for a node whose address is not known (`noaddr`). */
  readonly host: string;
  readonly port: number;
  /** Cluster bus port; 0 when not sent. */
  readonly busPort: number;
  /** The announced name; empty when there is none. */
  readonly hostname: string;
  /** `master`, `slave`, `myself`, `fail`, `fail?`, `handshake`, `noaddr`, `nofailover`, ... as sent. */
  readonly flags: readonly string[];
  readonly role: 'primary' | 'replica' | 'unknown';
  /** Of a replica; empty otherwise. */
  readonly primaryNodeId: string;
  readonly configEpoch: number;
  readonly linkState: LinkState;
  readonly slots: readonly SlotRange[];
  readonly movingSlots: readonly MovingSlot[];
}

export interface ClusterNodes {
  readonly nodes: readonly ClusterNode[];
  readonly problems: readonly Problem[];
}

export interface Info {
  /** Every `field:value` of every section. */
  readonly fields: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Reads the reply of CLUSTER SLOTS as any Redis client delivers it (strings or buffers, RESP2 or RESP3). */
export function parseClusterSlots(reply: unknown): ClusterSlots {
  const owners: SlotOwner[] = [];
  const problems: Problem[] = [];
  if (!Array.isArray(reply)) {
    return {
      owners,
      problems: [
        problem('CLUSTER_SLOTS_NOT_A_LIST', `CLUSTER SLOTS answered ${shown(reply)}, not a list of slot ranges.`),
      ],
    };
  }
  for (const [index, row] of reply.entries()) {
    const owner = slotOwner(row);
    if (owner === undefined) {
      problems.push(
        problem(
          'CLUSTER_SLOTS_ROW_UNREADABLE',
          `Row ${index} of CLUSTER SLOTS is ${shown(row)}; it should be first slot, last slot, then [host, port, id] of the primary and its replicas.`,
        ),
      );
    } else {
      owners.push(owner);
    }
  }
  return { owners, problems };
}

/** Reads the text of CLUSTER NODES. */
export function parseClusterNodes(reply: unknown): ClusterNodes {
  const nodes: ClusterNode[] = [];
  const problems: Problem[] = [];
  const content = text(reply);
  if (content === undefined) {
    return {
      nodes,
      problems: [problem('CLUSTER_NODES_NOT_TEXT', `CLUSTER NODES answered ${shown(reply)}, not text.`)],
    };
  }
  for (const [index, line] of lines(content).entries()) {
    const row = clusterNode(line, problems);
    if (row === undefined) {
      problems.push(
        problem(
          'CLUSTER_NODES_ROW_UNREADABLE',
          `Line ${index + 1} of CLUSTER NODES is ${shown(line)}; it should be id, host:port@busport, flags, primary, ping, pong, epoch, link state, slots.`,
        ),
      );
    } else {
      nodes.push(row);
    }
  }
  return { nodes, problems };
}

/** Reads the text of INFO (any section) or CLUSTER INFO. */
export function parseInfo(reply: unknown): Info {
  const fields = new Map<string, string>();
  const problems: Problem[] = [];
  const content = text(reply);
  if (content === undefined) {
    return { fields, problems: [problem('INFO_NOT_TEXT', `INFO answered ${shown(reply)}, not text.`)] };
  }
  for (const line of lines(content)) {
    if (line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    if (colon <= 0) {
      problems.push(problem('INFO_LINE_UNREADABLE', `INFO has the line ${shown(line)}, which is not "field:value".`));
    } else {
      fields.set(line.slice(0, colon), line.slice(colon + 1));
    }
  }
  return { fields, problems };
}

function slotOwner(row: unknown): SlotOwner | undefined {
  if (!Array.isArray(row) || row.length < 3) return undefined;
  const slots = slotRange(wholeNumber(row[0]), wholeNumber(row[1]));
  const [primary, ...replicas] = row.slice(2).map(announcedNode);
  if (slots === undefined || primary === undefined || replicas.includes(undefined)) return undefined;
  return { slots, primary, replicas: replicas.filter((replica) => replica !== undefined) };
}

function announcedNode(entry: unknown): AnnouncedNode | undefined {
  if (!Array.isArray(entry)) return undefined;
  const port = portNumber(wholeNumber(entry[1]));
  // A missing host (null) means "the address you have dialled"; "?" is a node that should announce a name and has none.
  const host = entry[0] === null || entry[0] === undefined ? '' : text(entry[0]);
  if (port === undefined || host === undefined) return undefined;
  return {
    host: host === '?' ? '' : host,
    port,
    nodeId: text(entry[2]) ?? '',
    alternatives: metadataAddresses(entry[3]),
  };
}

/** Redis 7 adds `[ip, …]` or `[hostname, …]` pairs: a flat list in RESP2, a map in RESP3. */
function metadataAddresses(metadata: unknown): string[] {
  const pairs = metadataPairs(metadata);
  return pairs
    .filter(([name, value]) => (name === 'ip' || name === 'hostname') && value !== '')
    .map(([, value]) => value);
}

function metadataPairs(metadata: unknown): [string, string][] {
  if (Array.isArray(metadata)) {
    const flat = metadata.flat().map((item) => text(item) ?? '');
    return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as [string, string]] : []));
  }
  if (metadata instanceof Map) return [...metadata].map(([name, value]) => [text(name) ?? '', text(value) ?? '']);
  if (typeof metadata === 'object' && metadata !== null) {
    return Object.entries(metadata).map(([name, value]) => [name, text(value) ?? '']);
  }
  return [];
}

function clusterNode(line: string, problems: Problem[]): ClusterNode | undefined {
  const [nodeId, address, flagText, primary, , , epoch, link, ...slotTokens] = line.split(' ');
  if (nodeId === undefined || nodeId === '' || address === undefined || flagText === undefined || link === undefined)
    return undefined;
  const place = nodeAddress(address);
  const configEpoch = wholeNumber(epoch);
  if (place === undefined || configEpoch === undefined || (link !== 'connected' && link !== 'disconnected'))
    return undefined;
  const flags = flagText.split(',').filter((flag) => flag !== '' && flag !== 'noflags');
  const { slots, movingSlots } = nodeSlots(nodeId, slotTokens, problems);
  return {
    nodeId,
    ...place,
    flags,
    role: roleOf(flags),
    primaryNodeId: primary === undefined || primary === '-' ? '' : primary,
    configEpoch,
    linkState: link,
    slots,
    movingSlots,
  };
}

function roleOf(flags: readonly string[]): ClusterNode['role'] {
  if (flags.includes('master')) return 'primary';
  if (flags.includes('slave') || flags.includes('replica')) return 'replica';
  return 'unknown';
}

/** `127.0.0.1:7000@17000,name,shard-id=…`; the host may be an IPv6 address, empty, or (with `noaddr`) `:0@0`. */
function nodeAddress(address: string): Pick<ClusterNode, 'host' | 'port' | 'busPort' | 'hostname'> | undefined {
  const [place = '', hostname = ''] = address.split(',');
  const match = /^(.*):(\d{1,5})(?:@(\d{1,5}))?$/.exec(place);
  if (match === null) return undefined;
  const port = wholeNumber(match[2]);
  const busPort = wholeNumber(match[3] ?? '0');
  if (port === undefined || port > 65_535 || busPort === undefined || busPort > 65_535) return undefined;
  const host = match[1] ?? '';
  return { host: host === '?' ? '' : host, port, busPort, hostname: hostname.includes('=') ? '' : hostname };
}

function nodeSlots(
  nodeId: string,
  tokens: readonly string[],
  problems: Problem[],
): Pick<ClusterNode, 'slots' | 'movingSlots'> {
  const slots: SlotRange[] = [];
  const movingSlots: MovingSlot[] = [];
  for (const token of tokens) {
    if (token === '') continue;
    const moving = movingSlot(token);
    const range = rangeToken(token);
    if (moving !== undefined) movingSlots.push(moving);
    else if (range !== undefined) slots.push(range);
    else
      problems.push(
        problem(
          'CLUSTER_NODES_SLOTS_UNREADABLE',
          `Node ${shown(nodeId)} lists ${shown(token)}, which is neither a slot, a range nor a slot on the move.`,
        ),
      );
  }
  return { slots, movingSlots };
}

function rangeToken(token: string): SlotRange | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(token);
  return match === null ? undefined : slotRange(wholeNumber(match[1]), wholeNumber(match[2] ?? match[1]));
}

function movingSlot(token: string): MovingSlot | undefined {
  const match = /^\[(\d{1,5})-([<>])-(.+)\]$/.exec(token);
  const slot = wholeNumber(match?.[1]);
  if (match === null || slot === undefined || slot >= SLOT_COUNT) return undefined;
  return { slot, direction: match[2] === '>' ? 'migrating' : 'importing', peerNodeId: match[3] ?? '' };
}

function slotRange(first: number | undefined, last: number | undefined): SlotRange | undefined {
  if (first === undefined || last === undefined || first > last || last >= SLOT_COUNT) return undefined;
  return [first, last];
}

function portNumber(value: number | undefined): number | undefined {
  return value !== undefined && value >= 1 && value <= 65_535 ? value : undefined;
}

/** A number, or the digits of one; `undefined` for everything else, negatives and fractions included. */
function wholeNumber(value: unknown): number | undefined {
  const digits = typeof value === 'number' || typeof value === 'bigint' ? String(value) : text(value);
  if (digits === undefined || !/^\d{1,15}$/.test(digits)) return undefined;
  return Number(digits);
}

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : undefined;
}

function lines(content: string): string[] {
  return content.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** The value for a message: quoted, on one line, cut short. */
function shown(value: unknown): string {
  let written: string | undefined;
  try {
    written = value instanceof Uint8Array ? JSON.stringify(text(value)) : JSON.stringify(value);
  } catch {
    written = undefined;
  }
  const line = written ?? String(typeof value);
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

function problem(code: string, message: string): Problem {
  return { code, message };
}
