import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runProcess } from '@throughline/process'
import { pino } from 'pino'
import { buildLens } from './app.ts'
import { loadConfig } from './config.ts'

await runProcess(async (onStop) => {
  const config = loadConfig(process.env)
  const logger = pino({ name: 'lens', level: config.logLevel })
  const lens = await buildLens({ config, logger })
  onStop('servers', () => lens.close())

  await listen(lens.otlpServer, config.otlpPort)
  await listen(lens.pageServer, config.port)
  logger.info(
    { address: addressOf(lens.pageServer), otlpAddress: addressOf(lens.otlpServer) },
    'listening',
  )

  async function listen(server: Server, port: number): Promise<void> {
    server.listen(port, config.host)
    await once(server, 'listening')
  }
})

function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
