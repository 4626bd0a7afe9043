import type { ConnectionProfile } from '../../profile/profile.ts';
import type { Check } from '../check.ts';
import { failed, isReached, listed, notReached, passed, rightsAdvice, undecided } from '../judging.ts';
import { COMMANDS_NOT_ASKED } from '../observe/cross-slot.ts';

/** Code that was written against one policy meets another: either way it is found here and not in production. */
export const crossSlot: Check = {
  name: 'cross-slot',
  question: 'Do exactly the commands named in the profile work over keys of two slots?',
  judge: ({ profile, observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'Commands over two slots');
    const { crossSlot: probes } = observation;
    const refused = probes
      .filter(({ command, outcome }) => outcome === 'refused' && mayCross(command, profile))
      .map(({ command }) => command);
    if (refused.length > 0) {
      return failed(
        'CROSS_SLOT_REFUSED',
        `The profile lets ${listed(refused)} work over two slots, but the server answers CROSSSLOT. Use hash tags there, or correct \`crossSlotCommands\`: the clustering policy is not the one that was assumed.`,
      );
    }
    const crossed = probes
      .filter(({ command, outcome }) => outcome === 'crossed' && !mayCross(command, profile))
      .map(({ command }) => command);
    if (crossed.length > 0) {
      return failed(
        'CROSS_SLOT_ALLOWED',
        `${listed(crossed)} work over two slots, which the profile rules out. Code tested here would fail with CROSSSLOT on the platform declared; correct \`crossSlotCommands\` or the clustering policy.`,
      );
    }
    const unclear = probes.filter(({ outcome }) => outcome === 'other' || outcome === 'no-answer');
    const notAllowed = probes.filter(({ outcome }) => outcome === 'not-allowed');
    const tried = probes.length - notAllowed.length;
    if (notAllowed.length > 0 && tried === 0) {
      const refusals = notAllowed.map(({ reply }) => ({ kind: 'error', message: reply }) as const);
      return undecided(
        'CROSS_SLOT_NOT_ALLOWED',
        `What happens over two slots was not tried, because this user may run none of the commands on the keys asked about (${listed([...new Set(refusals.map(({ message }) => message))], 2)}).${rightsAdvice(refusals.slice(0, 1))}`,
      );
    }
    if (probes.length === 0 || unclear.length > 0) {
      const which = unclear.map(({ command, reply }) => `${command} ("${reply}")`);
      return undecided(
        'CROSS_SLOT_UNCLEAR',
        `What happens over two slots was not told${which.length === 0 ? '' : ` by ${listed(which, 4)}`}.`,
      );
    }
    return passed(
      `Over two slots, ${declared(profile)} (${tried} commands tried; ${listed(COMMANDS_NOT_ASKED)} were not, because a key they write never expires${notAllowed.length === 0 ? '' : `, and this user may not run ${listed(notAllowed.map(({ command }) => command))}`}).`,
    );
  },
};

function mayCross(command: string, { crossSlotCommands }: ConnectionProfile): boolean {
  return crossSlotCommands === 'all' || (crossSlotCommands !== 'none' && crossSlotCommands.includes(command));
}

function declared({ crossSlotCommands }: ConnectionProfile): string {
  if (crossSlotCommands === 'none') return 'every multi-key command is refused with CROSSSLOT, as declared';
  if (crossSlotCommands === 'all') return 'every multi-key command works, as declared';
  return 'exactly the commands declared work and the others are refused with CROSSSLOT';
}
