// What is observed without a line in the apps: an explicit list, each with the settings that keep a trace readable
// and private. `auto-instrumentations-node` would bring some forty packages for these seven and their noise (DNS and
// TCP spans, cloud detectors); what is listed here is what one finds in a trace.
//
// A trace begins where work enters a process: a server, a queue consumer, `withSpan`. Whatever goes out (SQL, Redis,
// HTTP) is recorded below such a parent only, so that polls and health checks do not fill the store with stumps.
//
// What observes a library is loaded with it: a process pays for what it uses.
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation'
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node'
import { register } from 'import-in-the-middle/register-hooks.mjs'
import { createUndiciInstrumentation } from './instrument-undici.ts'
import { beforeLibraries } from './load-with-library.ts'
import type { InsideRule } from './outgoing/inside-hosts.ts'

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
  return [createUndiciInstrumentation(isInside), new RuntimeNodeInstrumentation()]
}

export function observeLibraries(isInside: InsideRule): void {
  // Patches what is imported by name. Hooking every import would cost more than all of them, and Node's asynchronous
  // hooks would nearly double the start time.
  register({ include: Object.keys(files) })

  const require = createRequire(import.meta.url)
  beforeLibraries(Object.keys(files), (library) => {
    const file = `./libraries/${files[library]}${extname(import.meta.filename)}`
    const { instrumentations } = require(file) as LibraryFile
    registerInstrumentations({ instrumentations: instrumentations(isInside) })
  })
}
