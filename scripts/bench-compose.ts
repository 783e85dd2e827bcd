// `npm run bench:compose`: what the stack that is up weighs, and how long it took to its first trace.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { join } from 'node:path'
import { readHelp, runBenchCommand } from './bench/bench-command.ts'
import { root } from './system/services.ts'
import { SystemError } from './system/system-error.ts'

interface Container {
  readonly service: string
  readonly id: string
  readonly image: string
  readonly startedAt: number
}

const mebibyte = 2 ** 20
const help = `npm run bench:compose   What the stack that is up weighs, and how long it took to its first trace: docker compose up first,
                        and for memory worth writing down let it run for ten minutes.

The result is written into README.md.
`

await runBenchCommand({
  ...{ help, readOptions: readHelp },
  run: async () => [{ file: 'README.md', name: 'bench:compose', text: describe() }],
})

function describe(): string {
  const containers = listContainers()
  if (containers.length === 0) {
    throw new SystemError('The stack is not up: docker compose up --detach --wait')
  }
  const memory = readMemory(containers)
  const base = imageBytes(`node:${nodeVersion()}-bookworm-slim`)
  const rows = containers.map(({ service, id, image }) => {
    const { used = 0, limit = 0 } = memory.get(id) ?? {}
    const own = image.startsWith('throughline-') ? mebibytes(imageBytes(image) - base) : ''
    return { service, used, limit, own }
  })
  const sum = (key: 'used' | 'limit') => rows.reduce((total, row) => total + row[key], 0)
  const firstStart = Math.min(...containers.map((one) => one.startedAt))
  const minutes = Math.round((Date.now() - firstStart) / 60_000)
  const seconds = (time: number) => ((time - firstStart) / 1_000).toFixed(0)
  return `
| Container | Memory | Limit | Its image adds to Node's |
| --- | --- | --- | --- |
${rows.map(({ service, used, limit, own }) => `| ${service} | ${mebibytes(used)} | ${mebibytes(limit)} | ${own} |`).join('\n')}
| **all** | ${mebibytes(sum('used'))} | ${mebibytes(sum('limit'))} | |

Measured by \`npm run bench:compose\` after ${minutes} minutes of the default traffic, on ${cpus().length} cores (${platform()} ${arch()}). The
services were healthy ${seconds(servicesHealthyAt(containers))} s after the first container had started, and the links were printed after ${seconds(linksPrintedAt())} s, all
images being there. Node's own image is there once for all services.
${describeAbsent(containers, sum('limit'))}`
}

function describeAbsent(containers: readonly Container[], limitOfPresent: number): string {
  const absent = [...readLimits()].filter(
    ([name]) => !containers.some((one) => one.service === name),
  )
  if (absent.length === 0) return ''
  const named = absent.map(([name, limit]) => `${name} (limit ${mebibytes(limit)})`).join(', ')
  const limits = absent.reduce((total, [, limit]) => total + limit, limitOfPresent)
  return `Not measured, as it was not up: ${named}; with it the limits add up to ${mebibytes(limits)}.`
}

/** Those that stay; what ends once its work is done needs no memory. */
function listContainers(): Container[] {
  const ids = docker('compose', 'ps', '--quiet').split('\n').filter(Boolean)
  if (ids.length === 0) return []
  const inspected: {
    readonly Id: string
    readonly State: { readonly StartedAt: string }
    readonly Config: { readonly Image: string; readonly Labels: Record<string, string> }
  }[] = JSON.parse(docker('inspect', ...ids))
  return inspected
    .map(({ Id, State, Config }) => ({
      id: Id,
      service: Config.Labels['com.docker.compose.service'] ?? '',
      image: Config.Image,
      startedAt: Date.parse(State.StartedAt),
    }))
    .toSorted((a, b) => a.service.localeCompare(b.service))
}

function readMemory(
  containers: readonly Container[],
): Map<string, { readonly used: number; readonly limit: number }> {
  const lines = docker(
    'stats',
    '--no-stream',
    '--no-trunc',
    '--format',
    '{{.ID}} {{.MemUsage}}',
    ...containers.map(({ id }) => id),
  )
  return new Map(
    lines.split('\n').map((line) => {
      const [id = '', used = '', , limit = ''] = line.split(' ')
      return [id, { used: bytes(used), limit: bytes(limit) }]
    }),
  )
}

/** What docker-compose.yml keeps running, and the memory that each may use. */
function readLimits(): Map<string, number> {
  const {
    services,
  }: {
    readonly services: Record<string, { readonly mem_limit: string; readonly restart: string }>
  } = JSON.parse(docker('compose', 'config', '--format', 'json'))
  const staying = Object.entries(services).filter(([, { restart }]) => restart !== 'no')
  return new Map(staying.map(([name, { mem_limit }]) => [name, Number(mem_limit)]))
}

/** Traffic waits for every service, as they do for the stores. Docker forgets when each of them became healthy. */
function servicesHealthyAt(containers: readonly Container[]): number {
  return containers.find(({ service }) => service === 'traffic')?.startedAt ?? Number.NaN
}

function linksPrintedAt(): number {
  const log = docker('compose', 'logs', '--no-color', '--no-log-prefix', '--timestamps', 'traffic')
  const printedAt = /^(\S+) Throughline is up/m.exec(log)?.[1]
  if (!printedAt) throw new Error('Traffic has not printed its links yet.')
  return Date.parse(printedAt)
}

function imageBytes(image: string): number {
  return Number(docker('image', 'inspect', '--format', '{{.Size}}', image))
}

function nodeVersion(): string {
  return /^ARG NODE_VERSION=(.*)$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))?.[1] ?? ''
}

function docker(...args: readonly string[]): string {
  return execFileSync('docker', args, { cwd: root, encoding: 'utf8' }).trim()
}

function bytes(text: string): number {
  const [, value = '', unit = ''] = /^([\d.]+)(\w+)$/.exec(text) ?? []
  const units: Readonly<Record<string, number>> = { B: 1, KiB: 1_024, MiB: mebibyte, GiB: 2 ** 30 }
  return Number(value) * (units[unit] ?? Number.NaN)
}

function mebibytes(size: number): string {
  return `${Math.round(size / mebibyte)} MiB`
}
