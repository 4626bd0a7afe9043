import type { Check } from '../check.ts';
import {
  addressOf,
  everyServer,
  failed,
  isReached,
  listed,
  notReached,
  passed,
  undecided,
  valueIn,
} from '../judging.ts';
import type { NodeObservation } from '../observation.ts';

export const engineVersion: Check = {
  name: 'engine-version',
  question: 'Does every server run the version that was pinned?',
  reads: ['info'],
  notApplicable: ({ expected }) =>
    expected.engineVersion === undefined ? 'The profile pins no engine version.' : undefined,
  judge: ({ profile, observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'The engine version');
    const pinned = profile.expected.engineVersion ?? '';
    const told = everyServer(observation).flatMap((server) => {
      const version = versionOf(server);
      return version === undefined ? [] : [{ place: addressOf(server), version }];
    });
    const wrong = told.filter(({ version }) => version !== pinned && !version.startsWith(`${pinned}.`));
    if (wrong.length > 0) {
      return failed(
        'ENGINE_VERSION_WRONG',
        `The profile pins version ${pinned}, but ${listed(wrong.map(({ place, version }) => `${place} runs ${version}`))}. Upgrade the deployment, or correct \`expected.engineVersion\`.`,
      );
    }
    const silent = everyServer(observation)
      .filter((server) => versionOf(server) === undefined)
      .map(addressOf);
    if (silent.length > 0) return undecided('ENGINE_VERSION_NOT_TOLD', `The version is not told by ${listed(silent)}.`);
    return passed(
      `Every server runs ${listed([...new Set(told.map(({ version }) => version))])}, as pinned (${pinned}).`,
    );
  },
};

/** Valkey keeps `redis_version` at the Redis release it is compatible with; its own version has its own field. */
function versionOf({ info }: NodeObservation): string | undefined {
  const fields = valueIn(info);
  return fields?.valkey_version ?? fields?.redis_version;
}
