/** Text from elsewhere in Markdown, so that it stays text: no markup, no links, no mentions, one line. */
export function plainMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .replace(/[&<>\\`*_{}[\]()#|!~@$-]/g, (character) =>
      '&<>'.includes(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`,
    );
}
