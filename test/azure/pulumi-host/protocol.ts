/** The generated messages and services of Pulumi's protocol, as `@pulumi/pulumi` ships them (CommonJS, without an export of their own). */
import { createRequire } from 'node:module';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';

const ownRequire = createRequire(import.meta.url);
// The copy of gRPC that the SDK itself uses: messages of another copy would not be recognised.
const pulumiRequire = createRequire(ownRequire.resolve('@pulumi/pulumi'));

export const grpc = pulumiRequire('@grpc/grpc-js') as typeof import('@grpc/grpc-js');
export const struct = pulumiRequire(
  'google-protobuf/google/protobuf/struct_pb.js',
) as typeof import('google-protobuf/google/protobuf/struct_pb.js');
export const empty = pulumiRequire(
  'google-protobuf/google/protobuf/empty_pb.js',
) as typeof import('google-protobuf/google/protobuf/empty_pb.js');
export const resourceMessages = pulumiRequire(
  './proto/resource_pb.js',
) as typeof import('@pulumi/pulumi/proto/resource_pb.js');
export const resourceServices = pulumiRequire(
  './proto/resource_grpc_pb.js',
) as typeof import('@pulumi/pulumi/proto/resource_grpc_pb.js');
export const engineMessages = pulumiRequire(
  './proto/engine_pb.js',
) as typeof import('@pulumi/pulumi/proto/engine_pb.js');
export const engineServices = pulumiRequire(
  './proto/engine_grpc_pb.js',
) as typeof import('@pulumi/pulumi/proto/engine_grpc_pb.js');
export const callbackMessages = pulumiRequire(
  './proto/callback_pb.js',
) as typeof import('@pulumi/pulumi/proto/callback_pb.js');
export const callbackServices = pulumiRequire(
  './proto/callback_grpc_pb.js',
) as typeof import('@pulumi/pulumi/proto/callback_grpc_pb.js');

export const languageMessages = pulumiRequire(
  './proto/language_pb.js',
) as typeof import('@pulumi/pulumi/proto/language_pb.js');
export const languageServices = pulumiRequire(
  './proto/language_grpc_pb.js',
) as typeof import('@pulumi/pulumi/proto/language_grpc_pb.js');
export const providerMessages = pulumiRequire(
  './proto/provider_pb.js',
) as typeof import('@pulumi/pulumi/proto/provider_pb.js');
export const providerServices = pulumiRequire(
  './proto/provider_grpc_pb.js',
) as typeof import('@pulumi/pulumi/proto/provider_grpc_pb.js');
export const pluginMessages = pulumiRequire(
  './proto/plugin_pb.js',
) as typeof import('@pulumi/pulumi/proto/plugin_pb.js');

export const analyzerMessages = pulumiRequire(
  './proto/analyzer_pb.js',
) as typeof import('@pulumi/pulumi/proto/analyzer_pb.js');
export const analyzerServices = pulumiRequire(
  './proto/analyzer_grpc_pb.js',
) as typeof import('@pulumi/pulumi/proto/analyzer_grpc_pb.js');

/** The SDK's own reader of YAML. */
export const yaml = pulumiRequire('js-yaml') as { load(text: string): unknown };

/** The program with which the `pulumi` CLI starts a Node program. */
export const RUN_PROGRAM = ownRequire.resolve('@pulumi/pulumi/cmd/run/index.js');

/** The same for a policy pack. */
export const POLICY_PROGRAM = ownRequire.resolve('@pulumi/pulumi/cmd/run-policy-pack/index.js');

/** A handler whose failures reach the caller as the failures of its call. */
export function answered<Request, Response>(answer: (request: Request) => Response | Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, reply: sendUnaryData<Response>) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => reply(null, response),
        (error: Error) => reply({ code: grpc.status.UNKNOWN, message: error.message }),
      );
  };
}

const SIGNATURE_KEY = '4dabf18193072939515e22adb298388d';
const SECRET_SIGNATURE = '1b47061264138c4ac30d75fd1eb44270';
/** On the wire. */
export const UNKNOWN_VALUE = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** What stands for a value that is not known before the deployment. */
export const UNKNOWN = '<unknown>';

/** A secret of the wire form, made visible to assertions. */
export interface Secret {
  readonly secret: unknown;
}

/** From the wire form to what a test can compare: secrets as `{secret}`, unknowns as `UNKNOWN`. */
export function readable(value: unknown): unknown {
  if (value === UNKNOWN_VALUE) return UNKNOWN;
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Record<string, unknown>;
  if (object[SIGNATURE_KEY] === SECRET_SIGNATURE) return { secret: readable(object.value) } satisfies Secret;
  return Object.fromEntries(Object.entries(object).map(([key, member]) => [key, readable(member)]));
}

/** Every secret below a value, unwrapped. */
export function withoutSecrecy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrecy);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.keys(value).length === 1 && 'secret' in value) return withoutSecrecy(value.secret);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutSecrecy(member)]));
}

/** A plain object in the wire form. */
export function structOf(value: Record<string, unknown>) {
  return struct.Struct.fromJavaScript(value as Parameters<typeof struct.Struct.fromJavaScript>[0]);
}
