import type { Worker, WorkerServiceImplementation } from '@throughline/contracts'
import { z } from 'zod'
import { DomainError } from '../errors.ts'
import { requiredText, validate } from '../validation.ts'
import type { LiveWorker, WorkerRegistry } from './worker-registry.ts'

const drainSchema = z.object({ workerId: requiredText(200), draining: z.boolean() })

export function workerService(registry: WorkerRegistry): WorkerServiceImplementation {
  return {
    async listWorkers() {
      const workers = await answered(registry.list())
      return { workers: workers.map(toWorkerMessage) }
    },
    async drainWorker(request) {
      const { workerId, draining } = validate(drainSchema, request)
      const workers = await answered(registry.list())
      const worker = workers.find(({ id }) => id === workerId)
      if (!worker) throw new DomainError('not_found', 'There is no such worker')
      await answered(registry.setDraining(workerId, draining))
      // As it is told to be: it acts on that with its next heartbeat.
      return { worker: { ...toWorkerMessage(worker), draining } }
    },
  }
}

/** The registry is Redis, and nothing but Redis goes wrong in it. */
async function answered<Value>(asked: Promise<Value>): Promise<Value> {
  try {
    return await asked
  } catch (cause) {
    throw new DomainError('unavailable', 'The registry of workers does not answer', { cause })
  }
}

function toWorkerMessage({ startedAt, ...worker }: LiveWorker): Worker {
  return { ...worker, startedAt: new Date(startedAt) }
}
