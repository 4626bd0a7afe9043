/**
 * The commands of Redis OSS and the categories of each: what a word like `-@dangerous` in an access string stands for. 7.0 is what
 * COMMAND of a server tells (a lab test holds it against one); 6.0, whose categories the service writes access strings anew by, is
 * redisCommandTable in src/server.c. Later versions and Valkey add commands and seldom move one.
 */

/** Categories of a command or subcommand, without `@`; none for one that is not known. */
export type CategoriesOf = (command: string) => readonly string[];

type ByCategories = readonly (readonly [categories: string, commands: string])[];

/** Of 7.0: categories, and the commands that are in exactly those. */
const BY_CATEGORIES_IN_7_0: ByCategories = [
  [
    'admin connection dangerous slow',
    'client|kill client|list client|no-evict client|pause client|unblock client|unpause',
  ],
  ['admin dangerous fast', 'lastsave role'],
  ['admin dangerous hyperloglog slow', 'pfselftest'],
  ['admin dangerous hyperloglog slow write', 'pfdebug'],
  [
    'admin dangerous slow',
    `acl|deluser acl|dryrun acl|getuser acl|list acl|load acl|log acl|save acl|setuser acl|users
    bgrewriteaof bgsave cluster|addslots cluster|addslotsrange cluster|bumpepoch
    cluster|count-failure-reports cluster|delslots cluster|delslotsrange cluster|failover
    cluster|flushslots cluster|forget cluster|meet cluster|replicas cluster|replicate cluster|reset
    cluster|saveconfig cluster|set-config-epoch cluster|setslot cluster|slaves config|get
    config|resetstat config|rewrite config|set debug failover latency|doctor latency|graph
    latency|histogram latency|history latency|latest latency|reset module|list module|load module|loadex
    module|unload monitor psync replconf replicaof save shutdown slaveof slowlog|get slowlog|len
    slowlog|reset sync`,
  ],
  ['bitmap fast read', 'bitfield_ro getbit'],
  ['bitmap read slow', 'bitcount bitpos'],
  ['bitmap slow write', 'bitfield bitop setbit'],
  ['blocking fast sortedset write', 'bzpopmax bzpopmin'],
  ['blocking list slow write', 'blmove blmpop blpop brpop brpoplpush'],
  ['blocking read slow stream', 'xread'],
  ['blocking slow sortedset write', 'bzmpop'],
  ['blocking slow stream write', 'xreadgroup'],
  ['connection fast', 'asking auth echo hello ping quit readonly readwrite reset select'],
  [
    'connection slow',
    `client|caching client|getname client|getredir client|help client|id client|info client|reply
    client|setname client|tracking client|trackinginfo command command|count command|docs
    command|getkeys command|getkeysandflags command|help command|info command|list wait`,
  ],
  ['dangerous fast keyspace write', 'swapdb'],
  ['dangerous keyspace read slow', 'keys'],
  ['dangerous keyspace slow write', 'flushall flushdb migrate restore restore-asking'],
  ['dangerous list read set slow sortedset', 'sort_ro'],
  ['dangerous list set slow sortedset write', 'sort'],
  ['dangerous slow', 'info'],
  ['fast', 'time'],
  ['fast hash read', 'hexists hget hlen hmget hstrlen'],
  ['fast hash write', 'hdel hincrby hincrbyfloat hmset hset hsetnx'],
  ['fast hyperloglog write', 'pfadd'],
  ['fast keyspace read', 'dbsize exists expiretime pexpiretime pttl touch ttl type'],
  ['fast keyspace write', 'expire expireat move persist pexpire pexpireat renamenx unlink'],
  ['fast list read', 'llen'],
  ['fast list write', 'lpop lpush lpushx rpop rpush rpushx'],
  ['fast pubsub', 'publish spublish'],
  ['fast read', 'lolwut'],
  ['fast read set', 'scard sismember smismember'],
  ['fast read sortedset', 'zcard zcount zlexcount zmscore zrank zrevrank zscore'],
  ['fast read stream', 'xlen'],
  ['fast read string', 'get mget strlen'],
  ['fast set write', 'sadd smove spop srem'],
  ['fast sortedset write', 'zadd zincrby zpopmax zpopmin zrem'],
  ['fast stream write', 'xack xadd xautoclaim xclaim xdel xsetid'],
  ['fast string write', 'append decr decrby getdel getex getset incr incrby incrbyfloat setnx'],
  ['fast transaction', 'discard multi unwatch watch'],
  ['geo read slow', 'geodist geohash geopos georadius_ro georadiusbymember_ro geosearch'],
  ['geo slow write', 'geoadd georadius georadiusbymember geosearchstore'],
  ['hash read slow', 'hgetall hkeys hrandfield hscan hvals'],
  ['hyperloglog read slow', 'pfcount'],
  ['hyperloglog slow write', 'pfmerge'],
  ['keyspace read slow', 'dump object|encoding object|freq object|idletime object|refcount randomkey scan'],
  ['keyspace slow', 'object|help'],
  ['keyspace slow write', 'copy del rename'],
  ['list read slow', 'lindex lpos lrange'],
  ['list slow write', 'linsert lmove lmpop lrem lset ltrim rpoplpush'],
  [
    'pubsub slow',
    `psubscribe pubsub|channels pubsub|numpat pubsub|numsub pubsub|shardchannels pubsub|shardnumsub
    punsubscribe ssubscribe subscribe sunsubscribe unsubscribe`,
  ],
  ['read set slow', 'sdiff sinter sintercard smembers srandmember sscan sunion'],
  ['read slow', 'memory|usage'],
  [
    'read slow sortedset',
    `zdiff zinter zintercard zrandmember zrange zrangebylex zrangebyscore zrevrange zrevrangebylex
    zrevrangebyscore zscan zunion`,
  ],
  ['read slow stream', 'xinfo|consumers xinfo|groups xinfo|stream xpending xrange xrevrange'],
  ['read slow string', 'getrange lcs substr'],
  [
    'scripting slow',
    `eval eval_ro evalsha evalsha_ro fcall fcall_ro function|dump function|help function|kill
    function|list function|stats script|debug script|exists script|flush script|help script|kill
    script|load`,
  ],
  ['scripting slow write', 'function|delete function|flush function|load function|restore'],
  ['set slow write', 'sdiffstore sinterstore sunionstore'],
  [
    'slow',
    `acl acl|cat acl|genpass acl|help acl|whoami client cluster cluster|countkeysinslot
    cluster|getkeysinslot cluster|help cluster|info cluster|keyslot cluster|links cluster|myid
    cluster|nodes cluster|shards cluster|slots config config|help function latency latency|help memory
    memory|doctor memory|help memory|malloc-stats memory|purge memory|stats module module|help object
    pubsub pubsub|help script slowlog slowlog|help xgroup xinfo`,
  ],
  [
    'slow sortedset write',
    'zdiffstore zinterstore zmpop zrangestore zremrangebylex zremrangebyrank zremrangebyscore zunionstore',
  ],
  ['slow stream', 'xgroup|help xinfo|help'],
  ['slow stream write', 'xgroup|create xgroup|createconsumer xgroup|delconsumer xgroup|destroy xgroup|setid xtrim'],
  ['slow string write', 'mset msetnx psetex set setex setrange'],
  ['slow transaction', 'exec'],
];

