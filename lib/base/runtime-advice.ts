/**
 * Node ends the error of an unknown authority with advice about its own options. What helps here stands in the profile
 * (`tls.caFile`), and the sentence around the error says so.
 */
export function withoutRuntimeAdvice(message: string): string {
  return message.replace(/; if the root CA is installed locally.*$/s, '');
}
