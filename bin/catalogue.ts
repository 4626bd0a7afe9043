/** What there is to choose from, for `redoubt list`. */
import { DEPLOYMENTS } from '../deployments/index.ts';
import { CLIENT_NAMES, type ClientName } from '../lib/drill/scenario.ts';
import { SCENARIOS } from '../lib/drill/scenarios.ts';
import { paletteOf, safeText, type TerminalStyle, wrap } from '../lib/report/terminal.ts';
import { CHECKS } from '../lib/verify/checks.ts';

interface Entry {
  readonly name: string;
  readonly what: string;
}

export interface Catalogue {
  readonly deployments: readonly Entry[];
  readonly scenarios: readonly Entry[];
  readonly clients: readonly Entry[];
  readonly checks: readonly Entry[];
}

const CLIENTS: Record<ClientName, string> = {
  redoubt:
    "this project's client: ioredis with settings and a topology watcher that survive maintenance; it decides the verdict",
  ioredis: 'ioredis as installed, every setting at its default; for comparison',
  'node-redis': 'node-redis as the team of the incident had configured it; for comparison',
  'ioredis-timeouts':
    'ioredis with the short time-outs that are copied to survive silent nodes; for comparison, where a server is only busy',
};

export function catalogue(): Catalogue {
  return {
    deployments: DEPLOYMENTS.map(({ name, description }) => ({ name, what: description })),
    scenarios: SCENARIOS.map(({ name, story }) => ({ name, what: story })),
    clients: CLIENT_NAMES.map((name) => ({ name, what: CLIENTS[name] })),
    checks: CHECKS.map(({ name, question }) => ({ name, what: question })),
  };
}

export function catalogueText(all: Catalogue, style: TerminalStyle): string {
  const { colours } = paletteOf(style);
  const names = Object.values(all).flatMap((entries: readonly Entry[]) => entries.map((entry) => entry.name.length));
  const nameColumns = Math.max(...names) + 2;
  const sections = Object.entries(all).map(([title, entries]: [string, readonly Entry[]]) =>
    [
      colours.bold(title),
      ...entries.flatMap(({ name, what }) => {
        const [first = '', ...rest] = wrap(safeText(what, style), style.columns - nameColumns - 2);
        const indent = ' '.repeat(nameColumns + 2);
        return [`  ${name.padEnd(nameColumns)}${first}`, ...rest.map((line) => indent + line)];
      }),
    ].join('\n'),
  );
  return `${sections.join('\n\n')}\n`;
}
