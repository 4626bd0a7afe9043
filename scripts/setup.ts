/**
 * Makes sure that this machine has a server program for the lab: finds it, and installs it where that is allowed.
 *
 *   npm run setup               says what it found
 *   REDOUBT_NO_INSTALL=1 ...    never installs, only says what to run
 */
import { parseArgs } from 'node:util';
import { EXIT } from '../lib/base/exit-codes.ts';
import { ProblemError } from '../lib/base/problem.ts';
import { findRedisServer, formatRedisServerVersion, type RedisServer } from '../lib/lab/redis-binary.ts';
import { installRedisServer } from './setup/install-redis.ts';

const { values } = parseArgs({ options: { quiet: { type: 'boolean', default: false } } });

try {
  process.exitCode = await main(process.env);
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT.internal;
}

async function main(env: NodeJS.ProcessEnv): Promise<number> {
  const code = await installIfMissing(env);
  if (code !== 0) return code;
  const server = await findRedisServer(env);
  if (!values.quiet) process.stderr.write(`${describe(server)}\n`);
  return 0;
}

/** A program that is there but old or without TLS is somebody's choice: the error says so, and it is left alone. */
async function installIfMissing(env: NodeJS.ProcessEnv): Promise<number> {
  try {
    await findRedisServer(env);
    return 0;
  } catch (error) {
    if (!isMissing(error) || env.REDOUBT_REDIS_SERVER) throw error;
    return installRedisServer(env);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof ProblemError && error.problems.some(({ code }) => code === 'REDIS_SERVER_MISSING');
}

function describe({ kind, version, path }: RedisServer): string {
  return `The lab runs ${kind} ${formatRedisServerVersion(version)} with TLS: ${path}`;
}
