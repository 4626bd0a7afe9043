/** Previews as `pulumi preview --json` prints them (pkg/display/json.go and sdk/go/common/apitype of pulumi/pulumi). */

export type Inputs = Readonly<Record<string, unknown>>;

const PROVIDER =
  'urn:pulumi:production::shop::pulumi:providers:azure-native::default_3_28_0::8c0a3c1e-7d5b-4f7a-9c1c-3b1f1b0a7d11';
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:production::shop::redoubt:azure:ManagedRedis$${type}::${name}`;
}

export function typeOf(name: string): string {
  return `azure-native:${name === 'PrivateEndpoint' ? 'network' : 'redisenterprise'}:${name}`;
}

export function state(type: string, name: string, inputs: Inputs, more: Inputs = {}) {
  return {
    urn: urnOf(type, name),
    custom: true,
    id: `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Cache/redisEnterprise/${name}`,
    type,
    inputs,
    outputs: { ...inputs, provisioningState: 'Succeeded', ...(more.outputs as Inputs | undefined) },
    parent: 'urn:pulumi:production::shop::redoubt:azure:ManagedRedis::cache',
    provider: PROVIDER,
    created: '2026-11-01T10:00:00Z',
    modified: '2026-11-01T10:00:00Z',
    ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'outputs')),
  };
}

export interface StepParts {
  readonly op: string;
  readonly type?: string;
  readonly name?: string;
  readonly before?: Inputs;
  readonly after?: Inputs;
  readonly state?: Inputs;
  readonly diff?: Readonly<Record<string, string>>;
  readonly diffReasons?: readonly string[];
  readonly replaceReasons?: readonly string[];
}

export function step({ op, type = typeOf('Database'), name = 'database', before, after, ...rest }: StepParts) {
  return {
    op,
    urn: urnOf(type, name),
    provider: PROVIDER,
    ...(before === undefined ? {} : { oldState: state(type, name, before, rest.state) }),
    ...(after === undefined ? {} : { newState: state(type, name, after) }),
    ...(rest.diffReasons === undefined ? {} : { diffReasons: rest.diffReasons }),
    ...(rest.replaceReasons === undefined ? {} : { replaceReasons: rest.replaceReasons }),
    detailedDiff:
      rest.diff === undefined
        ? null
        : Object.fromEntries(Object.entries(rest.diff).map(([path, kind]) => [path, { kind, inputDiff: false }])),
  };
}

const STACK = 'urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production';

/** The step of the stack itself is always there. */
export function preview(...steps: ReturnType<typeof step>[]) {
  const root = { op: 'same', urn: STACK, detailedDiff: null };
  const counted = new Map<string, number>();
  for (const { op } of [root, ...steps]) counted.set(op, (counted.get(op) ?? 0) + 1);
  return {
    config: { 'azure-native:location': 'westeurope' },
    steps: [root, ...steps],
    duration: 4_211_000_000,
    changeSummary: Object.fromEntries(counted),
  };
}
