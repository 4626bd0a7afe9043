import type { SourceFile } from './repository.ts';

interface BannedText {
  readonly pattern: RegExp;
  readonly instead: string;
  readonly where: RegExp;
  /** Paths where it is right, each with the reason next to it. */
  readonly except?: readonly string[];
}

const PROGRAMS = /\.(ts|mjs|sh)$|^\.ci\/run$/;

export const BANNED_TEXTS: readonly BannedText[] = [
  {
    pattern: /rejectUnauthorized['"]?\s*:\s*false/,
    instead: "verify against the name the certificate carries (servername) and the lab's own CA (ca)",
    where: PROGRAMS,
  },
  {
    pattern: /\b(pkill|killall)\b/,
    instead: 'end only what you started, by its pid: another process may have the same name',
    where: PROGRAMS,
  },
  {
    pattern: /\bconsole\.(log|info|debug)\(/,
    instead: 'return the text to the caller, or take a progress callback: standard output belongs to the command',
    // A main.ts is a program of its own, which tells its starter that it is ready.
    where: /^(lib\/(?!report\/)(?!.*\/main\.ts$)|deployments\/)/,
  },
  {
    pattern: /\b(it|test|describe)\s*\.\s*(skip|skipIf|runIf|only)\b/,
    instead:
      'call skip(reason) of the test context inside the test, so that the run names what it did not check, and why',
    where: /^test\/.*\.test\.ts$/,
  },
  {
    pattern: /\b(FIXME|XXX)\b/,
    instead: 'do it now, or write it down where the users look: docs/limits.md',
    where: /./,
  },
  {
    pattern: /registry\.npmjs|npmmirror|registry\.yarnpkg/,
    instead: 'leave the choice of a package registry to the machine',
    where: /./,
  },
  {
    pattern: /"resolved": "[a-z+]+:\/\//,
    instead: "npm install with this project's .npmrc, which keeps download addresses out of the lockfile",
    where: /^package-lock\.json$/,
  },
  {
    pattern: /['"`\s(](\/home\/[a-z]|\/root\/|\/Users\/[A-Za-z]|\/work\/)/,
    instead: 'use a path that exists on every machine, or one that the caller gives',
    where: /./,
  },
  {
    // The index of the whole package loads one of each of its services: 50 ms of every synth. Examples in comments may say it.
    pattern: /^[^*]*\b(from|import\()\s*'aws-cdk-lib'/,
    instead: "import the core from 'aws-cdk-lib/core', and a service from its own module",
    where: /^(lib|bin)\//,
  },
];

const FILE_LINES_MAX = 400;

/** Files that may be longer, each with its reason. Empty is how it should stay. */
const LONGER_FILES: readonly string[] = [];

export function bannedTexts({ path, text }: SourceFile): string[] {
  // The rules spell out what they ban.
  if (path.startsWith('test/tidy')) return [];
  const rules = BANNED_TEXTS.filter(({ where, except }) => where.test(path) && !except?.includes(path));
  return text
    .split('\n')
    .flatMap((line, index) =>
      rules
        .filter(({ pattern }) => pattern.test(line))
        .map(({ instead }) => `${path}:${index + 1}: ${line.trim()} -> ${instead}`),
    );
}

export function tooLong({ path, text }: SourceFile): string[] {
  const lineCount = text.trimEnd().split('\n').length;
  if (!PROGRAMS.test(path) || lineCount <= FILE_LINES_MAX || LONGER_FILES.includes(path)) return [];
  return [`${path}: ${lineCount} lines; a file of more than ${FILE_LINES_MAX} has more than one subject: divide it`];
}
