// What docker-compose.yml promises for every container, its own and those that an overlay adds, read from the files.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const mebibyte = 2 ** 20
const memoryLimitMiB = 2_048
const containerLimit = 12

const condition = z.object({ condition: z.string(), required: z.boolean().default(true) })
const serviceSchema = z.looseObject({
  image: z.string().optional(),
  build: z.object({ args: z.record(z.string(), z.string()) }).optional(),
  restart: z.string(),
  user: z.string().optional(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  mem_limit: z.string().regex(/^\d+m$/),
  logging: z.object({
    driver: z.literal('json-file'),
    options: z.object({ 'max-size': z.string(), 'max-file': z.string() }),
  }),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  depends_on: z.record(z.string(), condition).default({}),
})

type Service = z.infer<typeof serviceSchema>
const overlaySchema = z.object({
  services: z.record(z.string(), z.looseObject({ image: z.string().optional() })),
})

const { services } = z
  .object({ services: z.record(z.string(), serviceSchema) })
  .parse(parse(read('docker-compose.yml'), { merge: true }))
// What has no image of its own there changes a service of docker-compose.yml.
const added = globSync('infra/*/compose.yaml', { cwd: root })
  .map((path) => overlaySchema.parse(parse(read(path))))
  .flatMap(({ services }) => Object.entries(services))
  .filter(([, { image }]) => image !== undefined)
  .map(([name, service]) => [name, serviceSchema.parse(service)] as const)
const isRunning = ([, { restart }]: readonly [string, Service]) => restart !== 'no'
const running = Object.entries(services).filter(isRunning)

describe.each([...Object.entries(services), ...added])('%s', (name, service) => {
  test('has no privileges, no docker socket, and no port beyond this machine', () => {
    expect(service).not.toHaveProperty('privileged')
    expect(service).not.toHaveProperty('network_mode', 'host')
    // Root for a moment only: to give the volumes to those who write to them.
    if (service.restart !== 'no') expect(service.user ?? '').not.toMatch(/^(0|root)\b/)
    expect(JSON.stringify(service.volumes)).not.toContain('docker.sock')
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/)
  })

  test('is built here, or is an image whose tag is a default', () => {
    if (service.build) {
      expect(service.build.args.NODE_VERSION).toMatch(/^\$\{NODE_VERSION:-/)
      expect(service.build.args.REVISION).toMatch(/^\$\{REVISION:-/)
    } else expect(service.image).toMatch(/^\$\{[A-Z]+_IMAGE:-[\w./-]+:v?\d+\.\d+(\.\d+)?\}$/)
  })

  test('waits for what it needs to be healthy', () => {
    for (const [needed, { condition, required }] of Object.entries(service.depends_on)) {
      const other = services[needed]
      // What may be missing is there for the order in which the containers stop.
      if (!required) continue
      const expected = other?.healthcheck
        ? 'service_healthy'
        : other?.restart === 'no'
          ? 'service_completed_successfully'
          : 'service_started'
      expect({ name, needed, condition }).toEqual({ name, needed, condition: expected })
    }
  })
})

test('the overlays that add a container are found', () => {
  expect(added.map(([name]) => name).toSorted()).toEqual(['greptimedb', 'tempo'])
})

test('the containers are few, and their memory has a limit', () => {
  const mebibytes = running.map(([, { mem_limit }]) => Number.parseInt(mem_limit, 10))
  expect(running.length).toBeLessThanOrEqual(containerLimit)
  expect(mebibytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(memoryLimitMiB)
})

test('every container that stays has a health check, but for the one without a shell', () => {
  const without = [...running, ...added]
    .filter(([, { healthcheck }]) => !healthcheck)
    .map(([name]) => name)
  expect(without).toEqual(['collector'])
})

test('no program may take more memory for itself than its container has', () => {
  for (const [name, service] of running) {
    const { GOMEMLIMIT: limit } = z
      .object({ GOMEMLIMIT: z.string().optional() })
      .parse(service.environment ?? {})
    if (limit === undefined) continue
    expect({ name, share: bytes(limit) / bytes(service.mem_limit) < 0.9 }).toEqual({
      name,
      share: true,
    })
  }
})

test('the model server sees the models of a folder outside, and can change none', () => {
  const mounts = services['model-server']?.volumes ?? []
  expect(mounts).toEqual([expect.stringMatching(/^\$\{MODELS_FOLDER:-\.\/[\w./-]+\}:\/models:ro$/)])
  const [, folder = ''] = /:-(.*)\}/.exec(mounts[0] ?? '') ?? []
  expect(globSync('*.gguf', { cwd: join(root, folder) })).not.toEqual([])
})

test('what fills the database knows, as the services do, that this is a demo', () => {
  const { environment } = z
    .object({ environment: z.object({ DEMO: z.string() }) })
    .parse(services.migrate)
  expect(services.gateway?.environment).toMatchObject(environment)
})

test('the images run the Node that the tests run', () => {
  const { catalog } = z
    .object({ catalog: z.record(z.string(), z.string()) })
    .parse(parse(read('pnpm-workspace.yaml')))
  expect(/^ARG NODE_VERSION=(.*)$/m.exec(read('Dockerfile'))?.[1]).toBe(catalog.node)
  expect(services.gateway?.build?.args.NODE_VERSION).toBe(`\${NODE_VERSION:-${catalog.node}}`)
})

function bytes(size: string): number {
  return Number.parseInt(size, 10) * mebibyte
}
