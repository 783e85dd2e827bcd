/** Its message is a whole sentence for the person at the terminal, and says what to do. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError'
}
