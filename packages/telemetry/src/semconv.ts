// Semantic conventions that are not stable yet. Their constants live in the package's `incubating` entry, whose
// content changes in minor releases; a copy changes when we decide to.

/** "Development", as of version 1.45. */
export const dbClient = {
  connectionCount: 'db.client.connection.count',
  connectionLimit: 'db.client.connection.limit',
  pendingRequests: 'db.client.connection.pending_requests',
  connectionWaitTime: 'db.client.connection.wait_time',
  poolName: 'db.client.connection.pool.name',
  connectionState: 'db.client.connection.state',
} as const

/** BullMQ's own; no convention knows them. */
export const bullmq = {
  queueJobs: 'bullmq.queue.jobs',
  jobDuration: 'bullmq.job.duration',
  queueName: 'bullmq.queue.name',
  jobsState: 'bullmq.queue.jobs.state',
  jobState: 'bullmq.job.state',
} as const

/** "Development", as of version 1.45. */
export const messaging = {
  processDuration: 'messaging.process.duration',
  system: 'messaging.system',
  destinationName: 'messaging.destination.name',
  operationName: 'messaging.operation.name',
} as const

/** "Development", as of version 1.45. The OpenAI instrumentation still writes `gen_ai.system` for the provider. */
export const genAi = {
  operationName: 'gen_ai.operation.name',
  providerName: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  responseFinishReasons: 'gen_ai.response.finish_reasons',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
} as const
