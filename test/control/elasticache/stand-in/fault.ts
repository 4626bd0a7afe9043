/** A fault as the service sends it: its code of the query protocol, which is not always the name of the SDK's error. */
export class ApiFault extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const replicationGroupNotFound = (id: string) =>
  new ApiFault('ReplicationGroupNotFoundFault', 404, `ReplicationGroup ${id} not found.`);
export const nodeGroupNotFound = (id: string) =>
  new ApiFault('NodeGroupNotFoundFault', 404, `Node group ${id} not found.`);
export const invalidState = (why: string) => new ApiFault('InvalidReplicationGroupState', 400, why);
export const globalGroupNotFound = (id: string) =>
  new ApiFault('GlobalReplicationGroupNotFoundFault', 404, `Global replication group ${id} not found.`);
export const invalidGlobalState = (status: string) =>
  new ApiFault(
    'InvalidGlobalReplicationGroupState',
    400,
    `Cannot change a global replication group in ${status} state`,
  );
export const userNotFound = (id: string) => new ApiFault('UserNotFound', 404, `User ${id} not found.`);
export const invalidUserState = (why: string) => new ApiFault('InvalidUserState', 400, why);
export const invalidCombination = (why: string) => new ApiFault('InvalidParameterCombination', 400, why);
export const invalidValue = (why: string) => new ApiFault('InvalidParameterValue', 400, why);
export const quotaExceeded = () =>
  new ApiFault('APICallRateForCustomerExceeded', 400, 'The customer has exceeded the allowed rate of API calls.');
export const notAvailable = () =>
  new ApiFault('TestFailoverNotAvailableFault', 400, 'The TestFailover action is not available.');
export const internalFailure = (why = 'An internal error occurred.') => new ApiFault('InternalFailure', 500, why);
export const throttled = () => new ApiFault('Throttling', 400, 'Rate exceeded');
export const accessDenied = (action: string) =>
  new ApiFault(
    'AccessDenied',
    403,
    `User: arn:aws:iam::111122223333:user/test is not authorized to perform: elasticache:${action}`,
  );
