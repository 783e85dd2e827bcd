const sentences = new Set(['SystemError', 'Sentence', 'EmbeddedError', 'MigrationError'])

/** Errors that are written for the person at the terminal need no stack; for all others it is the best there is. */
export function explain(err: unknown): string {
  if (!(err instanceof Error)) return String(err)
  const isSentence =
    sentences.has(err.name) || ('code' in err && String(err.code).startsWith('ERR_PARSE_ARGS'))
  return isSentence ? err.message : (err.stack ?? err.message)
}
