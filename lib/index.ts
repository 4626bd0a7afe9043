/**
 * What an application imports: `connect(profile)`, the ways to get a profile, and the types of what people write.
 * `redoubt/aws` and `redoubt/azure` have a barrel each; inside the project everything is reached by its own path.
 */
export { type Problem, ProblemError } from './base/problem.ts';
export {
  type ConnectOptions,
  type Credential,
  type CredentialReader,
  connect,
  NotAppliedError,
  OutcomeUnknownError,
} from './client/connect.ts';
export { parseEnvironment, profileFromEnvironment, profileToEnvironment } from './profile/environment.ts';
export { readProfile, writeProfile } from './profile/file.ts';
export { profileFromPulumi } from './profile/from-pulumi.ts';
export { profileFromStackOutputs } from './profile/from-stack.ts';
export { type ProfileResult, parseProfile, profileOrThrow } from './profile/parse.ts';
export type { ConnectionProfile, ConnectionProfileInput } from './profile/profile.ts';
export type { Report } from './report/report.ts';
export type { Budgets, Deployment, DeploymentInput } from './topology/deployment.ts';
export { parseDeployment, parseTopology } from './topology/parse.ts';
export type { Topology, TopologyInput } from './topology/topology.ts';
