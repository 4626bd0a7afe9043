import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECK_NAMES } from '../../lib/profile/check-names.ts';
import { CHECKS } from '../../lib/verify/checks.ts';
import { judge } from '../../lib/verify/run.ts';
import { clusterProfile, enterpriseProfile } from './healthy.ts';
import { DOOR_ROWS } from './rows/door.ts';
import { GLOBAL_ROWS } from './rows/global.ts';
import { NODE_ROWS } from './rows/nodes.ts';
import { clusterScene, enterpriseScene, secondaryScene, singleScene } from './rows/row.ts';
import { SINGLE_ROWS } from './rows/single.ts';
import { SLOT_ROWS } from './rows/slots.ts';
import { USE_ROWS } from './rows/use.ts';

const ROWS = [...DOOR_ROWS, ...SLOT_ROWS, ...NODE_ROWS, ...SINGLE_ROWS, ...GLOBAL_ROWS, ...USE_ROWS];

describe.each(CHECKS)('$name', (check) => {
  const rows = ROWS.filter((row) => row.check === check.name);

  it.each(rows)('$title', ({ scene, verdict, code, says }) => {
    const result = check.judge(scene());
    expect({ verdict: result.verdict, code: result.code }, result.message).toEqual({ verdict, code });
    expect(result.message).toContain(says ?? '');
  });

  it('is shown in this file to pass, and not to pass', () => {
    expect(rows.some(({ verdict }) => verdict === 'pass')).toBe(true);
    expect(rows.some(({ verdict }) => verdict !== 'pass')).toBe(true);
  });

  it('has a row here for every code it can give', () => {
    const source = readFileSync(new URL(`../../lib/verify/checks/${check.name}.ts`, import.meta.url), 'utf8');
    const codes = [...source.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)].map(([, code]) => code);
    const withVerdict = codes.filter((code) => !NOT_FINDINGS.has(code ?? ''));
    expect(rows.map(({ code }) => code)).toEqual(expect.arrayContaining(withVerdict));
  });

  it('says everything in whole sentences', () => {
    expect(check.question).toMatch(/^[A-Z].*\?$/);
    for (const { scene, title } of rows) {
      const { message } = check.judge(scene());
      expect(message, title).toMatch(/[^.]\.$/);
      expect(message, title).not.toMatch(/undefined|NaN|\[object|\.\.(?!\.)/);
    }
  });
});

/** Codes of TLS and sockets that stand in the checks' sources and are no findings. */
const NOT_FINDINGS = new Set(['NOT_RESP', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'TIMED_OUT']);

describe('the list of checks', () => {
  it('have the names that the profile’s side of the story knows', () => {
    expect(CHECK_NAMES).toEqual(CHECKS.map(({ name }) => name));
  });

  it('has no row for a check that does not exist, and no two checks of one name', () => {
    const names = CHECKS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(ROWS.filter(({ check }) => !names.includes(check))).toEqual([]);
  });

  it('passes a healthy cluster as a whole', () => {
    const { observation, profile } = clusterScene();
    const { verdict, checks } = judge(profile, observation);
    expect(checks.filter((check) => check.verdict !== 'pass')).toEqual([]);
    expect(verdict).toBe('pass');
  });

  it('passes a healthy single endpoint as a whole', () => {
    const { observation, profile } = enterpriseScene();
    const { verdict, checks } = judge(profile, observation);
    expect(checks.filter((check) => check.verdict !== 'pass')).toEqual([]);
    expect(verdict).toBe('pass');
  });

  it('passes a healthy group without cluster mode as a whole', () => {
    const { observation, profile } = singleScene();
    const { verdict, checks, notApplicable } = judge(profile, observation);
    expect(checks.filter((check) => check.verdict !== 'pass')).toEqual([]);
    expect(verdict).toBe('pass');
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['endpoint-roles', 'replicas-per-shard', 'replicas-in-sync']),
    );
    expect(notApplicable.find(({ name }) => name === 'slot-coverage')?.reason).toContain('no slots');
  });

  it('passes a healthy secondary region of a Global Datastore as a whole', () => {
    const { observation, profile } = secondaryScene();
    const { verdict, checks } = judge(profile, observation);
    expect(checks.filter((check) => check.verdict !== 'pass')).toEqual([]);
    expect(verdict).toBe('pass');
    expect(checks.map(({ name }) => name)).toContain('writes-refused');
  });

  it('leaves out what a single endpoint hides by design, each with its reason', () => {
    const { notApplicable } = judge(enterpriseProfile(), enterpriseScene().observation);
    expect(notApplicable.map(({ name }) => name)).toEqual([
      'engine-version',
      'views-readable',
      'cluster-state',
      'slot-coverage',
      'shard-count',
      'endpoint-roles',
      'replicas-per-shard',
      'replicas-in-sync',
      'replica-reads',
      'same-view',
      'no-open-slots',
      'no-failing-nodes',
      'announced-endpoints-reachable',
      'writes-refused',
    ]);
    expect(notApplicable.every(({ reason }) => /\.$/.test(reason))).toBe(true);
  });

  it('does not ask for replicas in sync where none are wanted', () => {
    const profile = clusterProfile();
    profile.expected.replicasPerShard = 0;
    const { notApplicable } = judge(profile, clusterScene().observation);
    expect(notApplicable).toContainEqual({ name: 'replicas-in-sync', reason: 'The deployment has no replicas.' });
  });

  it('judges a saved observation as it judged the fresh one', () => {
    const { observation, profile } = clusterScene();
    expect(judge(profile, JSON.parse(JSON.stringify(observation)))).toEqual(judge(profile, observation));
  });

  it('reports a check that crashes as unknown and judges the others', () => {
    const { observation, profile } = clusterScene();
    const broken = {
      name: 'broken',
      question: 'Is this broken?',
      judge: () => {
        throw new TypeError('no such field');
      },
    };
    const { verdict, checks } = judge(profile, observation, [broken, ...CHECKS]);
    expect(checks[0]).toMatchObject({ name: 'broken', verdict: 'unknown', code: 'CHECK_CRASHED' });
    expect(checks).toHaveLength(CHECKS.length - 4 + 1);
    expect(verdict).toBe('unknown');
  });
});
