/** docs/features.md, from the rows. */
import type { Answer, Feature } from './feature.ts';

export function featuresDocument(features: readonly Feature[]): string {
  return `${HEAD}\n${features.map(section).join('\n')}`;
}

const HEAD = `# Features, and the tests that show them

Made from test/features; a test refuses a row without a test, and a test that is not there. What has not been run on a real
cloud is in [limits](limits.md).
`;

function section({ number, feature, aws, azure }: Feature): string {
  return [`**${number}. ${feature}**`, '', line('AWS', aws), line('Azure', azure), ''].join('\n');
}

function line(cloud: string, answer: Answer): string {
  if ('notApplicable' in answer) return `- ${cloud}: not applicable. ${answer.notApplicable}`;
  if ('missing' in answer) return `- ${cloud}: **missing.** ${answer.missing}`;
  const tests = answer.shownBy.map((place) => `  - ${place.replace(' › ', ': ')}`);
  return [`- ${cloud}: ${answer.how}`, ...tests].join('\n');
}