/** Of 6.0, where it differs. Whoever was in one category there with all its subcommands has them apart in 7.0. */
const BY_CATEGORIES_IN_6_0: ByCategories = [
  ['admin connection dangerous slow', 'client'],
  ['admin dangerous fast read', 'lastsave'],
  ['admin dangerous slow', 'acl cluster config latency module slowlog'],
  ['admin dangerous slow write', 'pfdebug'],
  ['connection fast read', 'echo'],
  ['connection slow', 'command'],
  ['dangerous fast read', 'role'],
  ['fast keyspace', 'asking readonly readwrite select'],
  ['fast read', 'time'],
  ['keyspace read slow', 'object'],
  ['keyspace slow', 'wait'],
  ['pubsub slow', 'pubsub'],
  ['read slow', 'memory'],
  ['read slow stream', 'xinfo'],
  ['read slow string', 'stralgo'],
  ['scripting slow', 'script'],
  ['slow stream write', 'xgroup'],
];

/** Of 7.0: commands that 6.0 did not have. */
const AFTER_6_0 = `blmove blmpop bzmpop copy eval_ro evalsha_ro expiretime failover fcall fcall_ro function geosearch
  geosearchstore getdel getex hrandfield lcs lmove lmpop pexpiretime quit reset sintercard smismember sort_ro
  spublish ssubscribe sunsubscribe xautoclaim zdiff zdiffstore zinter zintercard zmpop zmscore zrandmember
  zrangestore zunion`;

const IN_7_0 = categoriesByCommand(BY_CATEGORIES_IN_7_0);
const IN_6_0 = categoriesByCommand(BY_CATEGORIES_IN_6_0);
const NEWER: ReadonlySet<string> = new Set(AFTER_6_0.split(/\s+/));

/** Of 7.0, subcommands as `client|list`. */
export const COMMANDS: readonly string[] = [...IN_7_0.keys()];

export const CATEGORIES: ReadonlySet<string> = new Set([...IN_7_0.values()].flat());

export const categoriesIn7: CategoriesOf = (command) => IN_7_0.get(command) ?? [];

/** A subcommand, also one that has come since, is in those of its command, because 6.0 knows no others. */
export const categoriesIn6: CategoriesOf = (command) => {
  const [name = command] = command.split('|');
  return NEWER.has(name) ? [] : (IN_6_0.get(name) ?? categoriesIn7(name));
};

function categoriesByCommand(table: ByCategories): ReadonlyMap<string, readonly string[]> {
  return new Map(
    table.flatMap(([categories, commands]) =>
      commands.split(/\s+/).map((command) => [command, categories.split(' ')] as const),
    ),
  );
}
