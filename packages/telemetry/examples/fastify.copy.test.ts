// Whoever copies the package gets it as npm gives it to them: packed, installed next to Fastify in a folder of their
// own, without the optional parts, and set up in the three lines of the README.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startReceiver } from '@throughline/trace-testing/receiver'
import '@throughline/trace-testing/vitest'
import { beforeAll, expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const workspace = join(here, '../../..')
const { packageManager } = createRequire(import.meta.url)(join(workspace, 'package.json'))
const env = {
  ...process.env,
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  // A condition of this workspace, which nobody else has.
  NODE_OPTIONS: '',
}
let shop: string

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-copy-'))
  const pack = ['--yes', packageManager, 'pack', '--pack-destination', folder]
  await run('npx', pack, { cwd: join(here, '..'), env })
  const [tarball = ''] = await readdir(folder)

  shop = join(folder, 'shop')
  await cp(join(here, 'fastify'), shop, { recursive: true })
  const server = join(shop, 'server.ts')
  await writeFile(server, (await readFile(server, 'utf8')).replace('port: 3000', 'port: 0'))
  const packages = [join(folder, tarball), ...['fastify', '@types/node'].map(exactly)]
  await run('npm', ['install', '--omit=optional', '--no-audit', '--no-fund', ...packages], {
    cwd: shop,
    env,
  })
  return () => rm(folder, { recursive: true })
}, 240_000)

test('three lines in an empty Fastify project outside the workspace give a correct trace', async () => {
  await using receiver = await startReceiver()
  const { url, stop } = await startShop(receiver.env)
  expect(await (await fetch(url)).json()).toEqual({
    shop: 'open',
    stock: { id: 'camera', left: 3 },
  })
  await expect.poll(() => receiver.spans.length).toBe(3)
  await expect.poll(() => receiver.logs.length).toBeGreaterThan(0)
  const [trace, ...others] = receiver.traces
  expect(others).toEqual([])
  expect(trace).toMatchTree(`
    GET /               SERVER  shop
    └ GET               CLIENT  shop
      └ GET /stock/:id  SERVER  shop
  `)
  const { stdout } = await stop()
  const counted = readLines(stdout).find(({ msg }) => msg === 'counted')
  expect(counted?.trace_id).toBe(trace?.traceId)
  expect(receiver.logs.find(({ body }) => body === 'counted')?.traceId).toBe(trace?.traceId)
})

test('of what a server is asked, no query and no variable part of a path is sent or printed', async () => {
  await using receiver = await startReceiver()
  const { url, stop } = await startShop(receiver.env)
  const [query, part, path] = ['canaryquerysings', 'canarypartsings', 'canarypathsings']
  const found = await fetch(`${url}/stock/${part}?${query}=${query}`)
  expect(await found.json()).toMatchObject({ id: part })
  expect((await fetch(`${url}/${path}?${query}`)).status).toBe(404)
  await expect.poll(() => receiver.spans.length).toBe(2)
  await expect.poll(() => receiver.logs.length).toBeGreaterThan(0)
  const { stdout, stderr } = await stop()
  const told = JSON.stringify([receiver.requests, stdout, stderr])
  for (const canary of [query, part, path]) expect(told).not.toContain(canary)
})

test('prints what the README shows', async () => {
  const readme = await readFile(join(here, '../README.md'), 'utf8')
  const source = await readFile(join(here, 'fastify/server.ts'), 'utf8')
  expect(readme).toContain(source)
  const { url, stop } = await startShop({
    OTEL_TRACES_EXPORTER: 'console',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  })
  await fetch(url)
  const [, shown = 'nothing'] = /```text\n(trace [\s\S]*?)```/.exec(readme) ?? []
  const outcome = await stop((stderr) => stderr.includes('/stock/'))
  expect(withoutVarying(outcome.stderr)).toBe(withoutVarying(shown))
})

test.each([
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', '@grpc/grpc-js'],
  ['OTEL_CONFIG_FILE', 'otel.yaml', '@opentelemetry/sdk-node'],
])(
  'says what %s=%s lacks without the optional %s, and the app runs on',
  async (name, value, lacks) => {
    const { url, stop } = await startShop({
      [name]: value,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://[::1]:1',
    })
    expect((await fetch(url)).status).toBe(200)
    const { stderr } = await stop()
    expect(stderr).toContain(name)
    expect(stderr).toContain(lacks)
  },
)

test('has types that hold under strict and exactOptionalPropertyTypes, libraries included', async () => {
  const misuse = `
    import { counter, withSpan } from '@throughline/telemetry'
    // @ts-expect-error a name comes first
    await withSpan(() => 1)
    // @ts-expect-error a unit is missing
    counter({ name: 'orders', description: 'Orders' })
  `
  await writeFile(join(shop, 'misuse.ts'), misuse)
  const tsc = join(workspace, 'node_modules/.bin/tsc')
  const { stdout } = await run(tsc, ['--project', shop, '--skipLibCheck', 'false'], { env }).catch(
    (err) => err,
  )
  expect(stdout).toBe('')
})

interface Shop {
  readonly url: string
  /** Once `isEnough` says so of its standard error. */
  stop(isEnough?: (stderr: string) => boolean): Promise<{ stdout: string; stderr: string }>
}

async function startShop(variables: Record<string, string>): Promise<Shop> {
  const flags = ['--import', '@throughline/telemetry/register', 'server.ts']
  const child = spawn(process.execPath, flags, { cwd: shop, env: { ...env, ...variables } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (output.stdout += chunk))
  child.stderr.on('data', (chunk) => (output.stderr += chunk))
  await expect
    .poll(() => output.stdout + output.stderr, { timeout: 30_000 })
    .toContain('listening at')
  const [, url = ''] = /listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(output.stdout) ?? []
  return {
    url,
    async stop(isEnough = () => true) {
      await expect.poll(() => isEnough(output.stderr)).toBe(true)
      await ended(child)
      return output
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  await closed
}

function readLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** The version that this workspace has. */
function exactly(name: string): string {
  const { version } = createRequire(import.meta.url)(`${name}/package.json`)
  return `${name}@${version}`
}

function withoutVarying(text: string): string {
  return text
    .trim()
    .replace(/[0-9a-f]{32}/, '<trace>')
    .replace(/ +[\d.]+ +m?s\b/g, ' <time>')
    .replace(/localhost:\d+|127\.0\.0\.1:\d+/g, '<host>')
}
