/** The one error that a request body can cause: it is answered with 400 and its message. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}
