/** What a proxy process is told: one JSON file, readable by its owner only. Secrets are named by file, never written in it. */
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { type Problem, ProblemError, throwIfProblems } from '../../base/problem.ts';

const port = z.int().min(0).max(65_535);
const address = z.strictObject({ host: z.string().min(1), port: z.int().min(1).max(65_535) });
const user = z.strictObject({ userName: z.string().min(1), passwordFile: z.string().min(1) });

export const proxyConfigSchema = z.strictObject({
  /** `enterprise`: EnterpriseCluster. `oss-gateway`: port 10000 of OSSCluster. `single-endpoint`: NoCluster. */
  kind: z.enum(['enterprise', 'oss-gateway', 'single-endpoint']),
  /** Port 0 takes a free one; the READY line says which. */
  listen: z.strictObject({ host: z.string().min(1), port }),
  /** PEM files: what clients are shown, and the authority the backends are verified against. */
  tls: z.strictObject({
    keyFile: z.string().min(1),
    certificateFile: z.string().min(1),
    caFile: z.string().min(1),
    minimumVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2'),
  }),
  /** Whom clients authenticate as. `default`: a password alone is enough. The gateway leaves authentication to the node. */
  application: user,
  /** Whom the proxy itself is on the backends, where the application's user need not exist. */
  administrator: user,
  backends: z.strictObject({
    seeds: z.array(address).default([]),
    /** The name on the backends' certificates; verified on every connection. */
    serverName: z.string().min(1),
  }),
  /** The lab's state: `{"nodes": [{"host", "port"}]}`. Re-read when it changes, to find nodes after all have been replaced. */
  stateFile: z.string().min(1).optional(),
  /** Gateway of a one-shard database: on every other connection DEL, UNLINK, EXISTS and TOUCH of two or more keys answer MOVED. */
  oneShard: z.boolean().default(false),
  /** Silent clients are disconnected, as the service does after 10 minutes. 0: never. */
  idleTimeoutMs: z.int().nonnegative().default(600_000),
  /** How long a command waits for its shard to be reachable before it is answered with an error. */
  waitForShardMs: z.int().positive().default(10_000),
  /** How often every node is asked who owns what. */
  topologyPollMs: z.int().positive().default(100),
});
export type ProxyConfig = z.infer<typeof proxyConfigSchema>;
export type ProxyConfigInput = z.input<typeof proxyConfigSchema>;
export type Address = z.infer<typeof address>;

/** What is read from the files a configuration names. */
export interface ProxySecrets {
  readonly key: Buffer;
  readonly certificate: Buffer;
  readonly authority: Buffer;
  readonly applicationPassword: string;
  readonly administratorPassword: string;
}

/** @throws ProblemError `PROXY_CONFIG_UNREADABLE`, `PROXY_CONFIG_EXPOSED`, `PROXY_CONFIG_INVALID` */
export function readProxyConfig(path: string): ProxyConfig {
  const text = readOrThrow(path, 'PROXY_CONFIG_UNREADABLE', 'the configuration of the proxy');
  refuseExposed(path);
  return parseProxyConfig(parseJson(path, text.toString()));
}

/** @throws ProblemError `PROXY_CONFIG_INVALID`, every problem at once */
export function parseProxyConfig(input: unknown): ProxyConfig {
  const result = proxyConfigSchema.safeParse(input);
  if (result.success) {
    throwIfProblems(missingBackends(result.data));
    return result.data;
  }
  throw new ProblemError(
    result.error.issues.map((issue) => ({
      code: 'PROXY_CONFIG_INVALID',
      path: issue.path.join('.'),
      message: `The proxy's configuration is wrong here: ${issue.message}. Correct the value.`,
    })),
  );
}

function missingBackends(config: ProxyConfig): Problem[] {
  if (config.backends.seeds.length > 0 || config.stateFile !== undefined) return [];
  const message =
    'The proxy knows no node: backends.seeds is empty and there is no stateFile. Give at least one of them.';
  return [{ code: 'PROXY_CONFIG_INVALID', path: 'backends.seeds', message }];
}

/** @throws ProblemError `PROXY_FILE_UNREADABLE`, one problem for every file that cannot be read */
export function readProxySecrets(config: ProxyConfig): ProxySecrets {
  const problems: Problem[] = [];
  const read = (path: string, what: string): Buffer => {
    try {
      return readOrThrow(path, 'PROXY_FILE_UNREADABLE', what);
    } catch (error) {
      problems.push(...(error as ProblemError).problems);
      return Buffer.alloc(0);
    }
  };
  const password = (path: string, what: string) =>
    read(path, what)
      .toString()
      .replace(/\r?\n$/, '');
  const secrets = {
    key: read(config.tls.keyFile, 'the private key'),
    certificate: read(config.tls.certificateFile, 'the certificate'),
    authority: read(config.tls.caFile, 'the certificate of the authority'),
    applicationPassword: password(config.application.passwordFile, "the application's password"),
    administratorPassword: password(config.administrator.passwordFile, "the administrator's password"),
  };
  throwIfProblems(problems);
  return secrets;
}

function readOrThrow(path: string, code: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    const message = `The file ${path} (${what}) cannot be read: ${reason}. It must exist and belong to the user who runs the proxy.`;
    throw new ProblemError({ code, message }, { cause: error });
  }
}

function refuseExposed(path: string): void {
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) === 0) return;
  const message = `The file ${path} has mode 0${mode.toString(8)}: others than its owner may use it. Run "chmod 600 ${path}".`;
  throw new ProblemError({ code: 'PROXY_CONFIG_EXPOSED', message });
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `The file ${path} is not JSON: ${(error as Error).message}. Write one JSON object into it.`;
    throw new ProblemError({ code: 'PROXY_CONFIG_INVALID', message }, { cause: error });
  }
}
