/** Runs a Pulumi program in this process against mocks that throw on everything the test did not expect. */
import * as pulumi from '@pulumi/pulumi';
import { getMonitor } from '@pulumi/pulumi/runtime/settings.js';
import type { ManagedRedisArgs } from '../../lib/azure/arguments.ts';
import { ManagedRedis } from '../../lib/azure/managed-redis.ts';

export interface MockedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** Names of inputs that hold a secret at any depth. */
  readonly secretInputs: readonly string[];
  readonly options: pulumi.CustomResourceOptions;
}

export interface MockedProgram<Result> {
  readonly result: Result;
  readonly resources: readonly MockedResource[];
  readonly calls: readonly { readonly token: string; readonly inputs: Record<string, unknown> }[];
}

export interface MockOptions {
  readonly preview?: boolean;
  /** Types that may be registered; a type outside it fails the program. */
  readonly expected?: readonly string[];
  /** Answers of the provider's functions, instead of those below. */
  readonly answers?: typeof ANSWERS;
}

/** Of whoever deploys. */
export const TOKEN = 'aTokenThatNobodyMaySee';

export const KEY = 'aPrimaryKeyThatNobodyMaySee';

/** What the service adds to a resource once it exists. */
const OUTPUTS: Readonly<Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>> = {
  'redoubt:azure:ManagedRedis': () => ({}),
  'redoubt:azure:ExistingManagedRedis': () => ({}),
  'redoubt:azure:GeoReplicatedRedis': () => ({}),
  'redoubt:azure:VerifiedDeployment': () => ({}),
  'redoubt:azure:MaintenanceRehearsal': () => ({}),
  'redoubt:azure:AccessKeyRotation': () => ({}),
  'azure-native:redisenterprise:RedisEnterprise': ({ clusterName }) => ({
    hostName: `${clusterName}.westeurope.redis.azure.net`,
  }),
  'azure-native:redisenterprise:Database': () => ({}),
  'azure-native:redisenterprise:AccessPolicyAssignment': () => ({}),
  'azure-native:resources:Resource': () => ({}),
  'azure-native:containerinstance:ContainerGroup': () => ({ provisioningState: 'Succeeded' }),
  'azure-native:applicationinsights:Workbook': () => ({}),
  'azure-native:app:Job': () => ({}),
  'azure-native:app:ManagedEnvironment': () => ({}),
  'azure-native:authorization:RoleAssignment': () => ({}),
  'azure-native:authorization:RoleDefinition': () => ({}),
  'azure-native:storage:StorageAccount': ({ accountName }) => ({ name: accountName }),
  'azure-native:storage:BlobContainer': () => ({}),
  'azure-native:keyvault:Secret': () => ({}),
  'azure-native:managedidentity:UserAssignedIdentity': () => ({
    principalId: '11111111-2222-4333-8444-555555555555',
    clientId: '99999999-2222-4333-8444-555555555555',
  }),
  'azure-native:network:PrivateEndpoint': () => ({}),
  'azure-native:network:PrivateDnsZoneGroup': () => ({}),
  'azure-native:network:SecurityRule': () => ({}),
  'azure-native:privatedns:PrivateZone': () => ({}),
  'azure-native:privatedns:VirtualNetworkLink': () => ({}),
  'azure-native:monitor:DiagnosticSetting': () => ({}),
  'azure-native:monitor:MetricAlert': () => ({}),
  'azure-native:monitor:ActivityLogAlert': () => ({}),
  'azure-native:monitor:ActionGroup': () => ({}),
  'azure-native:authorization:ManagementLockByScope': () => ({}),
};

/** Functions of the provider that may be called. */
const ANSWERS: Readonly<Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>> = {
  'azure-native:redisenterprise:listDatabaseKeys': () => ({ primaryKey: KEY, secondaryKey: `${KEY}Too` }),
  'azure-native:authorization:getClientToken': () => ({ token: TOKEN }),
  'azure-native:redisenterprise:getRedisEnterprise': ({ clusterName }) => ({
    hostName: `${clusterName}.westeurope.redis.azure.net`,
  }),
};

