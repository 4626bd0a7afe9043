/** Secrets Manager in memory, with its rules about labels. */
import type { Label, SecretJson, SecretStore } from '../../../../lib/aws/functions/rotation/steps.ts';

export class MemoryStore implements SecretStore {
  readonly values = new Map<string, SecretJson>();
  readonly labels: Record<string, string[]> = {};
  rotationEnabled = true;
  #passwords = 0;

  constructor(current: SecretJson) {
    this.values.set('version-0', current);
    this.labels['version-0'] = ['AWSCURRENT'];
  }

  /** As the service does when it begins a rotation: a version with the label and without a value. */
  announce(versionId: string): void {
    this.#move('AWSPENDING', versionId);
  }

  async versions() {
    return { rotationEnabled: this.rotationEnabled, labels: this.labels };
  }

  async read(label: Label): Promise<SecretJson | undefined> {
    const found = Object.entries(this.labels).find(([, labels]) => labels.includes(label));
    return found === undefined ? undefined : this.values.get(found[0]);
  }

  async newPassword(): Promise<string> {
    this.#passwords += 1;
    return `new-password-${this.#passwords}`;
  }

  async putPending(versionId: string, secret: SecretJson): Promise<void> {
    if (this.values.has(versionId)) throw new Error('A version cannot be given another value.');
    this.values.set(versionId, secret);
    this.#move('AWSPENDING', versionId);
  }

  async makeCurrent(versionId: string, formerId: string): Promise<void> {
    if (!this.labels[formerId]?.includes('AWSCURRENT')) throw new Error(`${formerId} is not the current version.`);
    this.#move('AWSPREVIOUS', formerId);
    this.#move('AWSCURRENT', versionId);
  }

  #move(label: string, versionId: string): void {
    for (const [id, labels] of Object.entries(this.labels)) this.labels[id] = labels.filter((each) => each !== label);
    this.labels[versionId] = [...(this.labels[versionId] ?? []), label];
  }
}
