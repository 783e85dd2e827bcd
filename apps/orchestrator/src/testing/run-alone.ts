// Runs workflows on real Redis without a worker, a queue or a core.
import { Redis } from 'ioredis'
import { type CheckpointStore, createCheckpointStore } from '../checkpoints/checkpoint-store.ts'
import type { AskModel } from '../models/model-client.ts'
import type { Attempt } from '../tasks/attempt.ts'
import { runWorkflow } from '../tasks/run-workflow.ts'
import type { Workflow } from '../workflows/workflow.ts'
import { collectLogs } from './collect-logs.ts'

export interface Runner extends Disposable {
  readonly redis: Redis
  readonly checkpoints: CheckpointStore
  run<Input, Result>(
    workflow: Workflow<Input, Result>,
    input: Input,
    attempt: Attempt,
    askModel?: AskModel,
  ): Promise<Result>
}

export function openRunner(redisUrl: string): Runner {
  const redis = new Redis(redisUrl)
  const checkpoints = createCheckpointStore(redis, collectLogs().logger)
  const nobodyAnswers: AskModel = () => Promise.reject(new Error('nobody answers'))
  return {
    ...{ redis, checkpoints },
    run: (workflow, input, attempt, askModel = nobodyAnswers) =>
      runWorkflow(workflow, input, attempt, { checkpoints, askModel, modelName: 'tiny' }),
    [Symbol.dispose]: () => redis.disconnect(),
  }
}
