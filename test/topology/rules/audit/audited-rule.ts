/** A rule of a service, and where this project holds to it. From these rows docs/rules.md is made. */
export interface AuditedRule {
  /** A1 ... A33 for ElastiCache, Z1 ... Z25 for Azure Managed Redis; stable. */
  readonly id: string;
  /** What the service wants, in short. */
  readonly rule: string;
  /** Codes of the rule tables that refuse what breaks it, before anything is made. */
  readonly refused?: readonly string[];
  /** Codes with which `redoubt plan` speaks of a change that breaks it. */
  readonly planned?: readonly string[];
  /** Where nothing can know it before: the code with which `redoubt drift` speaks of it, and what to do. */
  readonly told?: readonly string[];
  /** Why a construct or component cannot break it. */
  readonly impossible?: string;
  /** Tests that show it, `file › title`. Rules of ElastiCache that are impossible to break are shown by title in SHOWN_IN_TEMPLATES. */
  readonly shownBy?: readonly string[];
  /** What is not there yet. */
  readonly missing?: string;
}

/** Has a test `ID: …` for each id that is impossible to break and has no `shownBy`. */
export const SHOWN_IN_TEMPLATES = 'test/aws/rules-by-construction.test.ts';
