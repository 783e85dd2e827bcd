// The registry of our own names: whatever is not in the semantic conventions is here before it is used.

/** On spans and log records. Identifiers belong here, never in a span's name or on a metric. */
export const attributes = {
  taskId: 'throughline.task.id',
  taskType: 'throughline.task.type',
  tenantId: 'throughline.tenant.id',
  agentType: 'throughline.agent.type',
  /** The attempt's number, which is also its fencing token. */
  attempt: 'throughline.task.attempt',
  nodeId: 'throughline.node.id',
  nodeType: 'throughline.node.type',
  workerId: 'throughline.worker.id',
  checkpointBytes: 'throughline.checkpoint.size',
  /** The other end left, or the server gave up, before the response was complete. */
  responseIncomplete: 'throughline.http.response_incomplete',
  /** What a shopper did wrong, out of a short list. */
  mistake: 'throughline.shop.mistake',
} as const

/** Verb and noun, constant. */
export const spans = {
  runTask: 'run task',
  runNode: 'run node',
  saveCheckpoint: 'save checkpoint',
  restoreCheckpoint: 'restore checkpoint',
  queue: 'queue',
  prefill: 'prefill',
  decode: 'decode',
  shopSearch: 'shop search',
  shopLook: 'shop look',
  shopNegotiate: 'shop negotiate',
  shopMistake: 'shop mistake',
} as const

/** On the spans `run task`, `run node` and `decode`. */
export const events = {
  taskCompleted: 'task completed',
  taskFailed: 'task failed',
  nodeCompleted: 'node completed',
  nodeFailed: 'node failed',
  firstToken: 'first token',
} as const

/** Prometheus adds the unit and `_total`: `throughline.task.duration` is read as `throughline_task_duration_seconds`. */
export const metrics = {
  tasksStarted: 'throughline.tasks.started',
  tasksCompleted: 'throughline.tasks.completed',
  tasksFailed: 'throughline.tasks.failed',
  taskDuration: 'throughline.task.duration',
  llmCalls: 'throughline.llm.calls',
  llmTokens: 'throughline.llm.tokens',
  nodeExecutions: 'throughline.node.executions',
  nodeDuration: 'throughline.node.duration',
  workersActive: 'throughline.workers.active',
  workerCurrentTasks: 'throughline.worker.current_tasks',
  workerHeartbeats: 'throughline.worker.heartbeats',
  rateLimitHits: 'throughline.rate_limit.hits',
  rateLimitTokensRemaining: 'throughline.rate_limit.tokens_remaining',
  checkpointsSaved: 'throughline.checkpoints.saved',
  checkpointsRestored: 'throughline.checkpoints.restored',
  checkpointSize: 'throughline.checkpoint.size',
  requeues: 'throughline.requeues',
  outboxDelay: 'throughline.outbox.delay',
  modelQueueDepth: 'throughline.model.queue_depth',
  modelBatchSize: 'throughline.model.batch_size',
  modelEngineRestarts: 'throughline.model.engine_restarts',
  shopVisits: 'throughline.shop.visits',
  shopShoppers: 'throughline.shop.shoppers',
  shopNegotiationDuration: 'throughline.shop.negotiation.duration',
} as const

/** The attributes of our metrics, each with a handful of values; an unknown tenant counts as `other`. */
export const labels = {
  tenant: 'tenant',
  agentType: 'agent_type',
  taskType: 'task_type',
  nodeType: 'node_type',
  status: 'status',
  model: 'model',
  tokenType: 'token_type',
  worker: 'worker',
  reason: 'reason',
  kind: 'kind',
  outcome: 'outcome',
  waiting: 'waiting',
} as const
