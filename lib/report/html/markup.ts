/** HTML by template, where everything that is put in is escaped unless it is markup already. */

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Markup that was made by this module, and therefore may be put in as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Markup | readonly Content[];

/** `html\`<b>${name}</b>\``: strings are escaped, in text and in quoted attributes alike; lists are joined. */
export function html(literals: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(literals.reduce((text, literal, index) => text + rendered(contents[index - 1] ?? '') + literal));
}

function rendered(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (typeof content === 'number') return String(content);
  if (typeof content === 'string') return escapeHtml(content);
  return content.map(rendered).join('');
}

// What a browser replaces or reorders: control characters, and the ones that turn the direction of text round.
const UNSAFE = /(?![\t\n\r])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replace(UNSAFE, '')
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? character);
}
