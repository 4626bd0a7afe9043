/** What the arguments of the components that run inside the network must be. Only what is known while the program runs is judged. */
import type { Problem } from '../../base/problem.ts';
import { describeGiven } from '../../topology/input/describe.ts';
import { brokenRules, type Rule, ruleMaker } from '../../topology/rules/rule.ts';
import { isAzureRegistry, isLoginServerOf, registryHostOf, registryNameOf } from './image.ts';

export interface RunnerSettings {
  readonly image: string | undefined;
  readonly registryId: string | undefined;
  /** Whether anything says how the image may be pulled. */
  readonly registryAccess: boolean;
  readonly anonymousPull: boolean;
  readonly subnetId: string | undefined;
  readonly managementEndpoint: string | undefined;
  readonly timeoutMs: number | undefined;
}

const rule = ruleMaker<RunnerSettings>();

const TIMEOUT_MS = { min: 60_000, max: 7_200_000 };
const SUBNET = /\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i;

export const RUNNER_RULES: readonly Rule<RunnerSettings>[] = [
  rule({
    code: 'AMR_RUNNER_IMAGE_FORM',
    source: 'https://docs.docker.com/reference/cli/docker/image/tag/',
    fields: ['image'],
    when: ({ image }) => image !== undefined && !/^[a-z0-9][\w./:-]*(?:@sha256:[0-9a-f]{64})?$/.test(image),
    message: ({ image }) =>
      `\`image\` is ${describeGiven(image)}: it names a container image, such as "shop.azurecr.io/redoubt@sha256:...". Build one from docker/runner.Dockerfile and push it to a registry that the subnet reaches.`,
  }),
  rule({
    code: 'AMR_RUNNER_REGISTRY_NO_ACCESS',
    source: 'https://learn.microsoft.com/azure/container-registry/container-registry-authentication-managed-identity',
    fields: ['image', 'registryAccess', 'anonymousPull'],
    when: ({ image, registryAccess, anonymousPull }) =>
      !registryAccess && !anonymousPull && isAzureRegistry(registryHostOf(image ?? '')),
    message: ({ image }) =>
      `\`image\` is ${describeGiven(image)}, and neither \`registryId\` nor \`registryServer\` is given: an Azure container registry lets nobody pull, unless that was changed, who has no role there. Give \`registryId\`, and the identity gets the role AcrPull; \`registryServer\` "${registryHostOf(image ?? '')}", where it has the role already; or \`anonymousPull\` true, where the registry lets anybody pull.`,
  }),
  rule({
    code: 'AMR_RUNNER_ANONYMOUS_AND_SIGNED_IN',
    source: 'https://learn.microsoft.com/azure/container-registry/anonymous-pull-access',
    fields: ['anonymousPull', 'registryAccess'],
    when: ({ anonymousPull, registryAccess }) => anonymousPull && registryAccess,
    message: () =>
      '`anonymousPull` is true, and `registryId` or `registryServer` is given: the first pulls without signing in, the others as the identity. Keep one of them.',
  }),
  rule({
    code: 'AMR_RUNNER_REGISTRY_ID_FORM',
    source: 'https://learn.microsoft.com/azure/templates/microsoft.containerregistry/registries',
    fields: ['registryId'],
    when: ({ registryId }) => registryId !== undefined && registryNameOf(registryId) === undefined,
    message: ({ registryId }) =>
      `\`registryId\` is ${describeGiven(registryId)}: it is the resource id of a registry, "/subscriptions/.../providers/Microsoft.ContainerRegistry/registries/NAME". \`az acr show --query id\` prints it.`,
  }),
  rule({
    code: 'AMR_RUNNER_REGISTRY_HAS_NO_SUCH_IMAGE',
    source: 'Redoubt: a role on one registry lets nobody pull from another.',
    fields: ['image', 'registryId'],
    when: ({ image, registryId }) => image !== undefined && registryId !== undefined && isElsewhere(image, registryId),
    message: ({ image, registryId }) =>
      `\`image\` is ${describeGiven(image)}, and \`registryId\` is of the registry ${describeGiven(registryNameOf(registryId ?? ''))}: its images begin with its login server. Give the registry of the image, or an image of the registry.`,
  }),
  rule({
    code: 'AMR_RUNNER_SUBNET_FORM',
    source: 'https://learn.microsoft.com/azure/container-instances/container-instances-vnet',
    fields: ['subnetId'],
    when: ({ subnetId }) => subnetId !== undefined && !SUBNET.test(subnetId),
    message: ({ subnetId }) =>
      `\`subnetId\` is ${describeGiven(subnetId)}: it is the resource id of a subnet, "/subscriptions/.../virtualNetworks/NAME/subnets/NAME". Give that.`,
  }),
  rule({
    code: 'AMR_MANAGEMENT_ENDPOINT_FORM',
    source: 'Redoubt: the token of whoever deploys goes there, so it goes encrypted, or stays on this machine.',
    fields: ['managementEndpoint'],
    when: ({ managementEndpoint }) =>
      managementEndpoint !== undefined &&
      !/^(?:https:\/\/[^/]+|http:\/\/127\.0\.0\.1:\d+)\/?$/.test(managementEndpoint),
    message: ({ managementEndpoint }) =>
      `\`managementEndpoint\` is ${describeGiven(managementEndpoint)}: it is the https address of Azure Resource Manager, such as "https://management.usgovcloudapi.net". Give that, or leave it out.`,
  }),
  rule({
    code: 'AMR_RUNNER_TIMEOUT_RANGE',
    source: 'Redoubt: pulling an image and verifying takes minutes; nobody waits for hours.',
    fields: ['timeoutMs'],
    when: ({ timeoutMs }) => timeoutMs !== undefined && !(timeoutMs >= TIMEOUT_MS.min && timeoutMs <= TIMEOUT_MS.max),
    message: ({ timeoutMs }) =>
      `\`timeoutMs\` is ${timeoutMs}: it is from ${TIMEOUT_MS.min} to ${TIMEOUT_MS.max} milliseconds. Choose within that.`,
  }),
];

function isElsewhere(image: string, registryId: string): boolean {
  const name = registryNameOf(registryId);
  return name !== undefined && !isLoginServerOf(registryHostOf(image) ?? '', name);
}

export interface RunnerInputs {
  readonly image: unknown;
  readonly registryId?: unknown;
  readonly registryServer?: unknown;
  readonly anonymousPull?: boolean | undefined;
  readonly subnetId?: unknown;
  readonly managementEndpoint?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

export function verificationProblems(args: RunnerInputs): Problem[] {
  return brokenRules(RUNNER_RULES, {
    image: text(args.image),
    registryId: text(args.registryId),
    registryAccess: args.registryId !== undefined || args.registryServer !== undefined,
    anonymousPull: args.anonymousPull ?? false,
    subnetId: text(args.subnetId),
    managementEndpoint: args.managementEndpoint,
    timeoutMs: args.timeoutMs,
  });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
