// Core as cheap as it can be: says yes to every attempt, and counts.
import { TaskServiceDefinition, WriteOutcome } from '@throughline/contracts'
import { createServer, ServerError, Status } from 'nice-grpc'
import { offerWork } from '../../telemetry/control.ts'

let completed = 0

const refuse = async (): Promise<never> => {
  throw new ServerError(Status.UNIMPLEMENTED, 'only what a worker asks for')
}

const server = createServer()
server.add(TaskServiceDefinition, {
  ...{ submitTask: refuse, getTask: refuse, listTasks: refuse, getTaskHistory: refuse },
  ...{ cancelTask: refuse, retryTask: refuse, failTask: refuse, releaseTask: refuse },
  reportUsage: refuse,
  startTask: async () => ({
    ...{ tenantId: 'bench-a', taskType: 'noop', attempt: 1, input: { nodes: 1 } },
    ...{ previous: undefined, firstUnreportedAttempt: 1, waitedMs: 0, runningMs: 0 },
  }),
  async completeTask() {
    completed += 1
    return { outcome: WriteOutcome.APPLIED }
  },
})
await server.listen('127.0.0.1:0')
// Asked to work, it says how far it has come.
offerWork(async () => completed)
