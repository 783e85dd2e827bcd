// The SDK's, with flat contexts from the root on.
import { type Context, ROOT_CONTEXT } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { rootContext } from './flat-context.ts'

export class FlatContextManager extends AsyncLocalStorageContextManager {
  override active(): Context {
    const active = super.active()
    return active === ROOT_CONTEXT ? rootContext : active
  }
}
