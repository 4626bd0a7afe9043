/** What the client has been through since it was made. Read it whenever you like; the numbers only grow. */
export interface ClientStatistics {
  /** MOVED and ASK replies (`redis_cluster_redirects_total{type=moved|ask}`). */
  redirectsMoved: number;
  redirectsAsk: number;
  /** New maps after the first (`redis_cluster_failover_events_total`). */
  topologyChanges: number;
  /** Connections ended because their node had left or had given its slots away without a word. */
  connectionsCut: number;
  /** Connections ended because a fresh one was answered and they were not. */
  connectionsReplaced: number;
  /** Commands sent again although the first copy may have been applied (idempotent ones, by policy). */
  commandsRepeated: number;
  /** Commands rejected with `OutcomeUnknownError` when their connection was lost. */
  outcomesUnknown: number;
}

export function newStatistics(): ClientStatistics {
  return {
    redirectsMoved: 0,
    redirectsAsk: 0,
    topologyChanges: 0,
    connectionsCut: 0,
    connectionsReplaced: 0,
    commandsRepeated: 0,
    outcomesUnknown: 0,
  };
}
