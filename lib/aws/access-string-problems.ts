/** An access string that is given to a construct is held to what one in a topology is held to. */
import { Token } from 'aws-cdk-lib';
import type { Problem } from '../base/problem.ts';
import { formComplaint, offComplaint } from '../topology/access-words.ts';

const PATH = 'accessString';

/** Nothing of one that is not known before the deployment. */
export function accessStringProblems(accessString: string | undefined): Problem[] {
  if (accessString === undefined || Token.isUnresolved(accessString)) return [];
  const complaints = [
    { code: 'EC_ACCESS_STRING_FORM', message: formComplaint(PATH, accessString) },
    { code: 'EC_ACCESS_STRING_OFF', message: offComplaint(PATH, accessString) },
  ];
  return complaints.flatMap(({ code, message }) => (message === undefined ? [] : [{ code, message, path: PATH }]));
}
