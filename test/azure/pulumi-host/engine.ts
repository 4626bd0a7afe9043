/**
 * Stands where the Pulumi engine stands: a resource monitor and an engine that a Node program talks to over gRPC. It registers
 * what it is told, answers with what the test says, runs resource hooks as the engine does, and deploys nothing.
 */
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { type HookRegistration, runHook } from './hooks.ts';
import {
  answered,
  empty,
  engineMessages,
  engineServices,
  grpc,
  readable,
  resourceMessages,
  resourceServices,
  structOf,
  withoutSecrecy,
} from './protocol.ts';

export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly parent: string;
  readonly custom: boolean;
  /** Secrets are `{secret}`, what is not known yet is `UNKNOWN`. */
  readonly inputs: Record<string, unknown>;
  readonly protect: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly replaceOnChanges: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly dependencies: readonly string[];
  /** Id in the cloud of what is taken over; empty where it is made. */
  readonly importId: string;
  /** URNs of what replaces it, too. */
  readonly replaceWith: readonly string[];
}

export interface EngineOptions {
  readonly preview: boolean;
  /** What a provider would add to the inputs of a resource once it exists; never asked in a preview. */
  readonly outputsOf: (resource: Registered) => Record<string, unknown>;
  /** Answers a provider function, or throws where the test expects none. */
  readonly invoke: (token: string, inputs: Record<string, unknown>) => Record<string, unknown>;
  /** Inputs with which resources of these names were deployed before: `name -> inputs`. */
  readonly deployedBefore?: Readonly<Record<string, Record<string, unknown>>>;
}

export interface RunningEngine {
  readonly address: string;
  readonly resources: readonly Registered[];
  /** Of the stack, secrets as `{secret}`. */
  readonly stackOutputs: () => Record<string, unknown>;
  readonly errors: readonly string[];
  stop(): void;
}

const FEATURES = resourceMessages.ResourceMonitorFeature;
const SUPPORTED = [
  FEATURES.RESOURCE_MONITOR_FEATURE_SECRETS,
  FEATURES.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  FEATURES.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  FEATURES.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  FEATURES.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
  FEATURES.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
  FEATURES.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
  FEATURES.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
  FEATURES.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
];

type RegisterRequest = InstanceType<typeof resourceMessages.RegisterResourceRequest>;

export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  const resources: Registered[] = [];
  const errors: string[] = [];
  const hooks = new Map<string, HookRegistration>();
  const outputs = new Map<string, Record<string, unknown>>();
  let root = '';

  async function register(request: RegisterRequest) {
    const resource = registeredOf(request);
    resources.push(resource);
    if (resource.type === 'pulumi:pulumi:Stack') root = resource.urn;
    await runHooks(resource, request);
    const known = !options.preview && resource.custom;
    const response = new resourceMessages.RegisterResourceResponse();
    response.setUrn(resource.urn);
    response.setId(known ? `/subscriptions/s/${resource.type}/${resource.name}` : '');
    const added = known ? options.outputsOf(resource) : {};
    response.setObject(structOf({ ...(request.getObject()?.toJavaScript() ?? {}), ...added }));
    return response;
  }

  /** The engine runs these when it finds a difference between what was deployed and what is asked for now. */
  async function runHooks(resource: Registered, request: RegisterRequest): Promise<void> {
    const before = options.deployedBefore?.[resource.name];
    const now = withoutSecrecy(resource.inputs) as Record<string, unknown>;
    const changed = Object.keys(now).filter((key) => JSON.stringify(before?.[key]) !== JSON.stringify(now[key]));
    if (before === undefined || changed.length === 0) return;
    const isReplaced = resource.replaceOnChanges.some((property) => changed.includes(property));
    const bound = request.getHooks();
    for (const name of (isReplaced ? bound?.getBeforeDeleteList() : bound?.getBeforeUpdateList()) ?? []) {
      const hook = hooks.get(name);
      if (hook === undefined) throw new Error(`the hook ${name} was bound before it was registered`);
      if (options.preview && !hook.onDryRun) continue;
      const problem = await runHook(hook, { resource, before, now });
      if (problem !== '') {
        errors.push(problem);
        throw new Error(problem);
      }
    }
  }

  const monitor: UntypedServiceImplementation = {
    getDeploymentInfo: answered(() => {
      const info = new resourceMessages.DeploymentInfo();
      info.setSupportedfeaturesList(SUPPORTED);
      return info;
    }),
    registerResource: answered(register),
    registerResourceOutputs: answered(
      (request: InstanceType<typeof resourceMessages.RegisterResourceOutputsRequest>) => {
        outputs.set(request.getUrn(), readable(request.getOutputs()?.toJavaScript() ?? {}) as Record<string, unknown>);
        return new empty.Empty();
      },
    ),
    registerResourceHook: answered((request: InstanceType<typeof resourceMessages.RegisterResourceHookRequest>) => {
      const callback = request.getCallback();
      hooks.set(request.getName(), {
        onDryRun: request.getOnDryRun(),
        target: callback?.getTarget() ?? '',
        token: callback?.getToken() ?? '',
      });
      return new empty.Empty();
    }),
    invoke: answered((request: InstanceType<typeof resourceMessages.ResourceInvokeRequest>) => {
      const response = new resourceMessages.ResourceInvokeResponse();
      const inputs = readable(request.getArgs()?.toJavaScript() ?? {}) as Record<string, unknown>;
      response.setReturn(structOf(options.invoke(request.getTok(), inputs)));
      return response;
    }),
    signalAndWaitForShutdown: answered(() => new empty.Empty()),
  };
  const engine: UntypedServiceImplementation = {
    log: answered((request: InstanceType<typeof engineMessages.LogRequest>) => {
      if (request.getSeverity() === engineMessages.LogSeverity.ERROR) errors.push(request.getMessage());
      return new empty.Empty();
    }),
    getRootResource: answered(() => {
      const response = new engineMessages.GetRootResourceResponse();
      response.setUrn(root);
      return response;
    }),
    setRootResource: answered((request: InstanceType<typeof engineMessages.SetRootResourceRequest>) => {
      root = request.getUrn();
      return new engineMessages.SetRootResourceResponse();
    }),
  };

  const server = new grpc.Server();
  server.addService(resourceServices.ResourceMonitorService as never, monitor);
  server.addService(engineServices.EngineService as never, engine);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    resources,
    stackOutputs: () => outputs.get(root) ?? {},
    errors,
    stop: () => server.forceShutdown(),
  };
}

function registeredOf(request: RegisterRequest): Registered {
  return {
    type: request.getType(),
    name: request.getName(),
    urn: `urn:pulumi:test::redoubt::${request.getType()}::${request.getName()}`,
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: readable(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
    protect: request.getProtect() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplace(),
    replaceOnChanges: request.getReplaceonchangesList(),
    ignoreChanges: request.getIgnorechangesList(),
    dependencies: request.getDependenciesList(),
    importId: request.getImportid(),
    replaceWith: request.getReplaceWithList(),
  };
}
