import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { portIsFree } from './ports.ts'

test('a port that somebody listens on is not free', async () => {
  const stranger = createServer().listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  expect(await portIsFree((stranger.address() as AddressInfo).port)).toBe(false)
  stranger.close()
})

test('says what keeps a port from being opened when nobody has it', async () => {
  await expect(portIsFree(65_536)).rejects.toThrow(
    'Port 65536 on 127.0.0.1 cannot be opened (ERR_SOCKET_BAD_PORT)',
  )
})
