import { existsSync, rmSync } from 'node:fs'
import { handOver, handOverToNode } from './hand-over.mjs'
import { checkPlatform } from './machine.mjs'
import { dataDir, node } from './paths.mjs'
import { Sentence } from './sentence.mjs'
import { pnpm, setUp } from './set-up.mjs'

const fromSources = ['-C', '@throughline/source']

const commands = {
  async start(args) {
    await setUp()
    await handOverToNode([...fromSources, 'scripts/start.ts', ...args])
  },
  async test(args) {
    await setUp()
    await handOverToNode([...fromSources, 'scripts/test.ts', ...args])
  },
  async 'live-check'(args) {
    await setUp()
    await handOverToNode([...fromSources, 'scripts/live-check.ts', ...args])
  },
  async reset(args) {
    // Without Node 26 nothing can be running either, and making room is no reason to install.
    if (existsSync(node)) return handOverToNode([...fromSources, 'scripts/reset.ts', ...args])
    rmSync(dataDir, { recursive: true, force: true })
    process.stdout.write('Removed .data.\n')
  },
  async run(args) {
    await setUp()
    await handOver('npx', [...pnpm, 'exec', ...args])
  },
}

const help = {
  start: `npm start -- [options]   Starts the whole system on this machine, and sends it a first request.

  --logs        show what the services log from info up (default: warnings and errors)
  --no-demo     do not send the first search and negotiation
  --watch       restart a service when its source changes
  --help        this text

Ports and addresses are variables: see .env.example. Copy it to .env to keep them.
Ctrl-C stops everything. The data stays in .data/; npm run reset removes it.
`,
  test: `npm test -- [options] [filters]   Checks types and style, then runs all tests on real PostgreSQL and Redis.

  --project <name>   the tests of one workspace: core, gateway, orchestrator, model-server, lens,
                     traffic, contracts, embedded, process, registry, telemetry, trace-testing, scripts,
                     e2e
  --help             this text

Everything else is passed to vitest, for example a part of a file name, or -t with a part of a test's name.
`,
  'live-check': `npm run live-check -- [options] [files]   Holds telemetry against the registry: packages/registry/signals.

  files             captured exports, OTLP in JSON, one on each line, as the collector's file exporter
                    writes them; - is standard input
  --listen [port]   receive OTLP over HTTP, on 4318 unless given
  --grpc [port]     receive OTLP over gRPC, on 4317 unless given
  --host <address>  listen on this address; 127.0.0.1 unless given
  --for <time>      listen so long (500ms, 30s, 5m), not until Ctrl-C
  --save <file>     append what comes to this file, to be checked again
  --complete        also find what is declared and was not seen
  --help            this text

Ends with 0 when all is as declared, with 1 when something is found or nothing came, and with 2 when the input
cannot be read.
`,
  reset: `npm run reset   Forgets all data: removes .data/. Refuses while Throughline is running.
`,
  run: `node scripts/bootstrap.mjs run <command>   Sets up if necessary, then runs a command of the workspace.
`,
}

export async function runCommand([name, ...args]) {
  if (!Object.hasOwn(commands, name)) {
    const known = Object.keys(commands).join(', ')
    return fail(`There is no command ${name ?? ''}; there are: ${known}.`)
  }
  if (name !== 'run' && (args.includes('--help') || args.includes('-h'))) {
    process.stdout.write(help[name])
    return
  }
  try {
    checkPlatform()
    await commands[name](args)
  } catch (err) {
    fail(err instanceof Sentence ? err.message : String(err.stack))
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}
