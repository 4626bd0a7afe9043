/**
 * The environment form of a profile, for a container's specification, and back. REDIS_CLUSTER_MODE says how to connect;
 * the number of addresses never does. The secret is not in it: REDIS_PASSWORD_FILE or REDIS_PASSWORD_VARIABLE say
 * where it is, and without them it is in REDIS_PASSWORD itself.
 *
 * | variable | meaning |
 * |---|---|
 * | REDIS_ADDRESS | `host:port`; of several, separated by commas, the first is the endpoint |
 * | REDIS_READER_ADDRESS | `host:port` that leads to the replicas (ElastiCache without cluster mode) |
 * | REDIS_CLUSTER_MODE | `true` or `false`; required |
 * | REDIS_READ_ONLY, REDIS_ROUTE_RANDOMLY, REDIS_ROUTE_BY_LATENCY | `true`: replicas may serve reads, chosen at random or by latency |
 * | REDIS_USERNAME | absent: the `default` user |
 * | REDIS_TLS | `true`; nothing else is possible |
 * | REDIS_TLS_SERVER_NAME | absent: the endpoint's host |
 */
import { type Problem, ProblemError } from '../base/problem.ts';
import { editDistance } from '../topology/input/closest.ts';
import { ENVIRONMENT_FIELDS, type Environment, type EnvironmentField, VARIABLE_NAMES } from './environment-fields.ts';
import { type ProfileResult, parseProfile } from './parse.ts';
import type { ConnectionProfile } from './profile.ts';

/** Every variable that says something about this profile, with its value as text. */
export function profileToEnvironment(profile: ConnectionProfile): Record<string, string> {
  return Object.assign({}, ...ENVIRONMENT_FIELDS.map((field) => field.write(profile))) as Record<string, string>;
}

/** Never throws, whatever the variables hold; `profileFromEnvironment` is its throwing twin. Other variables are ignored. */
export function parseEnvironment(environment: Environment): ProfileResult {
  const given = withoutEmpty(environment);
  const problems = misspelled(given);
  const input: Record<string, unknown> = { tls: {}, authentication: {}, expected: {} };
  for (const field of ENVIRONMENT_FIELDS) {
    const read = field.read(given);
    if ('problem' in read) problems.push(read.problem);
    else if (read.value !== undefined) place(input, field.path, read.value);
  }
  const result = parseProfile(input);
  if (!('problems' in result)) return problems.length === 0 ? result : { problems };
  return { problems: [...problems, ...inVariables(result.problems, problems)] };
}

/** @throws ProblemError with every problem of the variables */
export function profileFromEnvironment(environment: Environment): ConnectionProfile {
  const result = parseEnvironment(environment);
  if ('problems' in result) throw new ProblemError(result.problems);
  return result.profile;
}

/** In a container's specification an empty variable is how one says "none". */
function withoutEmpty(environment: Environment): Record<string, string> {
  const given: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('REDIS_') && typeof value === 'string' && value !== '') given[name] = value;
  }
  return given;
}

/** A variable that is one or two letters off would be ignored in silence, and its default would hold instead. */
function misspelled(given: Record<string, string>): Problem[] {
  return Object.keys(given).flatMap((name) => {
    if (VARIABLE_NAMES.includes(name) || name === given.REDIS_PASSWORD_VARIABLE) return [];
    const meant = VARIABLE_NAMES.find(
      (known) => Math.abs(known.length - name.length) <= 2 && editDistance(known, name) <= 2,
    );
    if (meant === undefined) return [];
    const message = `\`${name}\` is not known and would be ignored: did you mean \`${meant}\`?`;
    return [{ code: 'ENVIRONMENT_VARIABLE_UNKNOWN', message, path: name }];
  });
}

function place(input: Record<string, unknown>, path: string, value: unknown): void {
  const [first = '', second] = path.split('.');
  if (second === undefined) input[first] = value;
  else (input[first] as Record<string, unknown>)[second] = value;
}

/** The profile's problems in the words of the variables; a field whose variable was already found wrong is left out. */
function inVariables(problems: readonly Problem[], found: readonly Problem[]): Problem[] {
  const told = new Set(found.map((problem) => problem.path));
  return problems.flatMap((problem) => {
    const field = fieldOf(problem.path ?? '');
    if (field === undefined) return [problem];
    const variable = field.variables[0] ?? '';
    if (told.has(variable)) return [];
    const isAboutShape = problem.code.startsWith('INPUT_');
    const message = isAboutShape ? problem.message.replace(`\`${problem.path}\``, `\`${variable}\``) : problem.message;
    return [{ ...problem, message, path: variable }];
  });
}

/** The most exact one: `tls.minimumVersion` rather than `tls`. */
function fieldOf(path: string): EnvironmentField | undefined {
  const fields = ENVIRONMENT_FIELDS.filter((field) => path === field.path || path.startsWith(`${field.path}.`));
  return fields.sort((one, other) => other.path.length - one.path.length)[0];
}
