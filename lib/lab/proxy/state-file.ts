/** The addresses of the nodes that the lab has now, from its state file: the way back in after every node was replaced. */
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import type { Address } from './config.ts';

const stateSchema = z.object({
  nodes: z.array(z.object({ host: z.string().min(1), port: z.int().min(1).max(65_535) })),
});

export class StateFile {
  readonly #path: string | undefined;
  #version = '';
  #addresses: readonly Address[] = [];

  constructor(path: string | undefined) {
    this.#path = path;
  }

  /** Read again only when the file has changed. While it cannot be read or understood, the last good content stands. */
  addresses(): readonly Address[] {
    if (this.#path === undefined) return [];
    try {
      const { mtimeMs, size, ino } = statSync(this.#path);
      const version = `${ino} ${mtimeMs} ${size}`;
      if (version === this.#version) return this.#addresses;
      const { nodes } = stateSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
      this.#addresses = nodes.map(({ host, port }) => ({ host, port }));
      this.#version = version;
    } catch {
      // Being written, or not there yet: it is looked at again at the next poll.
    }
    return this.#addresses;
  }
}
