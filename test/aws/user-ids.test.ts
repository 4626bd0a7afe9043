import { App, CfnParameter, type Environment, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { CfnUser } from 'aws-cdk-lib/aws-elasticache';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ApplicationUsers } from '../../lib/aws/application-users.ts';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import { ServerlessCache } from '../../lib/aws/serverless-cache.ts';
import { isolatedVpc, problemsOf, TOPOLOGY } from './fixture.ts';

const IRELAND: Environment = { account: '111122223333', region: 'eu-west-1' };
const FRANKFURT: Environment = { account: '111122223333', region: 'eu-central-1' };
const ELSEWHERE: Environment = { account: '444455556666', region: 'eu-west-1' };

function iam(userName?: string) {
  return { kind: 'rbac', credential: 'iam', ...(userName === undefined ? {} : { userName }) } as const;
}

const newApp = () => new App({ analyticsReporting: false });

/** A stack with a cluster whose user is called `checkout` and signs in with IAM. */
function stackWithUser(scope: Construct, id: string, env?: Environment, userName = 'checkout'): Stack {
  const stack = new Stack(scope, id, env === undefined ? {} : { env });
  addCluster(stack, 'Cache', { name: id.toLowerCase(), authentication: iam(userName) });
  return stack;
}

function addCluster(stack: Stack, id: string, topology: Partial<typeof TOPOLOGY>): ElastiCacheCluster {
  const vpc = (stack.node.tryFindChild('Vpc') as ReturnType<typeof isolatedVpc> | undefined) ?? isolatedVpc(stack);
  const quiet = { rotation: false, alarms: false, dashboard: false };
  return new ElastiCacheCluster(stack, id, { vpc, topology: { ...TOPOLOGY, ...topology }, ...quiet });
}

function handMade(stack: Stack, userId: string): CfnUser {
  return new CfnUser(stack, 'ByHand', { engine: 'valkey', userId, userName: userId, accessString: 'off -@all' });
}

const shared = (app: App) => problemsOf(() => app.synth());
const timesTold = (app: App) => shared(app).split('AWS_USER_ID_SHARED').length - 1;

describe('a user id that two users share in one account and region is refused', () => {
  it('naming both constructs, once, in the stacks of one app', () => {
    const app = newApp();
    for (const id of ['Shop', 'Till']) stackWithUser(app, id, IRELAND);
    expect(shared(app)).toContain(
      'AWS_USER_ID_SHARED: `Shop/Cache/User` and `Till/Cache/User` are ElastiCache users with the id "checkout"',
    );
    expect(timesTold(app)).toBe(1);
  });

  it('naming all three, once', () => {
    const app = newApp();
    for (const id of ['Shop', 'Till', 'Bank']) stackWithUser(app, id, IRELAND);
    expect(shared(app)).toContain('`Shop/Cache/User` and `Till/Cache/User` and `Bank/Cache/User`');
    expect(timesTold(app)).toBe(1);
  });

  it('where the stacks leave account and region to the CLI', () => {
    const app = newApp();
    for (const id of ['Shop', 'Till']) stackWithUser(app, id);
    expect(timesTold(app)).toBe(1);
  });

  it('across stages of one account and region', () => {
    const app = newApp();
    for (const id of ['Test', 'Live']) stackWithUser(new Stage(app, id, { env: IRELAND }), 'Shop');
    expect(shared(app)).toContain('`Test/Shop/Cache/User` and `Live/Shop/Cache/User`');
  });

  it('by a serverless cache and the cluster that is to follow it', () => {
    const app = newApp();
    const stack = stackWithUser(app, 'Shop', IRELAND);
    const vpc = stack.node.findChild('Vpc') as ReturnType<typeof isolatedVpc>;
    const cache = { name: 'shop', authentication: iam('checkout') };
    new ServerlessCache(stack, 'Serverless', { vpc, cache, dashboard: false, alarms: false });
    expect(shared(app)).toContain('`Shop/Cache/User` and `Shop/Serverless/User`');
  });

  it('by users that are made beside a cluster', () => {
    const app = newApp();
    const stack = stackWithUser(app, 'Shop', IRELAND);
    const cluster = addCluster(stack, 'Old', { name: 'old', authentication: { kind: 'auth-token' } });
    new ApplicationUsers(stack, 'Users', { cluster, authentication: iam('checkout') });
    expect(shared(app)).toContain('`Shop/Cache/User` and `Shop/Users/User`');
  });

  it.each(['first', 'last'])('by a user made by hand %s, also where only the case of the letters differs', (place) => {
    const app = newApp();
    const stack = new Stack(app, 'Shop', { env: IRELAND });
    if (place === 'first') handMade(stack, 'Checkout');
    addCluster(stack, 'Cache', { authentication: iam('checkout') });
    if (place === 'last') handMade(stack, 'Checkout');
    expect(shared(app)).toMatch(/AWS_USER_ID_SHARED: .*(ByHand.*Cache\/User|Cache\/User.*ByHand)/);
  });

  it('with passwords too, where two topologies have one name', () => {
    const app = newApp();
    for (const id of ['Shop', 'Till']) addCluster(new Stack(app, id, { env: IRELAND }), 'Cache', { name: 'shop' });
    expect(shared(app)).toMatch(/with the id "shop-valkey-app".*with the id "shop-valkey-default"/s);
  });
});

