/** What a client without the right credential may do: nothing, it is hoped. */
import { randomBytes } from 'node:crypto';
import { dial } from '../connection.ts';
import type { CredentialProbe } from '../observation.ts';
import { answerOf, shownReply } from './answers.ts';
import { authCommand, type Session } from './session.ts';

const HARMLESS_READS = [['PING'], ['DBSIZE']] as const;

export function probeWithoutCredential(session: Session): Promise<CredentialProbe> {
  return probe(session, []);
}

/** The right user, if one is named, with a password nobody has. */
export function probeWithWrongCredential(session: Session): Promise<CredentialProbe> {
  return probe(session, [authCommand(session, `wrong-${randomBytes(24).toString('hex')}`)]);
}

async function probe(session: Session, authentication: readonly (readonly string[])[]): Promise<CredentialProbe> {
  const { observation, link } = await dial(session.endpoint, session.dialSettings);
  if (link === undefined) {
    const reason = observation.failure?.message ?? 'It was not connected.';
    return { commands: HARMLESS_READS.map(([command]) => ({ command, answer: { kind: 'silence', reason } })) };
  }
  const replies = await link.ask([...authentication, ...HARMLESS_READS]);
  link.close();
  const answers = replies.map((reply) => answerOf(reply, () => shownReply(reply)));
  const [first] = answers;
  return {
    ...(authentication.length === 0 || first === undefined ? {} : { authentication: first }),
    commands: HARMLESS_READS.map(([command], index) => ({
      command,
      answer: answers[authentication.length + index] ?? { kind: 'silence', reason: 'It was not asked.' },
    })),
  };
}
