import type { Check } from '../check.ts';
import {
  addressOf,
  counted,
  failed,
  isReached,
  isSecondary,
  listed,
  notReached,
  passed,
  rightsAdvice,
  undecided,
  whyMissing,
} from '../judging.ts';
import { isNoPermission } from '../no-permission.ts';

/** The call that fails first when the client mode is wrong, and that an application with scripts cannot live without. */
export const hashTaggedLua: Check = {
  name: 'hash-tagged-lua',
  question: 'Does a script over two keys of one hash tag work on every shard?',
  judge: ({ profile, observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'A script over two keys');
    const { lua } = observation;
    const wrong = lua.filter(({ answer }) => answer.kind === 'error');
    const answers = wrong.map(({ answer }) => answer);
    if (wrong.length > 0 && answers.every((answer) => answer.kind === 'error' && isNoPermission(answer.message))) {
      return undecided(
        'LUA_NOT_ALLOWED',
        `Whether a script over two keys of one hash tag works was not tried, because this user may not run it (${listed([...new Set(answers.map(whyMissing))], 2)}).${rightsAdvice(answers)} The script runs EVAL, SET, MGET and DEL; an application without scripts needs none of it.`,
      );
    }
    if (wrong.length > 0) {
      const which = wrong.map(({ place, slot, answer }) => `slot ${slot} at ${place} (${whyMissing(answer)})`);
      return failed(
        'LUA_FAILED',
        `A script over two keys of one hash tag fails for ${listed(which, 3)}. If it says MOVED, the client mode is wrong (see client-mode).`,
      );
    }
    const missing = lua.filter(({ answer }) => answer.kind === 'silence').map(({ place }) => place);
    if (lua.length === 0 || missing.length > 0) {
      return undecided(
        'LUA_NOT_TRIED',
        `A script over two keys was not answered by ${missing.length === 0 ? `any primary behind ${addressOf(observation.endpoint)}` : listed(missing)}.`,
      );
    }
    const script = isSecondary(profile) ? 'script that reads' : 'script over';
    return passed(
      `A ${script} two keys of one hash tag works ${profile.clientMode === 'cluster' ? `on ${counted(lua.length, 'primary')}` : `for ${lua.length} slots spread over the whole range`}.`,
    );
  },
};
