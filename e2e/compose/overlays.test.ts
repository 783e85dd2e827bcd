// The files of infra/ that send everything to one more place, added as their first lines say. Afterwards the collector
// is the plain one again.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findListing, negotiationOver } from '../scenarios.ts'
import { compose, connectStack, docker, type Stack } from './stack.ts'

let stack: Stack

beforeAll(async () => {
  stack = await connectStack()
})
afterAll(() => compose(...onlyCollector))

const onlyCollector = ['up', '--detach', '--no-deps', 'collector']

async function addOverlay(overlay: string, variables: Readonly<Record<string, string>> = {}) {
  const files = ['--file', 'docker-compose.yml', '--file', `infra/${overlay}/compose.yaml`]
  await docker(['compose', ...files, ...onlyCollector], { env: { ...process.env, ...variables } })
}

test('infra/debug: the collector prints the spans of a request', async () => {
  await addOverlay('debug')
  const { traceId } = await stack.post('/v1/search', { query: 'camera' })
  const printed = () => compose('logs', '--no-color', '--no-log-prefix', 'collector')
  await expect.poll(printed).toContain(`POST /v1/search ${traceId}`)
})

test('infra/otlp: a vendor gets all three signals, each with the headers that it asks for', async () => {
  const vendor = await startVendor()
  try {
    await addOverlay('otlp', {
      OTLP_ENDPOINT: vendor.url,
      OTLP_HEADERS: '{"x-vendor-key":"of-the-test"}',
    })
    await stack.post('/v1/negotiate', negotiationOver(await findListing(stack)))
    const requests = async () => [...new Set(await vendor.requests())].toSorted()
    await expect
      .poll(requests)
      .toEqual(['/v1/logs of-the-test', '/v1/metrics of-the-test', '/v1/traces of-the-test'])
  } finally {
    // The vendor goes last: what a collector cannot send is kept for the next one that knows the vendor.
    await compose(...onlyCollector)
    await vendor.stop()
  }
})

/** In a container, where the collector reaches it by name whatever the host's firewall thinks of it. */
async function startVendor() {
  const name = 'throughline-vendor'
  const program = `require('node:http').createServer((request, response) => {
    console.log(request.url, request.headers['x-vendor-key'])
    request.resume().on('end', () => response.end())
  }).listen(4318)`
  const options = ['--detach', '--rm', '--no-deps', '--name', name]
  await compose('run', ...options, 'core', 'node', '--eval', program)
  return {
    url: `http://${name}:4318`,
    requests: async () => (await docker(['logs', name])).trim().split('\n'),
    stop: () => docker(['rm', '--force', name]),
  }
}
