// `npm run bench:start`: how long `npm start` takes to a finished trace, from nothing and again, and what the processes
// hold at rest.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { arch, cpus, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchRun, readHelp, runBenchCommand, type Section } from './bench/bench-command.ts'
import { measureStart, type StartMeasurement } from './bench/measure-start.ts'
import { root } from './system/services.ts'

const warmRuns = 3

const help = `npm run bench:start   How long npm start takes to a finished trace, in a fresh clone with empty caches and again, and what
                      its processes hold at rest. Fetches about a gigabyte; takes about five minutes. Linux only.

The result is written into README.md. The ports of npm start must be free.
`

await runBenchCommand({ help, readOptions: readHelp, run })

async function run({ terminal, env, signal }: BenchRun<unknown>): Promise<Section[]> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  try {
    const clone = join(folder, 'throughline')
    execFileSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit' })
    const cleanEnv = withEmptyCaches(env, folder)
    terminal.print('Cold start …')
    const cold = await measureStart(clone, cleanEnv, signal)
    const warm: StartMeasurement[] = []
    for (let run = 1; run <= warmRuns; run++) {
      terminal.print(`Warm start ${run} of ${warmRuns} …`)
      warm.push(await measureStart(clone, cleanEnv, signal))
    }
    const last = warm.at(-1) ?? cold
    return [
      { file: 'README.md', name: 'bench:start', text: describe(cold, warm, last) },
      { file: 'README.md', name: 'output:start', text: `\`\`\`text\n${last.output}\n\`\`\`` },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** As on a machine that has never seen this project. What npm start itself would read stays away, too. */
function withEmptyCaches(env: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  const caches = {
    npm_config_cache: join(folder, 'npm'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_STATE_HOME: join(folder, 'state'),
    PNPM_HOME: join(folder, 'pnpm'),
  }
  for (const path of Object.values(caches)) mkdirSync(path)
  const own = /^(OTEL_|NODE_|npm_(?!config_registry)|pnpm_|INIT_CWD|TURBO_|DATA_DIR)/
  const kept = Object.entries(env).filter(([name]) => !own.test(name))
  const path = (env.PATH ?? '').split(':').filter((part) => !part.includes('node_modules/.bin'))
  return { ...Object.fromEntries(kept), ...caches, PATH: path.join(':'), NO_COLOR: '1' }
}

function describe(
  cold: StartMeasurement,
  warm: readonly StartMeasurement[],
  { memory }: StartMeasurement,
): string {
  const times = warm.map(({ seconds }) => seconds).sort((a, b) => a - b)
  const median = times[Math.floor(times.length / 2)] ?? 0
  const sum = (key: 'pssBytes' | 'rssBytes') => memory.reduce((total, row) => total + row[key], 0)
  const total = { name: '**all**', pssBytes: sum('pssBytes'), rssBytes: sum('rssBytes') }
  return `
| From \`npm start\` to a finished trace | Time |
| --- | --- |
| a fresh clone, empty caches | ${cold.seconds.toFixed(1)} s |
| every time after (median of ${warm.length}) | ${median.toFixed(1)} s |

| Process, at rest | Memory (PSS) | RSS |
| --- | --- | --- |
${[...memory, total].map((row) => `| ${row.name} | ${mebibytes(row.pssBytes)} | ${mebibytes(row.rssBytes)} |`).join('\n')}

Measured by \`npm run bench:start\` on ${cpus().length} cores (${platform()} ${arch()}). PSS counts a page that several processes
share once; RSS counts it each time.`
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`
}
