/** From what ARM, the network and the identity library answer to a sentence with a stable code. */
import { ProblemError } from '../../base/problem.ts';

export interface FaultContext {
  /** `Azure Managed Redis "shop" in resource group "shop-rg"` */
  readonly subject: string;
  /** `PUT databases/default` */
  readonly action: string;
}

/** ARM's body of an error: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-manager-error-codes */
export interface ArmError {
  readonly code?: string;
  readonly message?: string;
  readonly details?: readonly ArmError[];
}

/** `Code: message`, with what the details say; whatever stands between here and ARM answers in its own words. */
export function armErrorText(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: ArmError };
    if (error !== undefined) return errorText(error);
  } catch {
    // Not JSON.
  }
  return text.trim() === '' ? 'no words.' : sentence(text.slice(0, 300).replaceAll(/\s+/g, ' '));
}

export function errorText({ code, message, details = [] }: ArmError): string {
  const own = [code, message].filter((part) => part !== undefined && part !== '').join(': ');
  return [sentence(own === '' ? 'no words' : own), ...details.map(errorText)].join(' ');
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

export function statusFault(status: number, said: string, { action, subject }: FaultContext): ProblemError {
  const problem = (code: string, message: string) => new ProblemError({ code, message });
  if (status === 401)
    return problem(
      'AZURE_TOKEN_REFUSED',
      `Azure refused the login for ${action}: ${said} Sign in again (\`az login\`), to the tenant of the subscription.`,
    );
  if (status === 403)
    return problem(
      'AZURE_FORBIDDEN',
      `This login may not do ${action} on the ${subject}: ${said} Give it a role that may, on the resource or its group (to read: Reader; to change: Contributor, or one of your own with Microsoft.Cache/redisEnterprise/*).`,
    );
  if (status === 404)
    return problem(
      'AZURE_NOT_FOUND',
      `There is no ${subject}, or nothing at ${action}: ${said} Check the resource id and the subscription (\`az redisenterprise show\`).`,
    );
  if (status === 409 || status === 412)
    return problem(
      'AZURE_BUSY',
      `${action} is refused while another change of the ${subject} runs: ${said} Wait until it is over.`,
    );
  if (status === 429)
    return problem(
      'AZURE_THROTTLED',
      `Azure throttles ${action}, also after several attempts: ${said} Try again in a minute.`,
    );
  if (status === 501) return problem('AZURE_NOT_IMPLEMENTED', `The service does not implement ${action}: ${said}`);
  if (status === 502 || status === 503 || status === 504)
    return problem(
      'AZURE_UNREACHABLE',
      `${action} got no answer from the service (${status}): ${said} Try again later.`,
    );
  return problem('AZURE_REQUEST_FAILED', `${action} of the ${subject} was answered ${status}: ${said}`);
}

/**
 * What a creation that failed leaves keeps its name, has no database, and cannot be created again over.
 * https://github.com/hashicorp/terraform-provider-azurerm/pull/32610
 */
export function createFailed(subject: string, clusterId: string): ProblemError {
  const message = `The creation of the ${subject} has failed (resourceState CreateFailed), and what it left stands in the way of the next one. It holds no data: delete it (\`az resource delete --ids ${clusterId}\`), then deploy again; if the region lacks capacity, in another one or with another SKU.`;
  return new ProblemError({ code: 'AZURE_CREATE_FAILED', message });
}

/** No answer at all. An aborted request keeps its reason. */
export function networkFault(error: unknown, { action }: FaultContext, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  const { message, cause } = error as Error;
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  const said = [code, (cause as Error | undefined)?.message ?? message].filter((part) => part !== undefined).join(' ');
  return new ProblemError(
    {
      code: 'AZURE_UNREACHABLE',
      message: `${action} got no answer from Azure Resource Manager (${said}). Check the network and the proxy.`,
    },
    { cause: error },
  );
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof ProblemError && error.problems.every(({ code }) => codes.includes(code));
}

/** Whether it may be gone at the next attempt. */
export function isPassing(error: unknown): boolean {
  return hasCode(error, 'AZURE_THROTTLED', 'AZURE_UNREACHABLE');
}
