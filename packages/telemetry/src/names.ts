// Generated from packages/registry/signals: `pnpm --filter @throughline/registry generate`.
// Whatever is not in the stable semantic conventions is there before it is used here.

/** On spans and log records. Identifiers belong here, never in the name of a span or on a metric. */
export const attributes = {
  /** The other end left, or the server gave up, before the response was complete. */
  httpResponseIncomplete: 'throughline.http.response_incomplete',
  /** How many were to be served first when the request came. */
  modelQueuePosition: 'throughline.model.queue_position',
  /** The default model of a model server. */
  modelName: 'throughline.model.name',
  /** The file of the model, by the first twelve digits of its SHA-256 in hex. */
  modelHash: 'throughline.model.hash',
  /** The deployment of a model that the process belongs to, when somebody says so. */
  deploymentId: 'throughline.deployment.id',
  /** What a shopper did wrong. */
  shopMistake: 'throughline.shop.mistake',
  /** The task. */
  taskId: 'throughline.task.id',
  /** What kind of task it is. */
  taskType: 'throughline.task.type',
  /** The attempt's number, which is also its fencing token. */
  taskAttempt: 'throughline.task.attempt',
  /** Seconds the task has waited in the queue before this attempt. */
  taskWaitTime: 'throughline.task.wait_time',
  /** For whom the work is done, from core's table of tenants. */
  tenantId: 'throughline.tenant.id',
  /** The agent that works on the task. */
  agentType: 'throughline.agent.type',
  /** The node's name within its workflow. */
  nodeId: 'throughline.node.id',
  /** What kind of node it is. */
  nodeType: 'throughline.node.type',
  /** Which item it is, of a node that runs once for each; the first is 0. */
  nodeItem: 'throughline.node.item',
  /** The process that runs the task, as host and process id. */
  workerId: 'throughline.worker.id',
  /** What the calls to models cost, in US dollars, as far as their price is known. */
  llmCostUsd: 'throughline.llm.cost_usd',
  /** Calls to models whose cost nobody knows. */
  llmUnpricedCalls: 'throughline.llm.unpriced_calls',
  /** Bytes of the checkpoint as written. */
  checkpointSize: 'throughline.checkpoint.size',
} as const

/** Verb and noun, constant. */
export const spans = {
  /** The first request for a model waits until it is loaded, as do all that come meanwhile. */
  loadModel: 'load model',
  /** A completion waits for a slot of the engine. */
  queue: 'queue',
  /** The engine reads the prompt, up to the first token of the answer. */
  prefill: 'prefill',
  /** The engine writes the answer. */
  decode: 'decode',
  /** A shopper's first look into the shop; the root of its trace, as in a browser. */
  shopSearch: 'shop search',
  /** The next page of the same search. */
  shopLook: 'shop look',
  /** A shopper's negotiation, from the wish to the agent's answer. */
  shopNegotiate: 'shop negotiate',
  /** A shopper asks the agent for its opinion, and may not wait for it. */
  shopConsult: 'shop consult',
  /** Something that a shop refuses, and has to refuse. */
  shopMistake: 'shop mistake',
  /** One attempt at a task. A second one links to the attempt before it. */
  runTask: 'run task',
  /**
   * One node of a task's workflow. One that runs once for each item has such a span for each below
   * its own.
   */
  runNode: 'run node',
  /** Writes the progress of a task, so that a later attempt can go on from it. */
  saveCheckpoint: 'save checkpoint',
  /** Reads the progress that an earlier attempt has left. */
  restoreCheckpoint: 'restore checkpoint',
} as const

/** On spans. */
export const events = {
  /** The answer has begun. */
  firstToken: 'first token',
  /** Core has taken the result. */
  taskCompleted: 'task completed',
  /** The attempt ended without a result; another may follow. */
  taskFailed: 'task failed',
  /** The last attempt that counts has failed or was lost; an operator has to look. */
  taskDead: 'task dead',
  /** All attempts together took longer than the workflow allows. */
  taskTimedOut: 'task timed out',
  /** The next call to a model could have cost more than the task or its tenant may spend. */
  budgetExceeded: 'budget exceeded',
  /** Somebody has cancelled the task. */
  taskCancelled: 'task cancelled',
  /** The worker gave the task back; the attempt does not count. */
  taskReleased: 'task released',
  /** The worker may write nothing more; another has the task, or will have it. */
  leaseLost: 'lease lost',
  /** The node has an output. */
  nodeCompleted: 'node completed',
  /** The node ended without an output. */
  nodeFailed: 'node failed',
  /** A try at the node failed; another follows after a pause. */
  nodeRetried: 'node retried',
  /** The node was told to stop before it had an output. */
  nodeStopped: 'node stopped',
  /** The node's condition did not hold. What comes after it is skipped with it, up to a join. */
  nodeSkipped: 'node skipped',
} as const