describe('users are left alone', () => {
  it.each<[string, (app: App) => void]>([
    [
      'with names of their own',
      (app) => {
        stackWithUser(app, 'Shop', IRELAND);
        stackWithUser(app, 'Till', IRELAND, 'till');
      },
    ],
    [
      'in two regions',
      (app) => {
        stackWithUser(app, 'Shop', IRELAND);
        stackWithUser(app, 'Till', FRANKFURT);
      },
    ],
    [
      'in two accounts',
      (app) => {
        stackWithUser(app, 'Shop', IRELAND);
        stackWithUser(app, 'Till', ELSEWHERE);
      },
    ],
    [
      'in two stages that leave account and region to whoever deploys them',
      (app) => {
        for (const id of ['Test', 'Live']) stackWithUser(new Stage(app, id), 'Shop');
      },
    ],
    [
      'whose id is known only when CloudFormation runs',
      (app) => {
        const stack = stackWithUser(app, 'Shop', IRELAND);
        handMade(stack, new CfnParameter(stack, 'UserId').valueAsString);
      },
    ],
    [
      'that are not of this project',
      (app) => {
        for (const id of ['Shop', 'Till']) handMade(new Stack(app, id, { env: IRELAND }), 'checkout');
      },
    ],
  ])('%s', (_what, make) => {
    const app = newApp();
    make(app);
    expect(shared(app)).toBe('made');
  });
});

describe('the default name of a user with IAM, which every other deployment has too', () => {
  const ADVISED = Match.stringLikeRegexp(
    'the default, with IAM.*Name the user after the application.*iam-default-user',
  );

  it.each([
    ['a cluster', (stack: Stack) => addCluster(stack, 'Cache', { authentication: iam() })],
    [
      'a serverless cache',
      (stack: Stack) =>
        new ServerlessCache(stack, 'Cache', {
          vpc: isolatedVpc(stack),
          cache: { name: 'shop', authentication: iam() },
        }),
    ],
  ])('is warned of on %s, and stays as it is', (_what, make) => {
    const stack = new Stack(newApp(), 'Shop');
    make(stack);
    Annotations.fromStack(stack).hasWarning('/Shop/Cache', ADVISED);
    expect((stack.node.findChild('Cache').node.findChild('User') as CfnUser).userId).toBe('application');
  });

  it('is not warned of when the user has a name of its own, or a password', () => {
    const stack = new Stack(newApp(), 'Shop');
    addCluster(stack, 'Named', { name: 'named', authentication: iam('checkout') });
    addCluster(stack, 'Password', { name: 'password', authentication: { kind: 'rbac' } });
    Annotations.fromStack(stack).hasNoWarning('*', ADVISED);
  });
});
