// For the types of inject().
import type {} from '@throughline/embedded/vitest-setup'
import { beforeAll, expect, inject, test } from 'vitest'
import { readMetrics, type Series } from '../fixtures/read-metrics.ts'
import { type Recording, recordScript } from '../fixtures/record-script.ts'
import { metrics } from './metric-definitions.ts'

let recording: Recording
let whileWaiting: Series[]
let atTheEnd: Series[]

beforeAll(async () => {
  const args = [inject('postgresUrl'), inject('redisUrl')]
  recording = await recordScript('store-metrics', { args })
  const exports = recording.received.requests.filter(({ path }) => path === '/v1/metrics')
  whileWaiting = readMetrics({ requests: exports.slice(0, 1) })
  atTheEnd = readMetrics({ requests: exports })
})

const commands = (series: Series[]) =>
  series.filter(
    ({ name, attributes }) =>
      name === 'db.client.operation.duration' && attributes['db.system.name'] === 'redis',
  )
const pools = (series: Series[]) =>
  series.filter(({ name }) => name.startsWith('db.client.connection.'))

test('Redis commands are measured without a trace, by name, but not while they wait for data', () => {
  expect(commands(atTheEnd)).toMatchObject(
    commands(atTheEnd).map(() => ({
      unit: 's',
      bounds: metrics.dbClientOperationDuration.buckets,
    })),
  )
  // How a connection begins differs from one version of Redis to the next.
  const own = commands(atTheEnd).filter(
    ({ attributes }) => !/^(client|hello|info)$/.test(attributes['db.operation.name'] ?? ''),
  )
  const counts = own.map(({ attributes, value }) => {
    const { 'db.system.name': _, 'db.operation.name': name, ...rest } = attributes
    return [name, value, rest] as const
  })
  expect(counts.sort()).toEqual([
    ['del', 1, {}],
    ['get', 3, {}],
    ['lpush', 1, { 'error.type': 'WRONGTYPE' }],
    ['quit', 1, {}],
    ['set', 1, {}],
  ])
})

test('a pool is named after its database, and counted while somebody waits for it', () => {
  const { hostname, port, pathname } = new URL(inject('postgresUrl'))
  const about = { 'db.client.connection.pool.name': `${hostname}:${port}${pathname}` }
  const sums = pools(whileWaiting).filter(({ kind }) => kind === 'sum')
  expect(sums.map(({ name, unit, attributes, value }) => [name, unit, attributes, value])).toEqual([
    [
      'db.client.connection.count',
      '{connection}',
      { ...about, 'db.client.connection.state': 'idle' },
      0,
    ],
    [
      'db.client.connection.count',
      '{connection}',
      { ...about, 'db.client.connection.state': 'used' },
      2,
    ],
    ['db.client.connection.limit', '{connection}', about, 2],
    ['db.client.connection.pending_requests', '{request}', about, 1],
  ])
})

test('a pool that is told of its database by variables has its name, too', async () => {
  const { hostname, port, pathname, username, password } = new URL(inject('postgresUrl'))
  const env = {
    ...{ PGHOST: hostname, PGPORT: port, PGDATABASE: pathname.slice(1) },
    ...{ PGUSER: username, PGPASSWORD: password },
  }
  const { received } = await recordScript('pool-by-variables', { env })
  const names = pools(readMetrics(received)).map(
    ({ attributes }) => attributes['db.client.connection.pool.name'],
  )
  expect(new Set(names)).toEqual(new Set([`${hostname}:${port}${pathname}`]))
})

test('what a query waited for its connection is measured in seconds', () => {
  const waits = atTheEnd.filter(({ name }) => name === 'db.client.connection.wait_time')
  expect(waits).toMatchObject([{ unit: 's', kind: 'histogram', value: 5 }])
})

test('no store metric holds a key, a value or a password', () => {
  const sent = JSON.stringify(recording.received.requests)
  expect(sent).not.toContain('private ')
  expect(sent).not.toContain(`:${new URL(inject('postgresUrl')).password}@`)
})
