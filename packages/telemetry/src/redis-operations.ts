// `db.client.operation.duration` of Redis, for ioredis: its instrumentation makes spans only. Every command counts, in
// a trace or not, sampled or not; its name is all that is looked at. Commands that wait for data are left out: their
// duration says how long nothing came.
import { type Attributes, type Histogram, ROOT_CONTEXT } from '@opentelemetry/api'
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
} from '@opentelemetry/instrumentation'
import {
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
} from '@opentelemetry/semantic-conventions'
import { histogram } from './instruments.ts'
import { metrics } from './metric-definitions.ts'
import { errorType } from './span-failure.ts'

/** A command that is sent again after a reconnect is the same one. */
const isMeasured = Symbol('measured')

interface Command {
  readonly name: string
  readonly args: readonly unknown[]
  resolve(value: unknown): void
  reject(err: unknown): void
  [isMeasured]?: true
}

type SendCommand = (this: unknown, command: Command, ...rest: unknown[]) => unknown

const waiting = new Set([
  ...['blpop', 'brpop', 'brpoplpush', 'blmove', 'blmpop'],
  ...['bzpopmin', 'bzpopmax', 'bzmpop', 'wait', 'waitaof'],
])

export class RedisOperations extends InstrumentationBase {
  #duration: Histogram | undefined

  constructor() {
    super('@throughline/telemetry/redis-operations', '0.1.0', {})
  }

  protected init(): InstrumentationNodeModuleDefinition {
    return new InstrumentationNodeModuleDefinition('ioredis', ['>=5 <7'], (module) => {
      const { prototype } = module[Symbol.toStringTag] === 'Module' ? module.default : module
      const sendCommand: SendCommand = prototype.sendCommand
      const measure = (command: Command) => this.#measure(command)
      // Not by `_wrap`: the instrumentation that makes the spans would take that for its own, and undo it.
      prototype.sendCommand = function (this: unknown, command: Command, ...rest: unknown[]) {
        if (!command[isMeasured] && !isWaiting(command)) measure(command)
        return sendCommand.call(this, command, ...rest)
      }
      return module
    })
  }

  override setMeterProvider(...args: Parameters<InstrumentationBase['setMeterProvider']>): void {
    super.setMeterProvider(...args)
    this.#duration = histogram(metrics.dbClientOperationDuration, this.meter)
  }

  #measure(command: Command): void {
    const startedAt = performance.now()
    const { name, resolve, reject } = command
    // A reply that cannot be read is rejected by what resolves it: the first end counts.
    let ended = false
    const end = (attributes: Attributes) => {
      if (ended) return
      ended = true
      // Given a context, nothing has to look for the active one.
      this.#duration?.record((performance.now() - startedAt) / 1_000, attributes, ROOT_CONTEXT)
    }
    command[isMeasured] = true
    command.resolve = (value) => {
      end(attributesOf(name))
      resolve(value)
    }
    command.reject = (err) => {
      end({ ...attributesOf(name), [ATTR_ERROR_TYPE]: replyType(err) })
      reject(err)
    }
  }
}

const attributesByName = new Map<string, Attributes>()

function attributesOf(name: string): Attributes {
  const known = attributesByName.get(name)
  if (known) return known
  const attributes = Object.freeze({
    [ATTR_DB_SYSTEM_NAME]: 'redis',
    [ATTR_DB_OPERATION_NAME]: name,
  })
  attributesByName.set(name, attributes)
  return attributes
}

function isWaiting({ name, args }: Command): boolean {
  if (!name.startsWith('xread')) return waiting.has(name)
  return args.some((arg) => typeof arg === 'string' && arg.toUpperCase() === 'BLOCK')
}

/** Redis begins a refusal with a word: `WRONGTYPE Operation against a key …`. */
function replyType(err: unknown): string {
  const word = err instanceof Error && err.name === 'ReplyError' && /^[A-Z]+/.exec(err.message)
  return word ? word[0] : errorType(err)
}
