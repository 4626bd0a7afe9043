/** One row for each field of the profile: which variables hold it, and how it is written to and read from them. */
import { addressText } from '../base/address.ts';
import type { Problem } from '../base/problem.ts';
import type { Count } from './count.ts';
import { readSecretReference, SECRET_VARIABLES, writeSecretReference } from './environment-secret.ts';
import type { ConnectionProfile } from './profile.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Read = { readonly value: unknown } | { readonly problem: Problem };

export interface EnvironmentField {
  /** Place in the profile: `tls.serverName`. */
  readonly path: string;
  /** The first one is where a problem of this field is shown. */
  readonly variables: readonly string[];
  readonly write: (profile: ConnectionProfile) => Record<string, string>;
  /** `value: undefined` when the variables say nothing. */
  readonly read: (environment: Environment) => Read;
}

export const ENVIRONMENT_FIELDS: readonly EnvironmentField[] = [
  wholeNumber('schemaVersion', 'REDIS_PROFILE_VERSION', (profile) => profile.schemaVersion),
  text('deployment', 'REDIS_DEPLOYMENT', (profile) => profile.deployment),
  text('platform', 'REDIS_PLATFORM', (profile) => profile.platform),
  text('clusteringPolicy', 'REDIS_CLUSTERING_POLICY', (profile) => profile.clusteringPolicy),
  {
    path: 'endpoint',
    variables: ['REDIS_ADDRESS'],
    write: ({ endpoint }) => ({ REDIS_ADDRESS: addressText(endpoint) }),
    read: readAddress,
  },
  {
    path: 'readerEndpoint',
    variables: ['REDIS_READER_ADDRESS'],
    write: ({ readerEndpoint }): Record<string, string> =>
      readerEndpoint === undefined ? {} : { REDIS_READER_ADDRESS: addressText(readerEndpoint) },
    read: ({ REDIS_READER_ADDRESS: given }) =>
      given === undefined ? { value: undefined } : addressIn('REDIS_READER_ADDRESS', given),
  },
  {
    path: 'clientMode',
    variables: ['REDIS_CLUSTER_MODE'],
    write: ({ clientMode }) => ({ REDIS_CLUSTER_MODE: String(clientMode === 'cluster') }),
    read: readClientMode,
  },
  {
    path: 'extraPortRange',
    variables: ['REDIS_EXTRA_PORT_RANGE'],
    write: ({ extraPortRange: range }) =>
      range === undefined ? {} : { REDIS_EXTRA_PORT_RANGE: `${range.from}-${range.to}` },
    read: readPortRange,
  },
  {
    path: 'tls',
    variables: ['REDIS_TLS'],
    write: () => ({ REDIS_TLS: 'true' }),
    read: readTls,
  },
  {
    path: 'tls.serverName',
    variables: ['REDIS_TLS_SERVER_NAME'],
    write: ({ tls }) => ({ REDIS_TLS_SERVER_NAME: tls.serverName }),
    read: readServerName,
  },
  text('tls.caFile', 'REDIS_TLS_CA_FILE', (profile) => profile.tls.caFile),
  text('tls.minimumVersion', 'REDIS_TLS_MINIMUM_VERSION', (profile) => profile.tls.minimumVersion),
  text('authentication.userName', 'REDIS_USERNAME', (profile) => profile.authentication.userName),
  {
    path: 'authentication.secret',
    variables: SECRET_VARIABLES,
    write: ({ authentication: { secret } }) => writeSecretReference(secret),
    read: readSecretReference,
  },
  {
    path: 'crossSlotCommands',
    variables: ['REDIS_CROSS_SLOT_COMMANDS'],
    write: ({ crossSlotCommands }) => ({ REDIS_CROSS_SLOT_COMMANDS: [crossSlotCommands].flat().join(',') }),
    read: ({ REDIS_CROSS_SLOT_COMMANDS: commands }) => ({
      value: commands === undefined || commands === 'none' || commands === 'all' ? commands : commands.split(','),
    }),
  },
  {
    path: 'replicaReads',
    variables: ['REDIS_READ_ONLY', 'REDIS_ROUTE_RANDOMLY', 'REDIS_ROUTE_BY_LATENCY'],
    write: ({ replicaReads }) => ({
      REDIS_READ_ONLY: String(replicaReads !== 'never'),
      REDIS_ROUTE_RANDOMLY: String(replicaReads === 'random'),
      REDIS_ROUTE_BY_LATENCY: String(replicaReads === 'by-latency'),
    }),
    read: readReplicaReads,
  },
  {
    path: 'nameResolution',
    variables: ['REDIS_HOSTS_FILE'],
    write: ({ nameResolution }) => (nameResolution.kind === 'system' ? {} : { REDIS_HOSTS_FILE: nameResolution.path }),
    read: ({ REDIS_HOSTS_FILE: path }) => ({ value: path === undefined ? undefined : { kind: 'hosts-file', path } }),
  },
  text('keyPrefix', 'REDIS_KEY_PREFIX', (profile) => profile.keyPrefix),
  count('expected.shardCount', 'REDIS_EXPECTED_SHARDS', (profile) => profile.expected.shardCount),
  count(
    'expected.replicasPerShard',
    'REDIS_EXPECTED_REPLICAS_PER_SHARD',
    (profile) => profile.expected.replicasPerShard,
  ),
  text('expected.engineVersion', 'REDIS_EXPECTED_ENGINE_VERSION', (profile) => profile.expected.engineVersion),
  text('expected.globalRole', 'REDIS_EXPECTED_GLOBAL_ROLE', (profile) => profile.expected.globalRole),
];

