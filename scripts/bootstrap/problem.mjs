/** The exit codes of lib/base/exit-codes.ts that are needed before TypeScript can be read. */
export const EXIT = /** @type {const} */ ({ usage: 64, internal: 70, interrupted: 130 });

/** Something that the person at the keyboard has to put right: one sentence with a stable code, printed without a stack. */
export class BootstrapProblem extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(code, message, exitCode = EXIT.internal) {
    super(`${code}: ${message}`);
    this.name = 'BootstrapProblem';
    this.code = code;
    this.exitCode = exitCode;
  }
}
