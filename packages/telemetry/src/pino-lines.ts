// The lines of pino: each has the ids of its span, and is sent as a log record. The instrumentation takes a line by a
// stream of Node's, which makes bytes of it and keeps a queue, before it reads it: a third of what a record costs.
// Here it is handed the line.
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino'

type Pino = (...args: unknown[]) => Record<symbol, unknown>
type PinoExports = Pino & { readonly symbols: { readonly streamSym: symbol } }

/** The private part of the stream that makes a record of a line, and of what pino puts in front of it. */
interface LineReader {
  readonly _otelLogger?: object
  _write(line: string, encoding: undefined, done: () => void): void
  write(line: string): void
}

export class PinoLines extends PinoInstrumentation {
  protected override init() {
    const definitions = super.init()
    for (const definition of definitions) {
      const { patch } = definition
      definition.patch = (exports, version) => readDirectly(patch?.(exports, version))
    }
    return definitions
  }
}

function readDirectly(pino: PinoExports): PinoExports {
  const { streamSym } = pino.symbols
  const create: Pino = (...args) => {
    const logger = pino(...args)
    const { streams } = logger[streamSym] as { streams?: readonly { stream: LineReader }[] }
    const reader = streams?.find(({ stream }) => stream._otelLogger)?.stream
    if (reader) reader.write = (line) => reader._write(line, undefined, done)
    return logger
  }
  const patched = Object.assign(create, pino)
  return Object.assign(patched, { pino: patched, default: patched })
}

const done = () => undefined
