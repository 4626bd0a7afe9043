/** A file that was given as a report and is none, in one sentence: what it seems to be, what is expected, what to do. */
import type { z } from 'zod';
import { type Problem, ProblemError } from '../base/problem.ts';

const EXPECTED = 'Give the report.json of a run, or the directory it is in (redoubt-results/latest is the last run).';

/** @throws ProblemError `REPORT_NOT_JSON` */
export function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    // The parser's own error quotes the text, and a wrong file may hold a secret.
    throw new ProblemError({ code: 'REPORT_NOT_JSON', message: `${path} ${textKind(text)}. ${EXPECTED}` });
  }
}

function textKind(text: string): string {
  const start = text.trimStart();
  if (start === '') return 'is empty: a run that was cut off, or a pipe that failed, leaves such a file';
  if (/^<(!doctype html|html)/i.test(start)) return 'is a page for a browser; the report.json is beside it';
  if (start.startsWith('<')) return 'is XML, perhaps the JUnit form of a report, which cannot be read back';
  if (/^[{[]/.test(start)) return 'begins like JSON and is not whole, so it was cut off or edited';
  return 'is no JSON, as a report is';
}

/** By fields that nothing else has; the first that fits is named. */
const OTHER_KINDS: readonly { readonly fields: readonly string[]; readonly seems: string }[] = [
  { fields: ['clientMode', 'endpoint'], seems: 'a connection profile: redoubt verify --profile reads it' },
  { fields: ['scenario', 'events', 'clients'], seems: 'the history of a drill; the report.json is beside it' },
  { fields: ['topology', 'name'], seems: 'a deployment: redoubt rehearse takes it' },
  { fields: ['Resources'], seems: 'a CloudFormation template: redoubt plan --after reads it' },
  { fields: ['steps', 'changeSummary'], seems: 'a Pulumi preview: redoubt plan --pulumi reads it' },
  { fields: ['kind', 'changes', 'problems'], seems: 'the result of redoubt plan, which is not shown again' },
  { fields: ['from', 'settings', 'refusals'], seems: 'the result of redoubt migrate, which is not shown again' },
  { fields: ['platform', 'name'], seems: 'a topology: a deployment has it as its field `topology`' },
];

/** Enough of them, and it is a report that was damaged; fewer, and it is something else. */
const TELLING_FIELDS = ['verdict', 'deployment', 'checks', 'drills', 'counts'];

/** A report that does not fit its schema, or no report at all. */
export function misfit(value: unknown, path: string, error: z.ZodError): Problem {
  if (!isRecord(value)) {
    const kind = Array.isArray(value) ? 'a list' : 'a single value';
    return { code: 'REPORT_INVALID', message: `${path} is JSON, but ${kind} and no report. ${EXPECTED}` };
  }
  const has = (field: string) => Object.hasOwn(value, field);
  if (TELLING_FIELDS.filter(has).length >= 3) return damaged(path, error);
  const kind = OTHER_KINDS.find(({ fields }) => fields.every(has));
  const seems = kind === undefined ? 'is JSON of another kind than a report' : `seems to be ${kind.seems}`;
  return { code: 'REPORT_INVALID', message: `${path} ${seems}. ${EXPECTED}` };
}

const PLACES_TOLD = 3;

function damaged(path: string, { issues }: z.ZodError): Problem {
  const places = [...new Set(issues.flatMap(placesOf))];
  const told = places.slice(0, PLACES_TOLD).join(', ');
  const more = places.length > PLACES_TOLD ? ` and ${places.length - PLACES_TOLD} more` : '';
  const message = `${path} is a report that was edited, or written by another version of Redoubt: what it says at ${told}${more} cannot be read. Take the report.json as the run wrote it, or run it again.`;
  return { code: 'REPORT_INVALID', message };
}

/** A field that there is not in a report is named itself, not what it is in. */
function placesOf(issue: z.core.$ZodIssue): string[] {
  const within = issue.path.map(String);
  const fields = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...within, key]) : [within];
  return fields.map((field) => field.join('.'));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param reason code of the system's error */
export function unreadable(path: string, reason: string): Problem {
  const code = 'REPORT_UNREADABLE';
  if (reason === 'ENOENT' || reason === 'ENOTDIR') {
    return { code, message: `There is nothing at ${path}. ${EXPECTED}` };
  }
  if (reason === 'EISDIR') return { code, message: `${path} is a directory and no report. ${EXPECTED}` };
  const denied = reason === 'EACCES' || reason === 'EPERM' ? 'you may not read it' : reason;
  return { code, message: `The report ${path} cannot be read: ${denied}. Reports are readable by who ran them only.` };
}
