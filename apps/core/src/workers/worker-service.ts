import type { Worker, WorkerServiceImplementation } from '@throughline/contracts'
import { z } from 'zod'
import { DomainError } from '../errors.ts'
import { requiredText, validate } from '../validation.ts'
import type { LiveWorker, WorkerRegistry } from './worker-registry.ts'

const drainSchema = z.object({ workerId: requiredText(200), draining: z.boolean() })

export function workerService(registry: WorkerRegistry): WorkerServiceImplementation {
  return {
    async listWorkers() {
      const workers = await registry.list()
      return { workers: workers.map(toWorkerMessage) }
    },
    async drainWorker(request) {
      const { workerId, draining } = validate(drainSchema, request)
      const worker = (await registry.list()).find(({ id }) => id === workerId)
      if (!worker) throw new DomainError('not_found', 'There is no such worker')
      await registry.setDraining(workerId, draining)
      // As it is told to be: it acts on that with its next heartbeat.
      return { worker: { ...toWorkerMessage(worker), draining } }
    },
  }
}

function toWorkerMessage({ startedAt, ...worker }: LiveWorker): Worker {
  return { ...worker, startedAt: new Date(startedAt) }
}
