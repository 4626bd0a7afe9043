/** Keeps the proxy's picture of the deployment current: which address is the primary of which slots, and who belongs to it. */
import { addressText, type BackendCredentials } from './backend-connection.ts';
import { mergeViews, readClusterNodes, type TopologyView } from './cluster-view.ts';
import type { Address, ProxyConfig } from './config.ts';
import { NodePoller } from './node-poller.ts';
import { choosePrimary, pairTopology, readReplication } from './replication-view.ts';
import { StateFile } from './state-file.ts';

export interface TopologyWatch {
  /** The latest picture; without shards until a node has answered. */
  readonly view: TopologyView;
  /** Asks every node at once. */
  refresh(): void;
  stop(): void;
}

type OnChange = (view: TopologyView) => void;
type Answers = readonly { readonly address: Address; readonly text: string }[];

const NOTHING_KNOWN: TopologyView = { shards: [], members: new Set() };

/** For the nodes of a Redis Cluster. */
export function watchCluster(config: ProxyConfig, credentials: BackendCredentials, onChange: OnChange): TopologyWatch {
  let known: readonly Address[] = [];
  const read = (answers: Answers) => {
    const lines = answers.map(({ address, text }) => readClusterNodes(text, address));
    known = lines.flat().map(({ address }) => address);
    return mergeViews(lines);
  };
  return watch({ config, credentials, question: ['CLUSTER', 'NODES'], others: () => known, read, onChange });
}

/** For a primary and its replica, which know nothing of a cluster. */
export function watchPair(config: ProxyConfig, credentials: BackendCredentials, onChange: OnChange): TopologyWatch {
  let primary: Address | undefined;
  const read = (answers: Answers) => {
    const states = answers.map(({ address, text }) => readReplication(text, address));
    primary = choosePrimary(states, primary) ?? primary;
    return pairTopology(states, primary);
  };
  return watch({ config, credentials, question: ['INFO', 'replication'], others: () => [], read, onChange });
}

interface WatchOptions {
  readonly config: ProxyConfig;
  readonly credentials: BackendCredentials;
  readonly question: readonly string[];
  /** Nodes that other nodes have told of. */
  readonly others: () => readonly Address[];
  readonly read: (answers: Answers) => TopologyView;
  readonly onChange: OnChange;
}

function watch({ config, credentials, question, others, read, onChange }: WatchOptions): TopologyWatch {
  const stateFile = new StateFile(config.stateFile);
  let view = NOTHING_KNOWN;
  let fingerprint = '';
  const addresses = () => {
    const current = unique([...stateFile.addresses(), ...others()]);
    // The seeds are for the start: later they may be addresses that somebody else has been given.
    return current.length > 0 ? current : config.backends.seeds;
  };
  const poller: NodePoller = new NodePoller({
    credentials,
    question,
    everyMs: config.topologyPollMs,
    addresses,
    onAnswer: () => {
      const next = read(poller.answers());
      // When nobody answers, the last picture is better than none.
      if (next.shards.length === 0) return;
      const nextFingerprint = JSON.stringify([next.shards, [...next.members].sort()]);
      if (nextFingerprint === fingerprint) return;
      fingerprint = nextFingerprint;
      poller.hurry();
      view = next;
      onChange(next);
    },
  });
  return {
    get view() {
      return view;
    },
    refresh: () => poller.pollNow(),
    stop: () => poller.stop(),
  };
}

function unique(addresses: readonly Address[]): Address[] {
  return [...new Map(addresses.map((address) => [addressText(address), address])).values()];
}
