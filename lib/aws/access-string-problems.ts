/** An access string that is given to a construct is held to what one in a topology is held to. */
import { Token } from 'aws-cdk-lib/core';
import type { Problem } from '../base/problem.ts';
import { lockedOutComplaint, unknownCategoriesComplaint } from '../topology/access-needs.ts';
import { formComplaint, offComplaint } from '../topology/access-words.ts';
import { askedOf, type DeclaredAccess } from '../topology/application-access.ts';

const PATH = 'accessString';
const APPLICATION = { kind: 'rbac', userName: 'application', credential: 'password' } as const;

/** What of a topology decides whether clients can work with it. */
export const READ_BY_ACCESS_STRINGS = ['clusterMode', 'engine', 'engineVersion'];

/**
 * Nothing of one that is not known before the deployment.
 * @param topology whose clients use it; undefined where that cannot be read
 */
export function accessStringProblems(
  accessString: string | undefined,
  topology: Omit<DeclaredAccess, 'authentication'> | undefined,
): Problem[] {
  if (accessString === undefined || Token.isUnresolved(accessString)) return [];
  const authentication = { ...APPLICATION, accessString };
  const asked = topology && askedOf({ ...topology, authentication });
  const complaints = [
    { code: 'EC_ACCESS_STRING_FORM', message: formComplaint(PATH, accessString) },
    { code: 'EC_ACCESS_STRING_OFF', message: offComplaint(PATH, accessString) },
    { code: 'EC_ACCESS_STRING_LOCKS_OUT', message: asked && lockedOutComplaint(PATH, asked) },
    { code: 'EC_ACCESS_STRING_CATEGORY', message: unknownCategoriesComplaint(PATH, accessString) },
  ];
  return complaints.flatMap(({ code, message }) => (message === undefined ? [] : [{ code, message, path: PATH }]));
}
