import { afterAll, beforeAll, expect, test } from 'vitest'
import { acmeKey, bazaarKey, demoKey } from '../seed/demo-keys.ts'
import { startCore, type TestCore } from '../testing/core.ts'
import { keyHash } from './key-hash.ts'

let core: TestCore
beforeAll(async () => {
  core = await startCore()
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
