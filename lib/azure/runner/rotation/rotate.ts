/** One run of a rotation: looks, does what the plan says (plan.ts beside this file), and looks whether it is done. */
import { type Problem, ProblemError } from '../../../base/problem.ts';
import type { AccessKeys, KeyName } from '../../../control/azure/access-keys.ts';
import type { NewVersion, VaultSecret } from '../../../profile/tokens/key-vault.ts';
import { KEY_TAG, type Plan, planOf } from './plan.ts';

export interface RotationPorts {
  /** The keys, once nothing else is being changed. @throws ProblemError also where access keys are off */
  readonly readKeys: () => Promise<AccessKeys>;
  /** Resolves when it is over. */
  readonly regenerate: (key: KeyName) => Promise<void>;
  readonly readVault: () => Promise<VaultSecret | undefined>;
  readonly writeVault: (version: NewVersion) => Promise<void>;
  /** Resolves when the database lets the key in. */
  readonly signIn: (key: string) => Promise<void>;
  readonly nowEpochMs: () => number;
  readonly log: (line: string) => void;
}

/** Key Vault shows it beside the secret. */
const CONTENT_TYPE = 'Azure Managed Redis access key';

/**
 * @returns one sentence about what was done
 * @throws ProblemError with everything that went wrong, `KEY_ROTATION_UNFINISHED` beside it where a key was made anew already
 */
export async function rotate(ports: RotationPorts, minimumAgeMs: number): Promise<string> {
  const keys = await ports.readKeys();
  const current = await ports.readVault();
  const plan = planOf({ keys, current, nowEpochMs: ports.nowEpochMs(), minimumAgeMs });
  switch (plan.kind) {
    case 'too-soon':
      return `The ${small(plan.inUse)} key was put into the vault less than the minimum age ago. Nothing is done before ${new Date(plan.notBeforeEpochMs).toISOString()}, so that everybody has taken it up.`;
    case 'publish-first':
      await publish(ports, { name: plan.publish, value: keys[plan.publish], tags: {} });
      return `The vault held no key yet: the ${small(plan.publish)} one is there now. No key was made anew.`;
    case 'publish-valid':
      await publish(ports, { name: plan.publish, value: keys[plan.publish], tags: { ...current?.tags } });
      return `The vault held a key that the database does not take, so somebody made it anew by hand and clients were refused: the ${small(plan.publish)} one is there now. No key was made anew; the next run does that.`;
    case 'rotate':
      await makeAnewAndPublish(ports, plan, keys, { ...current?.tags });
      return `The ${small(plan.regenerate)} key was made anew and is in the vault. The ${small(plan.inUse)} one, which was there before, goes on working until the next run.`;
  }
}

async function makeAnewAndPublish(
  ports: RotationPorts,
  { inUse, regenerate }: Extract<Plan, { kind: 'rotate' }>,
  before: AccessKeys,
  tags: Record<string, string>,
): Promise<void> {
  const after = await madeAnew(ports, { inUse, regenerate }, before);
  try {
    await publish(ports, { name: regenerate, value: after[regenerate], tags });
  } catch (error) {
    const happened = `The ${small(regenerate)} key was made anew and is not in the vault.`;
    throw unfinished(error, happened, inUse);
  }
}

interface Pair {
  readonly inUse: KeyName;
  readonly regenerate: KeyName;
}

/** An answer that got lost may have been a yes, so what counts is what the keys are afterwards. */
async function madeAnew(ports: RotationPorts, { inUse, regenerate }: Pair, before: AccessKeys): Promise<AccessKeys> {
  ports.log(`Making the ${small(regenerate)} key anew; clients use the ${small(inUse)} one.`);
  const failure = await ports.regenerate(regenerate).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const after = await ports.readKeys().catch((error: unknown) => {
    const happened = `Whether the ${small(regenerate)} key was made anew is not known.`;
    throw unfinished(failure?.error ?? error, happened, inUse);
  });
  if (after[inUse] !== before[inUse]) {
    const message = `The ${small(inUse)} key, which is the one in the vault, changed while the ${small(regenerate)} one was made anew: somebody else works on the keys. Start the rotation again; it puts a key that works into the vault.`;
    throw new ProblemError({ code: 'KEY_ROTATION_DISTURBED', message });
  }
  if (after[regenerate] !== before[regenerate]) return after;
  if (failure !== undefined) throw failure.error;
  const message = `Azure said that the ${small(regenerate)} key was made anew, and it is the same as before. Nothing is put into the vault; clients go on with the ${small(inUse)} key. Start the rotation again.`;
  throw new ProblemError({ code: 'KEY_NOT_MADE_ANEW', message });
}

interface Publication {
  readonly name: KeyName;
  readonly value: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Nobody gets a key that the database has not taken; and who was given none by the answer looks into the vault. */
async function publish(ports: RotationPorts, { name, value, tags }: Publication): Promise<void> {
  await ports.signIn(value);
  ports.log(`The database takes the ${small(name)} key. Putting it into the vault.`);
  const failure = await ports.writeVault({ value, contentType: CONTENT_TYPE, tags: { ...tags, [KEY_TAG]: name } }).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const seen = await ports.readVault().catch((error: unknown) => {
    throw failure?.error ?? error;
  });
  if (seen?.value === value) return;
  if (failure !== undefined) throw failure.error;
  const message = `The ${small(name)} key was put into the vault, and the newest version there is another one: somebody else writes this secret. Stop that, and start the rotation again.`;
  throw new ProblemError({ code: 'KEY_VAULT_OTHER_WRITER', message });
}

function unfinished(error: unknown, happened: string, inUse: KeyName): unknown {
  if (!(error instanceof ProblemError)) return error;
  const message = `${happened} Clients go on with the ${small(inUse)} one, which is as it was; the next run begins again.`;
  const problem: Problem = { code: 'KEY_ROTATION_UNFINISHED', message };
  return new ProblemError([...error.problems, problem], { cause: error });
}

function small(name: KeyName): string {
  return name.toLowerCase();
}
