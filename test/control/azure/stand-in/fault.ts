/** A refusal as ARM sends it: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors */
export class ArmFault extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const unauthenticated = (isMissing: boolean) =>
  isMissing
    ? new ArmFault(401, 'AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.")
    : new ArmFault(401, 'InvalidAuthenticationToken', 'The access token is invalid.');
export const forbidden = (operation: string, scope: string) =>
  new ArmFault(
    403,
    'AuthorizationFailed',
    `The client does not have authorization to perform action '${operation}' over scope '${scope}' or the scope is invalid.`,
  );
export const notFound = (what: string) =>
  new ArmFault(404, 'ResourceNotFound', `The Resource '${what}' was not found.`);
export const badRequest = (message: string) => new ArmFault(400, 'BadRequest', message);
export const wrongApiVersion = (version: string) =>
  new ArmFault(
    400,
    'InvalidResourceType',
    `The resource type could not be found in the namespace 'Microsoft.Cache' for api version '${version}'.`,
  );
export const conflict = () =>
  new ArmFault(409, 'Conflict', 'Another operation is in progress on the selected item. Retry the request later.');
export const notImplemented = () => new ArmFault(501, 'NotImplemented', 'The requested operation is not implemented.');
export const throttled = () =>
  new ArmFault(429, 'TooManyRequests', 'Number of requests exceeded the limit. Please try again later.');
export const unavailable = () => new ArmFault(503, 'ServiceUnavailable', 'The service is unavailable.');
