/** What the constructs suppress, as it stands in stacks that are made of them: one entry for each reason. */
import { App, Stack } from 'aws-cdk-lib';
import { LinuxBuildImage } from 'aws-cdk-lib/aws-codebuild';
import { DEPLOYMENTS } from '../../deployments/index.ts';
import { acknowledgedRules, PACKS_FOR_COMPLIANCE } from '../../lib/aws/acknowledged-rules.ts';
import { DeploymentStack } from '../../lib/aws/deployment-stack.ts';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import { MaintenanceRehearsal } from '../../lib/aws/maintenance-rehearsal.ts';
import { VerifiedDeploymentStack } from '../../lib/aws/verified-deployment-stack.ts';
import { TOPOLOGY } from '../aws/fixture.ts';

export interface Suppressed {
  readonly reason: string;
  /** Without what a rule found in particular; `*-` stands for the packs of a law or a standard. */
  readonly rules: readonly string[];
  /** Paths of the constructs, below a stack that is named for what it is. */
  readonly where: readonly string[];
}

let found: readonly Suppressed[] | undefined;

export function suppressed(): readonly Suppressed[] {
  found ??= suppressedIn(everything());
  return found;
}

function suppressedIn(app: App): Suppressed[] {
  const all = acknowledgedRules(app);
  return [...new Set(all.map(({ reason }) => reason))].map((reason) => {
    const entries = all.filter((entry) => entry.reason === reason);
    return {
      reason,
      rules: unique(entries.map(({ rule }) => withoutFinding(withoutPack(rule)))),
      where: unique(entries.map(({ path }) => path)),
    };
  });
}

/** All that a reason is given for. */
function everything(): App {
  const app = new App({ analyticsReporting: false });
  const [deployment] = DEPLOYMENTS.filter(({ topology }) => topology.platform === 'elasticache');
  if (deployment === undefined) throw new Error('No deployment of ElastiCache is shipped.');
  const of = new DeploymentStack(app, 'DeploymentStack', { deployment });
  new VerifiedDeploymentStack(app, 'VerifiedDeploymentStack', { of });
  const { cluster, vpc } = of;
  // With an image nothing is packed.
  const image = LinuxBuildImage.fromDockerRegistry('redoubt');
  const rehearsed = new Stack(app, 'WithMaintenanceRehearsal');
  new MaintenanceRehearsal(rehearsed, 'MaintenanceRehearsal', { cluster, vpc, image });
  const abroad = new Stack(app, 'WithGlobalDatastore');
  const topology = { ...TOPOLOGY };
  new ElastiCacheCluster(abroad, 'Secondary', { vpc, topology, globalDatastore: 'ldgnf-shop', rotation: false });
  return app;
}

function withoutPack(rule: string): string {
  const pack = PACKS_FOR_COMPLIANCE.find((name) => rule.startsWith(`${name}-`));
  return pack === undefined ? rule : `*${rule.slice(pack.length)}`;
}

function withoutFinding(rule: string): string {
  return rule.replace(/\[.*$/, '');
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
