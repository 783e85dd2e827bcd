/** A request that OTLP answers with an error status; the message goes back to the sender. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: 400 | 403 | 404 | 405 | 413 | 415 | 503

  constructor(status: Refusal['status'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}