/** Every variable of this form. */
export const VARIABLE_NAMES: readonly string[] = ENVIRONMENT_FIELDS.flatMap((field) => field.variables);

function text(
  path: string,
  variable: string,
  valueIn: (profile: ConnectionProfile) => string | undefined,
): EnvironmentField {
  const write = (profile: ConnectionProfile): Record<string, string> => {
    const value = valueIn(profile);
    return value === undefined ? {} : { [variable]: value };
  };
  return { path, variables: [variable], write, read: (environment) => ({ value: environment[variable] }) };
}

function wholeNumber(
  path: string,
  variable: string,
  valueIn: (profile: ConnectionProfile) => number,
): EnvironmentField {
  return {
    path,
    variables: [variable],
    write: (profile) => ({ [variable]: String(valueIn(profile)) }),
    read: (environment) => {
      const given = environment[variable];
      if (given === undefined || /^\d{1,9}$/.test(given))
        return { value: given === undefined ? undefined : Number(given) };
      return problem(
        'ENVIRONMENT_NOT_A_NUMBER',
        variable,
        `\`${variable}\` must be a whole number in digits. Correct it.`,
      );
    },
  };
}

/** `3`, or a range: `3-8`. */
function count(path: string, variable: string, valueIn: (profile: ConnectionProfile) => Count): EnvironmentField {
  return {
    path,
    variables: [variable],
    write: (profile) => {
      const value = valueIn(profile);
      return { [variable]: typeof value === 'number' ? String(value) : `${value.min}-${value.max}` };
    },
    read: (environment) => {
      const given = environment[variable];
      if (given === undefined) return { value: undefined };
      const [, min, max] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(given) ?? [];
      if (min !== undefined) return { value: max === undefined ? Number(min) : { min: Number(min), max: Number(max) } };
      return problem(
        'ENVIRONMENT_NOT_A_NUMBER',
        variable,
        `\`${variable}\` must be a whole number in digits, or a range with a hyphen between, like "3-8". Correct it.`,
      );
    },
  };
}

const ADDRESS = /^(?:\[(?<v6>[0-9A-Fa-f:.]+)\]|(?<name>[^\s:,[\]/@]+)):(?<port>\d{1,5})$/;

function readAddress({ REDIS_ADDRESS: given }: Environment): Read {
  if (given === undefined) {
    const message = '`REDIS_ADDRESS` is not set: it must be `host:port`, the endpoint of the deployment.';
    return problem('ENVIRONMENT_ADDRESS_MISSING', 'REDIS_ADDRESS', message);
  }
  return addressIn('REDIS_ADDRESS', given);
}

