// A handful of shoppers: the traffic generator as a process of its own, until nobody comes any more.
import { startProcess } from '@throughline/process/testing'
import { vi } from 'vitest'
import type { RunningSystem } from './running-system.ts'

/** Among the first ten of this seed are some who look on, some who bargain, and one who asks too often. */
const visits = {
  TRAFFIC_SEED: '108',
  TRAFFIC_LIMIT: '10',
  TRAFFIC_RATE: '50',
  // Says how each negotiation ended.
  LOG_LEVEL: 'debug',
}
const longestWaitMs = 40_000

export async function sendShoppers({ system, exportVariables }: RunningSystem): Promise<void> {
  await using traffic = await startProcess({
    folder: new URL('../apps/traffic/', import.meta.url),
    imports: ['@throughline/telemetry/register'],
    env: { ...exportVariables, ...visits, TRAFFIC_PORT: '0', GATEWAY_URL: system.gatewayUrl },
  })
  const isOver = () => traffic.lines.some(({ msg }) => msg === 'nobody comes any more')
  await vi.waitUntil(isOver, { timeout: longestWaitMs })
  await traffic.stop()
}
