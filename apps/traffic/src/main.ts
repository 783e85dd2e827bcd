import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { runProcess } from '@throughline/process'
import { createLogger, shutdownTelemetry } from '@throughline/telemetry'
import { arrivals } from './arrivals/arrivals.ts'
import { loadConfig } from './config.ts'
import { createGatewayClient } from './gateway-client.ts'
import { buildHealthServer } from './health.ts'
import { prepareAnnouncement } from './links/announcement.ts'
import { describeLinks } from './links/describe-links.ts'
import { Random } from './random.ts'
import { createMakeVisit } from './visits/make-visit.ts'
import { planVisit } from './visits/plan-visit.ts'
import { buildWorker } from './worker.ts'

await runProcess(async (onStop) => {
  onStop('telemetry', shutdownTelemetry)
  const config = loadConfig(process.env)
  const logger = createLogger({ name: 'traffic', level: config.logLevel })
  const random = new Random(config.seed)

  const announcement = prepareAnnouncement({
    jaegerUrl: config.jaegerUrl,
    announce(traceId) {
      const text = describeLinks({ ...config, ...config.gateway, traceId })
      // For a person at the terminal; the log beside it is for machines.
      if (text !== undefined) process.stdout.write(`${text}\n`)
    },
  })
  onStop('announcement', announcement.stop)

  const gateway = createGatewayClient(config.gateway)
  const makeVisit = createMakeVisit({ gateway, logger, onNegotiated: announcement.offer })
  const worker = buildWorker({
    ...config,
    arrivals: arrivals({ ...config, random: random.fork(0) }),
    planVisit: (index) => planVisit(random.fork(index + 1)),
    makeVisit,
    logger,
  })
  const health = buildHealthServer()
  health.listen(config.port, config.host)
  await once(health, 'listening')
  onStop('health', () => health.close())

  worker.start()
  onStop('worker', worker.stop)
  const { port } = health.address() as AddressInfo
  logger.info({ address: `http://${config.host}:${port}`, seed: config.seed }, 'listening')
})
