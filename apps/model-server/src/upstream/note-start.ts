import { DecoratorHandler, type Dispatcher } from 'undici'

/** Calls `note` before the first byte of a request is written: whatever fails earlier has reached nobody. */
export function noteStart(note: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => dispatch(options, new NotingHandler(handler, note))
}

class NotingHandler extends DecoratorHandler implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler
  readonly #note: () => void

  constructor(handler: Dispatcher.DispatchHandler, note: () => void) {
    super(handler)
    this.#handler = handler
    this.#note = note
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#note()
    this.#handler.onRequestStart?.(controller, context)
  }
}
