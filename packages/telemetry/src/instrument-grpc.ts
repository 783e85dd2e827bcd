// gRPC, both ends: a span and a duration for each call of any kind, as the semantic conventions for RPC have them.
// Not @opentelemetry/instrumentation-grpc: it measures nothing, writes attributes that are deprecated, takes a
// NOT_FOUND for a failure of the server, and knows only of calls that reach a handler and return from it.
import type { Channel, Server, ServerInterceptor } from '@grpc/grpc-js'
import { SpanKind } from '@opentelemetry/api'
import {
  InstrumentationBase,
  type InstrumentationConfig,
  InstrumentationNodeModuleDefinition,
} from '@opentelemetry/instrumentation'
import { type CallEnd, observeCall } from './grpc-call.ts'
import { observeClientCall, serverOf } from './grpc-client-call.ts'
import { observeServerCall } from './grpc-server-call.ts'
import { histogram } from './instruments.ts'
import { metrics } from './metric-definitions.ts'

export interface GrpcSettings extends InstrumentationConfig {
  /** Neither recorded nor measured: `package.Service/Method`. */
  readonly ignoredMethods: readonly string[]
}

/** What the server is to blame for, by the conventions; every other status is an answer that the caller was due. */
const serverFailures = new Set([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
])

export class GrpcInstrumentation extends InstrumentationBase<GrpcSettings> {
  // Without a value of their own, which would replace what the constructor of the base class has set.
  declare private client: CallEnd
  declare private server: CallEnd

  constructor(settings: GrpcSettings) {
    super('throughline', '', settings)
  }

  protected init(): InstrumentationNodeModuleDefinition {
    // The first version with interceptors in the server.
    return new InstrumentationNodeModuleDefinition('@grpc/grpc-js', ['>=1.10.0 <2'], (grpc) => {
      this.patchClient(grpc.Channel.prototype)
      this.patchServer(grpc.Server.prototype)
      return grpc
    })
  }

  /** Called whenever there is another meter: one taken before the SDK started would stay silent. */
  override _updateMetricInstruments(): void {
    this.client = {
      kind: SpanKind.CLIENT,
      duration: histogram(metrics.rpcClientCallDuration, this.meter),
      isFailure: (status) => status !== 'OK',
    }
    this.server = {
      kind: SpanKind.SERVER,
      duration: histogram(metrics.rpcServerCallDuration, this.meter),
      isFailure: (status) => serverFailures.has(status),
    }
  }

  /** Every client makes its calls here, whoever generated or wrapped it. */
  private patchClient(prototype: Channel): void {
    const instrumentation = this
    const ignored = new Set(this.getConfig().ignoredMethods)
    const servers = new WeakMap<Channel, ReturnType<typeof serverOf>>()
    this._wrap(prototype, 'createCall', (createCall) => {
      return function (this: Channel, path, ...rest) {
        const call = createCall.call(this, path, ...rest)
        const method = path.slice(1)
        if (ignored.has(method)) return call
        const server = servers.get(this) ?? serverOf(this.getTarget())
        servers.set(this, server)
        return observeClientCall(call, (caller) =>
          observeCall(instrumentation.client, method, server, caller),
        )
      }
    })
  }

  /** An interceptor that is closest to the wire. Servers are given theirs when built, hence the private field. */
  private patchServer(prototype: Server): void {
    const ignored = new Set(this.getConfig().ignoredMethods)
    const observe: (...args: Parameters<ServerInterceptor>) => (typeof args)[1] = (
      { path },
      call,
    ) => {
      const method = path.slice(1)
      if (!ignored.has(method)) {
        observeServerCall(call, (parent) => observeCall(this.server, method, {}, parent))
      }
      return call
    }
    this._wrap(prototype, 'register', (register) => {
      return function (this: Server, ...args) {
        const server = this as unknown as { interceptors: unknown[] }
        if (!server.interceptors.includes(observe)) {
          server.interceptors = [observe, ...server.interceptors]
        }
        return Reflect.apply(register, this, args)
      }
    })
  }
}