/** Attributes of our metrics, each with a handful of values; an unknown tenant counts as `other`. */
export const labels = {
  /** The tenant's id, from core's table of tenants. */
  tenant: 'tenant',
  /** The agent that works on the task. */
  agentType: 'agent_type',
  /** What kind of task it is. */
  taskType: 'task_type',
  /** What kind of node it is. */
  nodeType: 'node_type',
  /** How a node ended. */
  status: 'status',
  /** The worker's id. As many as there are processes. */
  worker: 'worker',
  /** Why a task went back to the queue, or an engine had to be started again. */
  reason: 'reason',
  /** The model that was asked, as configured. */
  model: 'model',
  /** The file of the model, by the first twelve digits of its SHA-256 in hex. */
  hash: 'hash',
  /** Whether the tokens were read or written by the model. */
  tokenType: 'token_type',
  /** What a shopper came for. */
  kind: 'kind',
  /** How a visit or a negotiation ended. */
  outcome: 'outcome',
  /** How a shopper waits for the answer. */
  waiting: 'waiting',
} as const

/** Semantic conventions and names of libraries that the package of conventions does not have for good. */
export const conventions = {
  /** Which pool of connections it is. */
  dbClientConnectionPoolName: 'db.client.connection.pool.name',
  /** Whether somebody is using the connections. */
  dbClientConnectionState: 'db.client.connection.state',
  /** What the model is asked to do. */
  genAiOperationName: 'gen_ai.operation.name',
  /** Who answers. */
  genAiProviderName: 'gen_ai.provider.name',
  /** The model that was asked for, as configured. */
  genAiRequestModel: 'gen_ai.request.model',
  /** Whether the answer is wanted as it is written. */
  genAiRequestStream: 'gen_ai.request.stream',
  /** The form of the answer that was asked for. */
  genAiOutputType: 'gen_ai.output.type',
  /** The most tokens the answer may have. */
  genAiRequestMaxTokens: 'gen_ai.request.max_tokens',
  /** How far the answer may stray from the likeliest one. */
  genAiRequestTemperature: 'gen_ai.request.temperature',
  /** The answer, as the server calls it. */
  genAiResponseId: 'gen_ai.response.id',
  /** The model that answered. */
  genAiResponseModel: 'gen_ai.response.model',
  /** Why the answer ends where it ends. */
  genAiResponseFinishReasons: 'gen_ai.response.finish_reasons',
  /** Tokens of the prompt. */
  genAiUsageInputTokens: 'gen_ai.usage.input_tokens',
  /** Those of them that the engine had read before, and kept. */
  genAiUsageCacheReadInputTokens: 'gen_ai.usage.cache_read.input_tokens',
  /** Tokens of the answer. */
  genAiUsageOutputTokens: 'gen_ai.usage.output_tokens',
  /** What was said to the model, message by message, each of parts as the conventions have them. */
  genAiInputMessages: 'gen_ai.input.messages',
  /** What the model answered, likewise. */
  genAiOutputMessages: 'gen_ai.output.messages',
  /** The queue. */
  bullmqQueueName: 'bullmq.queue.name',
  /** What became of the job. */
  bullmqJobState: 'bullmq.job.state',
  /** Where in the queue the jobs are. */
  bullmqQueueJobsState: 'bullmq.queue.jobs.state',
  /** The queue's software. */
  messagingSystem: 'messaging.system',
  /** What is done with the message. */
  messagingOperationName: 'messaging.operation.name',
  /** The queue. */
  messagingDestinationName: 'messaging.destination.name',
  /** The component, as one of its type. */
  otelComponentName: 'otel.component.name',
  /** What kind of component it is. */
  otelComponentType: 'otel.component.type',
} as const
