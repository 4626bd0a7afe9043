import type { Check } from '../check.ts';
import { counted, failed, isReached, listed, notReached, passed, undecided } from '../judging.ts';

/** An application that can reconfigure, stop or re-parent a server is one injected command away from doing so. */
export const adminCommandsRefused: Check = {
  name: 'admin-commands-refused',
  question: "Are administrators' commands refused to the application's user?",
  judge: ({ profile, observation }) => {
    const user = profile.authentication.userName ?? 'default';
    const { adminCommands, endpoint } = observation;
    const ran = adminCommands.filter(({ outcome }) => outcome === 'ran').map(({ command }) => command);
    if (ran.length > 0) {
      return failed(
        'ADMIN_COMMANDS_ALLOWED',
        `The user "${user}" may run ${listed(ran)} (each was sent in a form that changes nothing). Take these commands from the application's user, for example with \`-@admin -@dangerous\`.`,
      );
    }
    if (!isReached(endpoint) || adminCommands.length === 0)
      return notReached(observation, "The refusal of administrators' commands");
    const unclear = adminCommands.filter(({ outcome }) => outcome !== 'refused');
    if (unclear.length > 0) {
      return undecided(
        'ADMIN_COMMANDS_UNCLEAR',
        `Whether ${listed(unclear.map(({ command, reply }) => `${command} ("${reply}")`))} is refused to the user "${user}" could not be told from the answer.`,
      );
    }
    return passed(
      `All ${counted(adminCommands.length, "administrator's command")} tried are refused to the user "${user}".`,
    );
  },
};
