/** Lists of NAME=VALUE, as a stack configuration has them. */

const PAIR = /^([^=]+)=(.+)$/;

export function notPairs(items: readonly string[]): string[] {
  return items.filter((item) => !PAIR.test(item));
}

export function pairs(items: readonly string[]): [string, string][] {
  return items.flatMap((item) => {
    const [, name = '', value = ''] = PAIR.exec(item) ?? [];
    return name === '' ? [] : [[name, value] satisfies [string, string]];
  });
}
