// A real gateway for shoppers, whose tasks end as soon as they have begun.
import { TaskState } from '@throughline/contracts'
import { keyOf, trustedKey } from '@throughline/gateway/testing/core-peer.ts'
import { complete, fail, publish } from '@throughline/gateway/testing/finish-task.ts'
import { startGateway, type TestGateway } from '@throughline/gateway/testing/start-gateway.ts'
import { ServerError, Status } from 'nice-grpc'
import { createGatewayClient, type GatewayClient } from '../gateway-client.ts'

export interface Shop {
  readonly gateway: TestGateway
  readonly client: GatewayClient
  /** How tasks end from here on. */
  ending: 'completed' | 'failed'
}

const limitedKey = 'limited-key'

export async function openShop(redisUrl: string): Promise<Shop> {
  const gateway = await startGateway({ redisUrl, demo: true, limits: { waitPollMs: 100 } })
  const { peer, redis, origin } = gateway
  peer.keys.push(keyOf(limitedKey, { tenantId: 'tenant-c', requestsPerMinute: 3 }))
  const client = createGatewayClient({
    ...{ url: origin, apiKey: trustedKey, limitedApiKey: limitedKey },
  })
  const shop: Shop = { gateway, client, ending: 'completed' }

  const endTasks = async () => {
    for (const { id, state } of peer.tasks.values()) {
      if (state !== TaskState.QUEUED) continue
      const end = shop.ending === 'completed' ? complete : fail
      end(peer, id)
      await publish(redis, id, { type: 'task.completed' })
    }
  }
  peer.before = ({ method, request }) => {
    if (method !== 'StartNegotiation' && method !== 'SubmitTask') return
    if (String((request as { listingId?: string }).listingId).startsWith('lst_')) {
      throw new ServerError(Status.NOT_FOUND, 'There is no such listing')
    }
    // When the answer is on its way, and the task exists.
    setImmediate(endTasks)
  }
  return shop
}
