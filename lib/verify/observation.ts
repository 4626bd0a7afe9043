/** Placeholder shape; verify's owner defines what is observed. */
export type Observation = Record<string, unknown>;