/** The value is never repeated: people have been seen to put a whole URL with the password here. */
function addressIn(variable: string, given: string): Read {
  const addresses = given.split(',').map((address) => ADDRESS.exec(address.trim())?.groups);
  const invalid = addresses.indexOf(undefined);
  if (invalid === -1) {
    const { v6, name, port } = addresses[0] as Record<string, string>;
    return { value: { host: v6 ?? name, port: Number(port) } };
  }
  const which =
    addresses.length === 1 ? `\`${variable}\`` : `Address ${invalid + 1} of ${addresses.length} in \`${variable}\``;
  const message = `${which} is not of the form \`host:port\` (not shown). No scheme, user or password belongs here; an IPv6 address stands in brackets.`;
  return problem('ENVIRONMENT_ADDRESS_MALFORMED', variable, message);
}

function readClientMode({ REDIS_CLUSTER_MODE: given }: Environment): Read {
  if (given === 'true') return { value: 'cluster' };
  if (given === 'false') return { value: 'single' };
  if (given !== undefined) return notTrueOrFalse('REDIS_CLUSTER_MODE');
  const message =
    '`REDIS_CLUSTER_MODE` is not set: declare "true" (cluster client) or "false" (plain client). It is never guessed from the number of addresses: the one address of a configuration endpoint leads to a whole cluster, and a plain client there fails with MOVED, and on every multi-key call or script.';
  return problem('ENVIRONMENT_CLUSTER_MODE_MISSING', 'REDIS_CLUSTER_MODE', message);
}

function readPortRange({ REDIS_EXTRA_PORT_RANGE: given }: Environment): Read {
  if (given === undefined) return { value: undefined };
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(given) ?? [];
  if (from !== undefined && to !== undefined) return { value: { from: Number(from), to: Number(to) } };
  const message = '`REDIS_EXTRA_PORT_RANGE` must be two ports with a hyphen between, like "8500-8599". Correct it.';
  return problem('ENVIRONMENT_PORT_RANGE_MALFORMED', 'REDIS_EXTRA_PORT_RANGE', message);
}

function readTls({ REDIS_TLS: given }: Environment): Read {
  // Says nothing about the fields of `tls`; it is there so that a specification can be read by a person.
  if (given === undefined || given === 'true') return { value: undefined };
  const message =
    '`REDIS_TLS` must be "true": both services and the lab speak TLS only, and nothing here connects without. Set it so, or leave it out.';
  return problem('ENVIRONMENT_TLS_REQUIRED', 'REDIS_TLS', message);
}

function readServerName(environment: Environment): Read {
  if (environment.REDIS_TLS_SERVER_NAME !== undefined) return { value: environment.REDIS_TLS_SERVER_NAME };
  const endpoint = readAddress(environment);
  return { value: 'value' in endpoint ? (endpoint.value as { host: string }).host : 'unknown' };
}

const READ_FLAGS = ['REDIS_READ_ONLY', 'REDIS_ROUTE_RANDOMLY', 'REDIS_ROUTE_BY_LATENCY'] as const;

/** As go-redis understands the three: either route implies reading from replicas, and reading from replicas alone means at random. */
function readReplicaReads(environment: Environment): Read {
  const malformed = READ_FLAGS.find((flag) => !['true', 'false', undefined].includes(environment[flag]));
  if (malformed !== undefined) return notTrueOrFalse(malformed);
  const [readOnly, randomly, byLatency] = READ_FLAGS.map((flag) => environment[flag]);
  if (randomly === 'true' && byLatency === 'true') {
    const message =
      '`REDIS_ROUTE_RANDOMLY` and `REDIS_ROUTE_BY_LATENCY` are both "true": reads go one way or the other. Keep one.';
    return problem('ENVIRONMENT_ROUTES_CONTRADICT', 'REDIS_READ_ONLY', message);
  }
  const isRouted = randomly === 'true' || byLatency === 'true';
  if (isRouted && readOnly === 'false') {
    const message =
      '`REDIS_READ_ONLY` is "false" while a route to replicas is "true": a route reads from replicas. Set it to "true", or both to "false".';
    return problem('ENVIRONMENT_ROUTES_CONTRADICT', 'REDIS_READ_ONLY', message);
  }
  if (byLatency === 'true') return { value: 'by-latency' };
  return { value: randomly === 'true' || readOnly === 'true' ? 'random' : 'never' };
}

function notTrueOrFalse(variable: string): Read {
  return problem(
    'ENVIRONMENT_NOT_TRUE_OR_FALSE',
    variable,
    `\`${variable}\` must be "true" or "false", in small letters. Correct it.`,
  );
}

function problem(code: string, variable: string, message: string): Read {
  return { problem: { code, message, path: variable } };
}
