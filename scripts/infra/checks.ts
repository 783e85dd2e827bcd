// What is checked: that compose accepts every stack, that each program accepts the configuration that this stack gives
// it, and that the alerts fire when their tests say so.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../system/services.ts'
import type { Docker, Result } from './docker.ts'
import { backends, stacks, vendorEnvironment } from './stacks.ts'

export interface Check {
  readonly name: string
  readonly run: () => Result
}

/** What `docker compose config` says of a service, as far as it matters here. */
interface Service {
  readonly image?: string
  readonly command?: readonly string[] | null
  readonly environment?: Readonly<Record<string, string | null>>
  readonly volumes?: readonly { type: string; source: string; target: string }[]
}

/** How each program is asked to read its configuration and stop. */
const validations: Readonly<
  Record<string, (service: Service) => { entrypoint?: string; args: readonly string[] }>
> = {
  collector: ({ command }) => ({ args: ['validate', ...(command ?? [])] }),
  jaeger: ({ command }) => ({ args: ['validate', ...(command ?? [])] }),
  prometheus: () => ({
    entrypoint: '/bin/promtool',
    args: ['check', 'config', '/etc/prometheus/prometheus.yaml'],
  }),
  loki: ({ command }) => ({ args: [...(command ?? []), '-verify-config'] }),
  tempo: ({ command }) => ({ args: [...(command ?? []), '-config.verify'] }),
}

export function* checksOf(docker: Docker): Generator<Check> {
  const seen = new Set<string>()
  let plain: Record<string, Service> = {}
  for (const overlays of stacks) {
    const name = overlays.length === 0 ? 'docker-compose.yml' : overlays.join(' + ')
    const config = readStack(docker, overlays)
    yield { name: `compose reads ${name}`, run: () => config }
    if (config.outcome !== 'passed') continue
    const { services }: { services: Record<string, Service> } = JSON.parse(config.output)
    if (overlays.length === 0) plain = services
    for (const [program, describe] of Object.entries(validations)) {
      const service = services[program]
      // The same program with the same configuration need not be asked twice.
      const key = JSON.stringify([program, service])
      if (service === undefined || seen.has(key)) continue
      seen.add(key)
      const { entrypoint, args } = describe(service)
      yield {
        name: `${program} reads its configuration of ${name}`,
        run: () => runProgram(docker, service, args, entrypoint),
      }
    }
  }
  yield* collectorChecks(docker, plain.collector)
  yield* ruleChecks(docker, plain.prometheus)
}

function* collectorChecks(docker: Docker, collector: Service | undefined): Generator<Check> {
  if (collector === undefined) return
  const service = { ...collector, environment: { ...collector.environment, ...vendorEnvironment } }
  for (const chosen of [[], ...backends.map((one) => [one]), backends]) {
    const files = ['base', ...chosen].map((file) => `--config=/etc/otelcol/${file}.yaml`)
    yield {
      name: `collector reads ${['base', ...chosen].join(' + ')}`,
      run: () => runProgram(docker, service, ['validate', ...files]),
    }
  }
}

function* ruleChecks(docker: Docker, prometheus: Service | undefined): Generator<Check> {
  const rules = readAll('infra/prometheus/rules')
  const tests = readAll('infra/prometheus/tests')
  for (const [, alert] of rules.matchAll(/^ *- alert: (\w+)$/gm)) {
    yield {
      name: `${alert} is tested firing and not firing`,
      run: () => {
        const fires = new RegExp(`alertname: ${alert}\\n`).test(tests)
        const isSilent = new RegExp(`alertname: ${alert}, .*exp_alerts: \\[\\]`).test(tests)
        return {
          outcome: fires && isSilent ? 'passed' : 'failed',
          output: fires ? 'no test shows it silent' : 'no test shows it firing',
        }
      },
    }
  }
  if (prometheus === undefined) return
  for (const file of readdirSync(join(root, 'infra/prometheus/tests'))) {
    const args = ['test', 'rules', `/etc/prometheus/tests/${file}`]
    yield {
      name: `the rules pass ${file}`,
      run: () => runProgram(docker, prometheus, args, '/bin/promtool'),
    }
  }
}

function readStack(docker: Docker, overlays: readonly string[]): Result {
  const files = ['docker-compose.yml', ...overlays].flatMap((file) => ['-f', file])
  return docker.command(['compose', ...files, 'config', '--format', 'json'], vendorEnvironment)
}

/** The service's image, environment and configuration, without its network, its neighbours and its data. */
function runProgram(
  docker: Docker,
  { image = '', environment = {}, volumes = [] }: Service,
  args: readonly string[],
  entrypoint?: string,
): Result {
  if (!docker.hasImage(image)) {
    const isWanted = !process.argv.includes('--no-pull')
    return { outcome: isWanted ? 'failed' : 'left out', output: `The image ${image} is not here.` }
  }
  const mounts = volumes
    .filter(({ type }) => type === 'bind')
    .flatMap(({ source, target }) => ['--volume', `${source}:${target}:ro`])
  const variables = Object.entries(environment).flatMap(([name, value]) =>
    value === null ? [] : ['--env', `${name}=${value}`],
  )
  const entry = entrypoint === undefined ? [] : ['--entrypoint', entrypoint]
  const isolation = ['--rm', '--network', 'none', '--cap-drop', 'ALL', '--read-only']
  const bounds = ['--memory', '512m', '--tmpfs', '/tmp']
  return docker.command([
    ...['run', ...isolation, ...bounds, ...mounts, ...variables, ...entry],
    ...[image, ...args],
  ])
}

function readAll(folder: string): string {
  const path = join(root, folder)
  return readdirSync(path)
    .map((file) => readFileSync(join(path, file), 'utf8'))
    .join('\n')
}
