/** A command was sent and its connection lost: it is not known whether it was executed. */
export class OutcomeUnknown extends Error {
  constructor() {
    super('The connection to the shard was lost after the command had been sent.');
    this.name = 'OutcomeUnknown';
  }
}