/** @param program what a Pulumi program does; its outputs are settled when this returns */
export async function runMocked<Result>(
  program: (record: pulumi.ResourceTransformation) => Result,
  { preview = false, expected, answers = {} }: MockOptions = {},
): Promise<MockedProgram<Result>> {
  const registered: { type: string; name: string; inputs: Record<string, unknown> }[] = [];
  const calls: { token: string; inputs: Record<string, unknown> }[] = [];
  const options = new Map<string, pulumi.ResourceTransformationArgs>();
  const unexpected: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const outputs = OUTPUTS[type];
        if (outputs === undefined || (expected && !expected.includes(type))) {
          unexpected.push(`${type} ${name}`);
          throw new Error(`nobody expected ${type} ${name}`);
        }
        registered.push({ type, name, inputs });
        const id = preview ? '' : `/subscriptions/s/${type}/${name}`;
        return { id, state: { ...inputs, ...(preview ? {} : { name, ...outputs(inputs) }) } };
      },
      call: ({ token, inputs }) => {
        calls.push({ token, inputs });
        const answer = answers[token] ?? ANSWERS[token];
        if (answer === undefined) throw new Error(`nobody expected ${token}`);
        return answer(inputs);
      },
    },
    'redoubt',
    'test',
    preview,
  );
  acceptHooks();
  let result: Result;
  try {
    result = program((args) => {
      options.set(args.name, args);
      return undefined;
    });
  } finally {
    // Also after a refusal: what was registered before it must not reach the next program.
    await pulumi.runtime.disconnect();
  }
  if (unexpected.length > 0) throw new Error(`unexpected: ${unexpected.join(', ')}`);
  const resources = registered.map(({ type, name, inputs }) => ({
    type,
    name,
    inputs: unwrapped(inputs) as Record<string, unknown>,
    secretInputs: Object.keys(inputs).filter((key) => JSON.stringify(inputs[key]).includes(SECRET_SIGNATURE)),
    options: (options.get(name)?.opts ?? {}) as pulumi.CustomResourceOptions,
  }));
  return { result, resources, calls };
}

/** One `ManagedRedis` named `redis`, with everything it registered. */
export async function deployed(args: ManagedRedisArgs, options: MockOptions = {}) {
  const program = await runMocked((record) => new ManagedRedis('redis', args, { transformations: [record] }), options);
  const all = (type: string) => program.resources.filter((resource) => resource.type.endsWith(`:${type}`));
  return {
    ...program,
    all,
    /** The only one of its type. */
    one: (type: string): MockedResource => {
      const [first, ...others] = all(type);
      if (first === undefined || others.length > 0) throw new Error(`${all(type).length} of ${type}, not 1`);
      return first;
    },
  };
}

/** A value that is not known yet, as another resource's output is in a preview. */
export function unknownYet(): pulumi.Output<string> {
  const never = pulumi.output('');
  return new (never.constructor as unknown as new (...args: unknown[]) => pulumi.Output<string>)(
    new Set(),
    Promise.resolve(undefined),
    Promise.resolve(false),
    Promise.resolve(false),
    Promise.resolve(new Set()),
  );
}

const SIGNATURE_KEY = '4dabf18193072939515e22adb298388d';
const SECRET_SIGNATURE = '1b47061264138c4ac30d75fd1eb44270';

function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Record<string, unknown>;
  if (object[SIGNATURE_KEY] === SECRET_SIGNATURE) return unwrapped(object.value);
  return Object.fromEntries(Object.entries(object).map(([key, member]) => [key, unwrapped(member)]));
}

/** Pulumi's mock monitor says that it supports resource hooks and has no method for them; the program's host test runs them. */
function acceptHooks(): void {
  const monitor = getMonitor() as unknown as Record<string, unknown>;
  monitor.registerResourceHook = (_request: unknown, done: (error: null, response: object) => void) => done(null, {});
}
