/**
 * Takes whatever was handed in and makes a plain copy of it: own enumerable data only, no prototypes, no getters run,
 * no cycles, bounded. Everything after this (zod, the rule tables) works on the copy and can trust it.
 */
import type { Problem } from '../../base/problem.ts';
import { describeGiven, type Path, pathText } from './describe.ts';

export const INPUT_LIMITS = {
  /** Objects inside objects. The deepest input of this project has 4 levels. */
  depth: 16,
  /** Values in all. Most inputs have about 60; the explicit layout of a cluster of 500 nodes has some 3,000. */
  values: 4_000,
  /** Characters of one string. */
  stringLength: 4_096,
} as const;

export interface PlainCopy {
  /** Null-prototype objects, arrays and primitives. What could not be read is left out. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Where something was left out; what a schema says about these places is noise. */
  readonly unreadable: readonly Path[];
}

export function plainCopy(input: unknown): PlainCopy {
  const copier = new Copier();
  return { value: copier.copy(input, [], []), problems: copier.problems, unreadable: copier.unreadable };
}

class Copier {
  readonly problems: Problem[] = [];
  readonly unreadable: Path[] = [];
  private valueCount = 0;

  copy(value: unknown, path: Path, ancestors: readonly object[]): unknown {
    this.valueCount += 1;
    if (this.valueCount > INPUT_LIMITS.values) return this.refuseTooLarge(path);
    if (typeof value === 'string') return this.copyString(value, path);
    if (isPlainPrimitive(value)) return value;
    if (typeof value !== 'object' || value === null) return this.refuseKind(value, path);
    if (ancestors.includes(value)) return this.refuse(path, 'INPUT_CYCLIC', 'contains itself; write it out as a tree.');
    if (ancestors.length >= INPUT_LIMITS.depth) {
      return this.refuse(path, 'INPUT_TOO_DEEP', `is nested deeper than the allowed ${INPUT_LIMITS.depth} levels.`);
    }
    try {
      return this.copyObject(value, path, [...ancestors, value]);
    } catch (error) {
      // A Proxy may throw from any trap, with anything.
      const reason = error instanceof Error ? ` (${describeGiven(String(error.message))})` : '';
      return this.refuse(path, 'INPUT_UNREADABLE', `cannot be read${reason}; give plain data, as JSON could hold it.`);
    }
  }

  private copyObject(value: object, path: Path, ancestors: readonly object[]): unknown {
    if (Array.isArray(value)) return this.copyArray(value, path, ancestors);
    if (!isPlainObject(value)) return this.refuseKind(value, path);
    const copy: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(value)) {
      const copied = this.copyProperty(value, key, path, ancestors);
      // Assigning to `__proto__` of a null-prototype object makes an ordinary key, so the schema can refuse it.
      copy[key] = copied;
      if (this.valueCount > INPUT_LIMITS.values) break;
    }
    return copy;
  }

  private copyArray(value: readonly unknown[], path: Path, ancestors: readonly object[]): unknown {
    if (value.length > INPUT_LIMITS.values) return this.refuseTooLarge(path);
    return Array.from({ length: value.length }, (_, index) => this.copyProperty(value, String(index), path, ancestors));
  }

  private copyProperty(owner: object, key: string, path: Path, ancestors: readonly object[]): unknown {
    const place = [...path, key];
    const descriptor = Object.getOwnPropertyDescriptor(owner, key);
    if (descriptor !== undefined && !('value' in descriptor)) {
      return this.refuse(place, 'INPUT_UNREADABLE', 'is computed by a getter; give plain data, as JSON could hold it.');
    }
    return this.copy(descriptor?.value, place, ancestors);
  }

  private copyString(value: string, path: Path): unknown {
    if (value.length <= INPUT_LIMITS.stringLength) return value;
    const message = `has ${value.length} characters; at most ${INPUT_LIMITS.stringLength} are allowed.`;
    return this.refuse(path, 'INPUT_TOO_LARGE', message);
  }

  private refuseKind(value: unknown, path: Path): undefined {
    const message = `is ${describeGiven(value)}; give plain data, as JSON could hold it.`;
    return this.refuse(path, 'INPUT_NOT_PLAIN_DATA', message);
  }

  private refuseTooLarge(path: Path): undefined {
    this.unreadable.push(path);
    if (this.problems.some((problem) => problem.code === 'INPUT_TOO_LARGE' && problem.path === undefined))
      return undefined;
    const message = `The input holds more than ${INPUT_LIMITS.values} values, which nothing this project reads does.`;
    this.problems.push({ code: 'INPUT_TOO_LARGE', message });
    return undefined;
  }

  private refuse(path: Path, code: string, what: string): undefined {
    this.unreadable.push(path);
    const place = path.length === 0 ? 'The input' : `\`${pathText(path)}\``;
    this.problems.push({ code, message: `${place} ${what}`, path: pathText(path) });
    return undefined;
  }
}

function isPlainPrimitive(value: unknown): boolean {
  return value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean';
}

/** Also true for a plain object of another realm, whose prototype is another `Object.prototype`. */
function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty');
}
