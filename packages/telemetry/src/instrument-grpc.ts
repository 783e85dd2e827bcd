// gRPC, both ends: a span and a duration for each call of any kind, as the semantic conventions for RPC have them.
// Not @opentelemetry/instrumentation-grpc: it measures nothing, writes attributes that are deprecated, takes a
// NOT_FOUND for a failure of the server, and knows only of calls that reach a handler and return from it.
import type {
  Channel,
  Server,
  ServerInterceptingCallInterface,
  ServerMethodDefinition,
} from '@grpc/grpc-js'
import { type Attributes, type Histogram, SpanKind } from '@opentelemetry/api'
import {
  InstrumentationBase,
  type InstrumentationConfig,
  InstrumentationNodeModuleDefinition,
} from '@opentelemetry/instrumentation'
import { type CallEnd, observeMethod } from './grpc-call.ts'
import { observeClientCall } from './grpc-client-call.ts'
import { rememberMethods } from './grpc-methods.ts'
import { observeServerCall } from './grpc-server-call.ts'
import { readTarget, targetOf } from './grpc-target.ts'
import { histogram } from './instruments.ts'
import { metrics } from './metric-definitions.ts'
import type { InsideRule } from './outgoing/inside-hosts.ts'

export interface GrpcSettings extends InstrumentationConfig {
  /** Neither recorded nor measured: `package.Service/Method`. */
  readonly ignoredMethods: readonly string[]
  /** Others are not told which trace a call is of. */
  readonly isInside: InsideRule
}

/** An interceptor as grpc-js calls it; its own type asks for a wrapper around the call, which ours is not. */
type Intercept = (
  method: ServerMethodDefinition<unknown, unknown>,
  call: ServerInterceptingCallInterface,
) => ServerInterceptingCallInterface

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
  declare private clientDuration: Histogram
  declare private serverDuration: Histogram

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
    this.clientDuration = histogram(metrics.rpcClientCallDuration, this.meter)
    this.serverDuration = histogram(metrics.rpcServerCallDuration, this.meter)
  }

  /** Every client makes its calls here, whoever generated or wrapped it. */
  private patchClient(prototype: Channel): void {
    const end: CallEnd = {
      kind: SpanKind.CLIENT,
      isFailure: (status) => status !== 'OK',
      duration: () => this.clientDuration,
    }
    const describe = (channel: Channel) => {
      const { attributes, hostnames } = readTarget(targetOf(channel))
      const isInside = hostnames.every(this.getConfig().isInside)
      return { isInside, methods: this.methods(end, attributes) }
    }
    const channels = new WeakMap<Channel, ReturnType<typeof describe>>()
    const lookUp = (channel: Channel) => {
      const known = channels.get(channel) ?? describe(channel)
      channels.set(channel, known)
      return known
    }
    this._wrap(prototype, 'createCall', (createCall) => {
      return function (this: Channel, path, ...rest) {
        const call = createCall.call(this, path, ...rest)
        const { methods, isInside } = lookUp(this)
        const observe = methods(path)
        return observe ? observeClientCall(call, observe, isInside) : call
      }
    })
  }

  /** An interceptor that is closest to the wire. Servers are given theirs when built, hence the private field. */
  private patchServer(prototype: Server): void {
    const methods = this.methods({
      kind: SpanKind.SERVER,
      isFailure: (status) => serverFailures.has(status),
      duration: () => this.serverDuration,
    })
    const intercept: Intercept = ({ path }, call) => {
      const observe = methods(path)
      return observe ? observeServerCall(call, observe) : call
    }
    this._wrap(prototype, 'register', (register) => {
      return function (this: Server, ...args) {
        const server = this as unknown as { interceptors: Intercept[] }
        if (!server.interceptors.includes(intercept)) {
          server.interceptors = [intercept, ...server.interceptors]
        }
        return Reflect.apply(register, this, args)
      }
    })
  }

  private methods(end: CallEnd, attributes: Attributes = {}): ReturnType<typeof rememberMethods> {
    const ignored = new Set(this.getConfig().ignoredMethods)
    return rememberMethods((method) =>
      ignored.has(method) ? undefined : observeMethod(end, method, attributes),
    )
  }
}
