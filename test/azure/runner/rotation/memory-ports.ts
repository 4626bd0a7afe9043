/** A database with two keys and a vault, in memory; each port can be made to fail. */
import type { RotationPorts } from '../../../../lib/azure/runner/rotation/rotate.ts';
import { ProblemError } from '../../../../lib/base/problem.ts';
import type { AccessKeys, KeyName } from '../../../../lib/control/azure/access-keys.ts';

export type PortName = 'readKeys' | 'regenerate' | 'readVault' | 'writeVault' | 'signIn';

/** `refused`: nothing happens; `lost`: it is done and the answer never comes; `idle`: it says done and does nothing. */
export type Fault = 'refused' | 'lost' | 'idle' | 'disturbed' | 'overwritten';

export const HOUR_MS = 3_600_000;

export class MemoryPorts implements RotationPorts {
  keys: AccessKeys = { Primary: 'primary-0', Secondary: 'secondary-0' };
  vault: { value: string; tags: Record<string, string>; createdAtEpochMs: number }[] = [];
  readonly calls: string[] = [];
  readonly lines: string[] = [];
  now = 0;
  readonly #faults: { port: PortName; fault: Fault; after: number }[] = [];
  #made = 0;

  /** @param after how many calls of the port pass first */
  fail(port: PortName, fault: Fault, after = 0): void {
    this.#faults.push({ port, fault, after });
  }

  /** What clients have. */
  get held(): string | undefined {
    return this.vault.at(-1)?.value;
  }

  isAccepted(key: string | undefined): boolean {
    return key !== undefined && Object.values(this.keys).includes(key);
  }

  readonly readKeys = async () => this.#done('readKeys', async () => this.keys);

  readonly regenerate = (key: KeyName) =>
    this.#done('regenerate', async (fault) => {
      if (fault === 'idle') return;
      this.#made += 1;
      const other = key === 'Primary' ? 'Secondary' : 'Primary';
      this.keys = { ...this.keys, [key]: `made-${this.#made}` };
      if (fault === 'disturbed') this.keys = { ...this.keys, [other]: 'made-by-somebody-else' };
    });

  readonly readVault = () => this.#done('readVault', async () => this.vault.at(-1));

  readonly writeVault = ({ value, tags }: { value: string; tags: Readonly<Record<string, string>> }) =>
    this.#done('writeVault', async (fault) => {
      const written = fault === 'overwritten' ? 'somebody-elses-value' : value;
      this.vault.push({ value: written, tags: { ...tags }, createdAtEpochMs: this.now });
    });

  readonly signIn = (key: string) =>
    this.#done('signIn', async () => {
      if (!this.isAccepted(key)) throw problem('KEY_NOT_TAKEN');
    });

  readonly nowEpochMs = () => this.now;
  readonly log = (line: string) => void this.lines.push(line);

  async #done<Value>(port: PortName, work: (fault: Fault | undefined) => Promise<Value>): Promise<Value> {
    this.calls.push(port);
    const found = this.#faults.findIndex((candidate) => candidate.port === port);
    const next = this.#faults[found];
    if (next !== undefined && next.after > 0) {
      next.after -= 1;
      return work(undefined);
    }
    if (next !== undefined) this.#faults.splice(found, 1);
    if (next?.fault === 'refused') throw problem('PORT_REFUSED');
    const value = await work(next?.fault);
    if (next?.fault === 'lost') throw problem('PORT_LOST');
    return value;
  }
}

function problem(code: string): ProblemError {
  return new ProblemError({ code, message: 'It did not go well.' });
}
