/** The package that a rehearsal runs: what `npm pack` made, or the installed package that the construct is imported from. */
import { copyFileSync, cpSync, existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { AssetHashType, BundlingOutput, DockerImage } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type Problem, ProblemError } from '../base/problem.ts';

export interface RehearsalPackage {
  readonly asset: Asset;
  /** What to install, from the asset's root. */
  readonly source: string;
  /** The cloud's libraries, as `npm install` takes them. */
  readonly libraries: readonly string[];
}

/** Peers that a drill in AWS loads; the others build stacks, or belong to the other cloud. */
const LIBRARIES_OF_AWS = /^@(aws-sdk|aws-crypto|smithy)\//;

/** @throws ProblemError `AWS_REHEARSAL_PACKAGE_MISSING` */
export function rehearsalPackage(scope: Construct, tarball: string | undefined): RehearsalPackage {
  const problem = packageProblem(tarball);
  if (problem !== undefined) throw new ProblemError(problem);
  const root = packageRoot();
  const source = tarball === undefined ? 'redoubt' : 'redoubt.tgz';
  const asset = new Asset(scope, 'Package', {
    path: tarball === undefined ? root : dirname(tarball),
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // A single .tgz would be uploaded as it is, and CodeBuild takes its source as a .zip.
      outputType: BundlingOutput.NOT_ARCHIVED,
      // Required, and never pulled.
      image: DockerImage.fromRegistry('not-used'),
      local: {
        tryBundle(out) {
          if (tarball === undefined) copyPackage(root, join(out, source));
          else copyFileSync(tarball, join(out, source));
          return true;
        },
      },
    },
  });
  return { asset, source, libraries: librariesOf(root) };
}

export function packageProblem(tarball: string | undefined): Problem | undefined {
  const code = 'AWS_REHEARSAL_PACKAGE_MISSING';
  const path = 'package';
  if (tarball !== undefined) {
    if (tarball.endsWith('.tgz') && existsSync(tarball) && statSync(tarball).isFile()) return undefined;
    const message = `\`package\` is ${tarball}, which is no tarball. Give the .tgz file that \`npm pack\` wrote.`;
    return { code, message, path };
  }
  if (!isCheckout()) return undefined;
  const message =
    'In a checkout there is no installed package for the runner. Make one with `npm run build && npm pack` and give its path as `package`, or give an `image` in which redoubt is installed.';
  return { code, message, path };
}

function copyPackage(root: string, to: string): void {
  cpSync(root, to, { recursive: true, filter: (path) => !relative(root, path).split('/').includes('node_modules') });
}

function librariesOf(root: string): string[] {
  const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  return Object.entries(peerDependencies)
    .filter(([name]) => LIBRARIES_OF_AWS.test(name))
    .map(([name, range]) => `${name}@${range}`);
}

function isCheckout(): boolean {
  return basename(import.meta.filename).endsWith('.ts');
}

/** `lib/aws` of a checkout, `dist/lib/aws` of the package. */
function packageRoot(): string {
  return join(import.meta.dirname, isCheckout() ? '../..' : '../../..');
}
