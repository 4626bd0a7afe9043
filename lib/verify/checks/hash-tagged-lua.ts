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
  undecided,
  whyMissing,
} from '../judging.ts';

/** The call that fails first when the client mode is wrong, and that an application with scripts cannot live without. */
export const hashTaggedLua: Check = {
  name: 'hash-tagged-lua',
  question: 'Does a script over two keys of one hash tag work on every shard?',
  judge: ({ profile, observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'A script over two keys');
    const { lua } = observation;
    const wrong = lua.filter(({ answer }) => answer.kind === 'error');
    if (wrong.length > 0) {
      const which = wrong.map(({ place, slot, answer }) => `slot ${slot} at ${place} (${whyMissing(answer)})`);
      return failed(
        'LUA_FAILED',
        `A script over two keys of one hash tag fails for ${listed(which, 3)}. If it says MOVED, the client mode is wrong (see client-mode); if NOPERM, allow \`+eval\` with the commands inside it.`,
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
