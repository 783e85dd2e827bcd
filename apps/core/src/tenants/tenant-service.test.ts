import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acmeKey, bazaarKey, demoKey } from '../seed/demo-keys.ts'
import { startCore, type TestCore } from '../testing/core.ts'
import { keyHash } from './key-hash.ts'

let core: TestCore
const lines: string[] = []
beforeAll(async () => {
  const logger = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
  core = await startCore({ logger })
})
afterAll(() => core.stop())

test('lists the hash of every key, with whose it is and what it may do', async () => {
  const { keys } = await core.tenants.listKeys({})
  const byTenant = Object.fromEntries(keys.map((key) => [key.tenantId, key]))
  expect(byTenant).toMatchObject({
    demo: { hash: keyHash(demoKey), trusted: true },
    acme: { hash: keyHash(acmeKey), trusted: false },
    bazaar: { hash: keyHash(bazaarKey), trusted: false, requestsPerMinute: 10 },
  })
})

test('leaves out a key that was revoked', async () => {
  await core.database.apiKey.update({
    where: { hash: keyHash(acmeKey) },
    data: { revokedAt: new Date() },
  })
  const { keys } = await core.tenants.listKeys({})
  expect(keys.map(({ tenantId }) => tenantId).sort()).toEqual(['bazaar', 'demo'])
})

test('says once when there are more keys than it lists', async () => {
  await core.database.$executeRaw`
    INSERT INTO api_keys (hash, tenant_id, requests_per_minute)
    SELECT encode(sha256(i::text::bytea), 'hex'), 'demo', 1 FROM generate_series(1, 10000) AS i`
  const { keys } = await core.tenants.listKeys({})
  expect(keys).toHaveLength(10_000)
  await core.tenants.listKeys({})
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 50, msg: 'more keys than can be listed', maxKeys: 10_000 },
  ])
})
