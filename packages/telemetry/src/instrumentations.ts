// What is observed without a line in the apps: an explicit list, each with the settings that keep a trace readable
// and private. `auto-instrumentations-node` would bring some forty packages for these seven and their noise (DNS and
// TCP spans, cloud detectors); what is listed here is what one finds in a trace.
//
// A trace begins where work enters a process: a server, a queue consumer, `withSpan`. Whatever goes out (SQL, Redis,
// HTTP) is recorded below such a parent only, so that polls and health checks do not fill the store with stumps.
//
// What observes a library is loaded with it: a process pays for what it uses. Another library is a file in `libraries/`
// and a line here; an instrumentation that an app builds by itself patches nothing.
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation'
import { RuntimeMetrics } from './instrument-runtime.ts'
import { createUndiciInstrumentation } from './instrument-undici.ts'
import type { InsideRule } from './outgoing/inside-hosts.ts'
import { patchLibraries } from './patch-libraries.ts'
import { withoutRequireHook } from './without-require-hook.ts'

/** By the library's name, the file in `libraries/`. */
const files: Readonly<Record<string, string>> = {
  '@grpc/grpc-js': 'grpc',
  '@prisma/client': 'prisma',
  ioredis: 'ioredis',
  openai: 'openai',
  pg: 'pg',
  pino: 'pino',
}

interface LibraryFile {
  instrumentations(isInside: InsideRule): Instrumentation[]
}

/** Of Node itself: the event loop and memory, and the `fetch` that comes with it. */
export function createInstrumentations(isInside: InsideRule): Instrumentation[] {
  return withoutRequireHook(() => [createUndiciInstrumentation(isInside), new RuntimeMetrics()])
}

export function observeLibraries(isInside: InsideRule): void {
  const require = createRequire(import.meta.url)
  patchLibraries({
    names: Object.keys(files),
    // The others are CommonJS, for those who import them, too.
    esModules: ['openai'],
    load(library) {
      const file = `./libraries/${files[library]}${extname(import.meta.filename)}`
      const { instrumentations } = require(file) as LibraryFile
      const created = withoutRequireHook(() => instrumentations(isInside))
      registerInstrumentations({ instrumentations: created })
      return created
    },
  })
}
