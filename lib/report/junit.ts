/**
 * JUnit XML, for the test page of a CI system. A check is a test case; so is every finding about a client that is judged.
 * `unknown` is an error, never a pass; findings about clients shown for comparison are skipped, because they decide nothing.
 */
import type { Verdict } from '../base/verdict.ts';
import type { Report, ReportedDrill } from './report.ts';
import { countsText, drillTitle } from './words.ts';

interface TestCase {
  readonly className: string;
  readonly name: string;
  readonly outcome: Verdict | 'skipped';
  readonly code: string;
  readonly message: string;
}

interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

export function junitReport(report: Report): string {
  const suites = suitesOf(report);
  const all = suites.flatMap((suite) => suite.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="redoubt" ${tallies(all)}>`,
    ...suites.flatMap((suite) => suiteLines(suite, report)),
    '</testsuites>',
    '',
  ].join('\n');
}

function suitesOf(report: Report): TestSuite[] {
  const checks = report.checks.map((check) => ({
    ...check,
    className: `${report.deployment}.verify`,
    outcome: check.verdict,
  }));
  const suites = [
    ...(checks.length === 0 ? [] : [{ name: `${report.deployment} verify`, cases: checks }]),
    ...report.drills.map((drill) => drillSuite(report, drill)),
  ];
  return suites.length === 0 ? [nothingJudged(report)] : suites;
}

function nothingJudged(report: Report): TestSuite {
  const message = 'The run had no check and no drill, so nothing is known.';
  return {
    name: `${report.deployment}`,
    cases: [{ className: report.deployment, name: 'anything', outcome: 'unknown', code: 'NOTHING_JUDGED', message }],
  };
}

/** A gate that reads only this must not pass what the drill itself calls unknown. */
function isProven({ verdict, proof }: ReportedDrill): boolean {
  if (proof.gaps !== undefined) return proof.gaps.length === 0;
  return proof.loadRan && proof.healthyBefore && proof.healthyAfter && (proof.faultHappened || verdict === 'pass');
}

function drillSuite(report: Report, drill: ReportedDrill): TestSuite {
  const title = drillTitle(drill);
  const className = `${report.deployment}.drill.${drill.scenario}`;
  const proven = isProven(drill);
  const proof: TestCase = {
    className,
    name: `${title}: the fault happened and the load ran`,
    outcome: proven ? 'pass' : 'unknown',
    code: proven ? 'OK' : 'NOT_PROVEN',
    message: drill.proof.evidence.join(' '),
  };
  const findings = drill.clients.flatMap((client) =>
    client.findings.map(
      (finding): TestCase => ({
        className,
        name: `${title}: ${client.name} ${finding.code}`,
        outcome: client.judged ? finding.verdict : 'skipped',
        code: finding.code,
        message: client.judged ? finding.message : `For comparison only: ${finding.message}`,
      }),
    ),
  );
  return { name: `${report.deployment} ${title}`, cases: [proof, ...findings] };
}

function suiteLines(suite: TestSuite, report: Report): string[] {
  return [
    `  <testsuite name="${xml(suite.name)}" ${tallies(suite.cases)} timestamp="${xml(report.startedAt)}">`,
    '    <properties>',
    `      <property name="seed" value="${report.seed}"/>`,
    `      <property name="deploymentDigest" value="${xml(report.deploymentDigest)}"/>`,
    `      <property name="serverVersion" value="${xml(report.server.version ?? 'unknown')}"/>`,
    `      <property name="redoubtVersion" value="${xml(report.redoubtVersion)}"/>`,
    `      <property name="counts" value="${xml(countsText(report.counts).join('; '))}"/>`,
    '    </properties>',
    ...suite.cases.flatMap(caseLines),
    '  </testsuite>',
  ];
}

function caseLines(testCase: TestCase): string[] {
  const head = `    <testcase classname="${xml(testCase.className)}" name="${xml(testCase.name)}"`;
  const detail = `message="${xml(testCase.message)}"`;
  if (testCase.outcome === 'pass') return [`${head}/>`];
  if (testCase.outcome === 'skipped') return [`${head}>`, `      <skipped ${detail}/>`, '    </testcase>'];
  const element = testCase.outcome === 'fail' ? 'failure' : 'error';
  return [
    `${head}>`,
    `      <${element} type="${xml(testCase.code)}" ${detail}>${xml(testCase.message)}</${element}>`,
    '    </testcase>',
  ];
}

function tallies(cases: readonly TestCase[]): string {
  const count = (outcome: TestCase['outcome']) => cases.filter((testCase) => testCase.outcome === outcome).length;
  return `tests="${cases.length}" failures="${count('fail')}" errors="${count('unknown')}" skipped="${count('skipped')}"`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

// Everything that XML 1.0 has no place for, escaped or not.
const NOT_XML = /(?![\t\n\r])[\p{Cc}\ufffe\uffff]/gu;

function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(NOT_XML, '')
    .replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character);
}
