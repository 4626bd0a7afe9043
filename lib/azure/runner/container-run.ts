/** One run of a container group: begun anew where an earlier one has ended, awaited, and read. */
import { ProblemError } from '../../base/problem.ts';
import { waitUntil } from '../../base/wait-until.ts';
import type { ManagementApi } from './management-api.ts';

export const CONTAINER_NAME = 'redoubt';

/** https://learn.microsoft.com/rest/api/container-instances/ */
export const CONTAINER_GROUP_API_VERSION = '2023-05-01';

export interface EndedRun {
  readonly exitCode: number;
  /** Standard output and error of the container, together. */
  readonly log: string;
}

export interface RunLimits {
  readonly timeoutMs: number;
  readonly everyMs: number;
}

/**
 * A group that has just been made runs already; one from an earlier deployment has ended and is started again, so that what is
 * read is never an old result.
 * @throws ProblemError `RUN_NOT_ENDED`, `AZURE_API_FAILED`
 */
export async function awaitRun(api: ManagementApi, groupId: string, limits: RunLimits): Promise<EndedRun> {
  const first = await lookAt(api, groupId);
  const earlier = first.exitCode === undefined ? undefined : first.startedAt;
  if (earlier !== undefined) await api.post(`${groupId}/start`);
  const { exitCode } = await endOf(api, groupId, { earlier, ...limits });
  const logs = await api.get(`${groupId}/containers/${CONTAINER_NAME}/logs`, { tail: '5000' });
  return { exitCode, log: String((logs as { content?: string } | undefined)?.content ?? '') };
}

interface Look {
  readonly startedAt: string;
  /** Undefined: it has not ended. */
  readonly exitCode: number | undefined;
  /** For the sentence of a run that does not end: an image that cannot be pulled is said here only. */
  readonly seen: string;
}

async function endOf(
  api: ManagementApi,
  groupId: string,
  { earlier, ...limits }: RunLimits & { readonly earlier: string | undefined },
): Promise<{ exitCode: number }> {
  let seen = 'nothing yet';
  try {
    return await waitUntil({
      ...limits,
      what: `the run of ${groupId} to end`,
      probe: async () => {
        const look = await lookAt(api, groupId);
        seen = look.seen;
        return look.exitCode === undefined || look.startedAt === earlier ? undefined : { exitCode: look.exitCode };
      },
      lastSeen: () => seen,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${reason} Look whether the image can be pulled from the subnet, and whether the subnet is delegated to Microsoft.ContainerInstance/containerGroups.`;
    throw new ProblemError({ code: 'RUN_NOT_ENDED', message }, { cause: error });
  }
}

interface ContainerState {
  readonly state?: string;
  readonly startTime?: string;
  readonly exitCode?: number;
  readonly detailStatus?: string;
}

interface ContainerGroupAnswer {
  readonly properties?: {
    readonly provisioningState?: string;
    readonly containers?: readonly {
      readonly name: string;
      readonly properties?: {
        readonly instanceView?: {
          readonly currentState?: ContainerState;
          readonly events?: readonly { readonly message?: string }[];
        };
      };
    }[];
  };
}

async function lookAt(api: ManagementApi, groupId: string): Promise<Look> {
  const { properties } = ((await api.get(groupId)) ?? {}) as ContainerGroupAnswer;
  const container = properties?.containers?.find(({ name }) => name === CONTAINER_NAME);
  const view = container?.properties?.instanceView;
  const { state = 'unknown', startTime = '', exitCode, detailStatus = '' } = view?.currentState ?? {};
  const event = view?.events?.at(-1)?.message ?? '';
  const seen = [properties?.provisioningState ?? '', state, detailStatus, event].filter((part) => part !== '');
  return {
    startedAt: startTime,
    exitCode: state === 'Terminated' ? (exitCode ?? -1) : undefined,
    seen: seen.join(', '),
  };
}
