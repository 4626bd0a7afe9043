/** What the keys of the stack configuration say against each other, or in a form that nobody can read. */
import type { Problem } from '../base/problem.ts';
import { CLUSTERING_POLICIES } from '../topology/azure-managed-redis.ts';
import { describeGiven } from '../topology/input/describe.ts';
import { notPairs, pairs } from './pairs.ts';
import type { StackConfiguration } from './stack-configuration.ts';

type Contradiction = (configuration: StackConfiguration) => string[];

/** Key where the problem is shown, and the sentences. */
const CONTRADICTIONS: readonly (readonly [key: string, sentences: Contradiction])[] = [
  [
    'users',
    ({ users }) =>
      notPairs(users).map(
        (item) =>
          `\`redoubt:users\` has ${describeGiven(item)}: write NAME=OBJECT-ID, for example "shop=00000000-0000-0000-0000-000000000000".`,
      ),
  ],
  [
    'accessStrings',
    ({ accessStrings }) =>
      notPairs(accessStrings).map(
        (item) =>
          // Not the entry: somebody may have put a password into it.
          `\`redoubt:accessStrings[${accessStrings.indexOf(item)}]\` has no name and rules: write NAME=RULES, for example "reader=+@read ~cache:*".`,
      ),
  ],
  [
    'accessStrings',
    ({ accessStrings, users }) =>
      pairs(accessStrings)
        .filter(([name]) => !pairs(users).some(([user]) => user === name))
        .map(
          ([name]) =>
            `\`redoubt:accessStrings\` names ${describeGiven(name)}, who is not among \`redoubt:users\`. Add the user, or leave the string out.`,
        ),
  ],
  [
    'encryptionKeyUrl',
    ({ encryptionKeyUrl, encryptionIdentityId }) =>
      (encryptionKeyUrl === '') === (encryptionIdentityId === '')
        ? []
        : [
            'Of `redoubt:encryptionKeyUrl` and `redoubt:encryptionIdentityId` one is set: a key of your own needs both. Set the other.',
          ],
  ],
  [
    'tags',
    ({ tags }) => notPairs(tags).map((item) => `\`redoubt:tags\` has ${describeGiven(item)}: write NAME=VALUE.`),
  ],
  [
    'privateZoneId',
    ({ privateZoneId, virtualNetworkIds }) =>
      privateZoneId !== '' && virtualNetworkIds.length > 0
        ? [
            '`redoubt:privateZoneId` and `redoubt:virtualNetworkIds` are both set: the first takes a zone that is there, the second makes one. Choose.',
          ]
        : [],
  ],
  [
    'runnerImage',
    ({ runnerImage, runnerSubnetId }) =>
      (runnerImage === '') === (runnerSubnetId === '')
        ? []
        : [
            'Of `redoubt:runnerImage` and `redoubt:runnerSubnetId` one is set: verifying inside the network needs an image and a subnet. Set the other, or neither.',
          ],
  ],
  [
    'givenUpPolicy',
    ({ givenUpPolicy }) =>
      givenUpPolicy === '' || CLUSTERING_POLICIES.some((policy) => policy === givenUpPolicy)
        ? []
        : [
            `\`redoubt:givenUpPolicy\` is ${describeGiven(givenUpPolicy)}: it names the policy of the deployed database, one of ${CLUSTERING_POLICIES.join(', ')}.`,
          ],
  ],
  [
    'importUsers',
    ({ importUsers, importClusterId }) =>
      importUsers.length > 0 && importClusterId === ''
        ? [
            '`redoubt:importUsers` names users of a database that is taken over, and `redoubt:importClusterId` is empty. Set it, or leave them out.',
          ]
        : [],
  ],
  [
    'withoutAlerts',
    ({ withoutAlerts, alertEmails, alertActionGroupIds }) =>
      withoutAlerts && alertEmails.length + alertActionGroupIds.length > 0
        ? ['`redoubt:withoutAlerts` is true and receivers are named. Choose.']
        : [],
  ],
];

export function contradictions(configuration: StackConfiguration): Problem[] {
  return CONTRADICTIONS.flatMap(([path, sentences]) =>
    sentences(configuration).map((message) => ({ code: 'STACK_CONFIGURATION_WRONG', message, path })),
  );
}
