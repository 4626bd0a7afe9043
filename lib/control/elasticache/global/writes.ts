/** Whether a region takes writes, by its own servers: keys of the drill's own that expire by themselves, all over the slots. */
import { connect } from '../../../client/connect.ts';
import type { ConnectionProfile } from '../../../profile/profile.ts';
import { evenSlotRanges, tagsInRange } from '../../../topology/slot.ts';
import { refusesWrite } from '../../../verify/refused-write.ts';

export interface WriteAnswers {
  readonly asked: number;
  readonly accepted: number;
  /** By a server's own error about writing. The rest had no such answer: a server that is not there has refused nothing. */
  readonly refused: number;
  /** The first refusal. */
  readonly words?: string;
}

/** So many that no shard of a usual size is between two of them, wherever its slots are. */
const PLACES = 64;
const EXPIRES_MS = 1_000;
/** The client asks again for so long before it passes on a refusal, or says that there was no answer. */
const RETRY_FOR_MS = 2_000;

/** @throws ProblemError `CLIENT_…` or `SECRET_…` when the endpoint cannot be used */
export async function askForWrites(
  profile: ConnectionProfile,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<WriteAnswers> {
  const client = await connect(profile, {
    connectionName: 'redoubt-writes',
    log: 'silent',
    retryForMs: RETRY_FOR_MS,
    environment,
  });
  try {
    const tags = evenSlotRanges(PLACES).flatMap((range) => tagsInRange([range], 1));
    const settled = await Promise.allSettled(
      tags.map((tag) => client.set(`${profile.keyPrefix ?? ''}redoubt:drill:write:{${tag}}`, '1', 'PX', EXPIRES_MS)),
    );
    const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    const refusals = errors.flatMap((error) => refusalIn(error) ?? []);
    const [words] = refusals;
    return {
      asked: tags.length,
      accepted: settled.length - errors.length,
      refused: refusals.length,
      ...(words === undefined ? {} : { words }),
    };
  } finally {
    client.disconnect();
  }
}

/** The words of an error reply that refuses a write, also where the client has given up after one. */
export function refusalIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name !== 'ReplyError') return refusalIn(error.cause);
  return refusesWrite(error.message) ? error.message : undefined;
}

export function writeAnswersText({ asked, accepted, refused, words }: WriteAnswers): string {
  const unanswered = asked - accepted - refused;
  const parts = [
    `its servers accept ${accepted} of ${asked} writes`,
    ...(refused === 0 ? [] : [`refuse ${refused}${words === undefined ? '' : ` (${words})`}`]),
    ...(unanswered === 0 ? [] : [`leave ${unanswered} without an answer to that`]),
  ];
  return parts.join(', ');
}
