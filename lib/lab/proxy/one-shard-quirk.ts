/**
 * What makes a one-shard OSS database a treacherous smoke test: on about half of the connections, for their whole life,
 * DEL, UNLINK, EXISTS and TOUCH of two or more keys of one slot answer MOVED, while single-key commands all pass
 * (measured live by a third party on Balanced_B0, 20 fresh connections per command).
 *
 * The stand-in for such a command is an EXISTS over two slots, which the node itself refuses at the right moment: not
 * before authentication, and spoiling a transaction. Its CROSSSLOT becomes MOVED; any other answer is passed on.
 */
import { Transform, type TransformCallback } from 'node:stream';
import { slotOf } from '../../topology/slot.ts';
import { addressText } from './backend-connection.ts';
import { type ClientCommand, CommandParser } from './command-parser.ts';
import type { Address } from './config.ts';
import { Queue } from './queue.ts';
import { type RawReply, ReplyScanner } from './reply-scanner.ts';
import { encodeCommand, encodeError, RespProtocolError, TYPE } from './resp.ts';

const QUIRKY = new Set(['DEL', 'UNLINK', 'EXISTS', 'TOUCH']);
/** After these, replies cannot be counted any more; the quirk ends with them. */
const UNCOUNTABLE = new Set(['SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'MONITOR']);
/** Slots 12182 and 5061. */
const STAND_IN = encodeCommand(['EXISTS', 'foo', 'bar']);

export class OneShardQuirk {
  /** From the client to the node. */
  readonly commands: Transform;
  /** From the node to the client. */
  readonly replies: Transform;
  readonly #node: Address;
  readonly #parser = new CommandParser();
  readonly #scanner = new ReplyScanner();
  /** For every command on its way: the slot to say MOVED for, or undefined. */
  readonly #expected = new Queue<{ readonly movedSlot: number | undefined }>();
  #isOver = false;

  constructor(node: Address) {
    this.#node = node;
    this.#parser.authenticated = true;
    this.commands = transform((chunk, push) => this.#rewriteCommands(chunk, push));
    this.replies = transform((chunk, push) => this.#rewriteReplies(chunk, push));
  }

  #rewriteCommands(chunk: Buffer, push: (bytes: Buffer) => void): void {
    if (this.#isOver) {
      push(chunk);
      return;
    }
    this.#parser.write(chunk);
    try {
      for (let command = this.#parser.next(); command !== undefined; command = this.#parser.next()) {
        const movedSlot = quirkySlot(command);
        this.#expected.push({ movedSlot });
        push(movedSlot === undefined ? command.bytes : STAND_IN);
        if (isUncountable(command)) {
          this.#giveUp(push);
          return;
        }
      }
    } catch (error) {
      if (!(error instanceof RespProtocolError)) throw error;
      // The node says what is wrong with it, and closes.
      this.#giveUp(push);
    }
  }

  #giveUp(push: (bytes: Buffer) => void): void {
    this.#isOver = true;
    push(this.#parser.takeRest());
  }

  #rewriteReplies(chunk: Buffer, push: (bytes: Buffer) => void): void {
    this.#scanner.write(chunk);
    for (let reply = this.#scanner.next(); reply !== undefined; reply = this.#scanner.next())
      push(this.#rewritten(reply));
  }

  #rewritten(reply: RawReply): Buffer {
    if (reply.type === TYPE.push) return reply.bytes;
    const movedSlot = this.#expected.shift()?.movedSlot;
    const isRefusal = reply.type === TYPE.error && reply.bytes.toString('latin1', 0, 11) === '-CROSSSLOT ';
    if (movedSlot === undefined || !isRefusal) return reply.bytes;
    return encodeError(`MOVED ${movedSlot} ${addressText(this.#node)}`);
  }
}

/** The common slot of two or more keys of a quirky command. */
function quirkySlot({ name, words }: ClientCommand): number | undefined {
  if (!QUIRKY.has(name) || words.length < 3) return undefined;
  const slots = new Set(words.slice(1).map(slotOf));
  return slots.size === 1 ? slots.values().next().value : undefined;
}

function isUncountable({ name, words }: ClientCommand): boolean {
  return UNCOUNTABLE.has(name) || (name === 'CLIENT' && words[1]?.toString('latin1').toUpperCase() === 'REPLY');
}

function transform(rewrite: (chunk: Buffer, push: (bytes: Buffer) => void) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      try {
        rewrite(chunk, (bytes) => this.push(bytes));
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}
