/** INFO as a client of a single endpoint sees it: one server that is not a cluster, holding the keys of all shards. */

const REPLACED: Readonly<Record<string, string>> = {
  redis_mode: 'standalone',
  server_mode: 'standalone',
  cluster_enabled: '0',
  role: 'master',
  executable: '',
  config_file: '',
};

/** Where the replicas are, and where a replica's primary is. */
const HIDDEN = /^(?:slave\d+|master_host|master_port|master_link_status):/;

export function singleServerInfo(text: string, listenPort: number, keyspaces: readonly string[]): string {
  const lines = text.split('\r\n').filter((line) => !HIDDEN.test(line));
  const rewritten = lines.map((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (name === 'tcp_port') return `tcp_port:${listenPort}`;
    return name in REPLACED ? `${name}:${REPLACED[name]}` : line;
  });
  return withKeyspace(rewritten, keyspaces).join('\r\n');
}

function withKeyspace(lines: readonly string[], keyspaces: readonly string[]): string[] {
  const start = lines.indexOf('# Keyspace');
  if (start < 0) return [...lines];
  const total = sumOfKeyspaces(keyspaces);
  const rest = lines.slice(start + 1).filter((line) => !line.startsWith('db'));
  return [...lines.slice(0, start + 1), ...(total === undefined ? [] : [total]), ...rest];
}

/** `db0:keys=2,expires=1,avg_ttl=0` of every shard, added up; the mean time to live is weighted by the keys that have one. */
export function sumOfKeyspaces(keyspaces: readonly string[]): string | undefined {
  let keys = 0;
  let expires = 0;
  let timeToLive = 0;
  for (const text of keyspaces) {
    const match = /^db0:keys=(\d+),expires=(\d+),avg_ttl=(\d+)/m.exec(text);
    if (match === null) continue;
    keys += Number(match[1]);
    expires += Number(match[2]);
    timeToLive += Number(match[3]) * Number(match[2]);
  }
  if (keys === 0) return undefined;
  return `db0:keys=${keys},expires=${expires},avg_ttl=${expires === 0 ? 0 : Math.round(timeToLive / expires)}`;
}
