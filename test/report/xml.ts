/** The least of an XML reader: says whether a text is well-formed as far as this project writes XML, and finds elements. */
const NAME = '[A-Za-z_][\\w.-]*';
const ATTRIBUTE = `\\s+${NAME}="[^"<&]*(?:&(?:amp|lt|gt|quot|apos|#9|#10|#13);[^"<&]*)*"`;
const TAG = new RegExp(`^<(/)?(${NAME})((?:${ATTRIBUTE})*)\\s*(/)?>`);
const TEXT = /^[^<&]+|^&(?:amp|lt|gt|quot|apos|#9|#10|#13);/;

/** The names of all elements in the order of their start. Throws at the first thing that is not well-formed. */
export function elementsOf(xml: string): string[] {
  let rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  const forbidden = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/u.exec(xml);
  if (forbidden !== null || !xml.isWellFormed())
    throw new Error(`A character that XML has no place for, at ${forbidden?.index}.`);
  const open: string[] = [];
  const all: string[] = [];
  while (rest !== '') {
    const tag = TAG.exec(rest);
    const text = tag === null ? TEXT.exec(rest) : null;
    const taken = tag?.[0] ?? text?.[0];
    if (taken === undefined) throw new Error(`Not well-formed here: ${rest.slice(0, 80)}`);
    rest = rest.slice(taken.length);
    if (tag === null) continue;
    const [, closing, name = '', , empty] = tag;
    if (closing !== undefined && open.pop() !== name) throw new Error(`</${name}> closes something else.`);
    if (closing === undefined) all.push(name);
    if (closing === undefined && empty === undefined) open.push(name);
  }
  if (open.length > 0) throw new Error(`Never closed: ${open.join(', ')}.`);
  return all;
}
