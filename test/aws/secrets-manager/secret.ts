/**
 * One secret with its versions and staging labels, by the service's rules
 * (https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version).
 */
import { randomUUID } from 'node:crypto';
import { ApiFault } from '../../control/elasticache/stand-in/fault.ts';

export const invalidParameter = (why: string) => new ApiFault('InvalidParameterException', 400, why);
export const invalidRequest = (why: string) => new ApiFault('InvalidRequestException', 400, why);
export const notFound = (what: string) =>
  new ApiFault('ResourceNotFoundException', 400, `Secrets Manager can't find the specified secret${what}.`);

export class StoredSecret {
  rotationEnabled = false;
  /** By version id. A rotation that has only begun has a version without a value. */
  readonly #values = new Map<string, string>();
  /** A label is on one version at most. */
  readonly #labels = new Map<string, string>();

  constructor(text: string) {
    this.put(randomUUID(), text, ['AWSCURRENT']);
  }

  /** Versions without a label are not told. */
  labels(): Record<string, string[]> {
    const all: Record<string, string[]> = {};
    for (const [label, version] of this.#labels) all[version] = [...(all[version] ?? []), label];
    return all;
  }

  value({ versionId, label = 'AWSCURRENT' }: { readonly versionId?: string; readonly label?: string }) {
    const id = versionId ?? this.#labels.get(label);
    const text = id === undefined ? undefined : this.#values.get(id);
    if (id !== undefined && text !== undefined) return { id, text, labels: this.labels()[id] ?? [] };
    throw notFound(
      versionId === undefined ? ` value for staging label: ${label}` : ` value for VersionId: ${versionId}`,
    );
  }

  put(versionId: string, text: string, labels: readonly string[]): void {
    const present = this.#values.get(versionId);
    if (present !== undefined && present !== text)
      throw new ApiFault('ResourceExistsException', 400, `A resource with the ID ${versionId} exists already.`);
    this.#values.set(versionId, text);
    for (const label of labels) this.#attach(label, versionId);
  }

  moveLabel(label: string, to: string | undefined, from: string | undefined): void {
    const holder = this.#labels.get(label);
    if (from !== undefined && holder !== from)
      throw invalidParameter(
        `The parameter RemoveFromVersionId can't be ${from}: staging label ${label} isn't attached to it.`,
      );
    if (to === undefined) {
      if (label === 'AWSCURRENT')
        throw invalidParameter('You can only move staging label AWSCURRENT to a different version.');
      this.#labels.delete(label);
      return;
    }
    if (!this.#values.has(to)) throw notFound(` value for VersionId: ${to}`);
    if (holder !== undefined && holder !== to && from === undefined)
      throw invalidParameter(
        `The parameter RemoveFromVersionId can't be empty: staging label ${label} is attached to ${holder}.`,
      );
    this.#attach(label, to);
  }

  /** As RotateSecret: the version that is to come has its label before it has a value. An unfinished rotation goes on. */
  beginRotation(): string {
    const pending = this.#labels.get('AWSPENDING');
    if (pending !== undefined && pending !== this.#labels.get('AWSCURRENT')) return pending;
    const id = randomUUID();
    this.#labels.set('AWSPENDING', id);
    return id;
  }

  #attach(label: string, versionId: string): void {
    const former = this.#labels.get(label);
    if (label === 'AWSCURRENT' && former !== undefined && former !== versionId) this.#labels.set('AWSPREVIOUS', former);
    this.#labels.set(label, versionId);
  }
}
