// Generated from packages/registry/signals: `pnpm --filter @throughline/registry generate`.
// What an instrument is made of. Prometheus adds the unit and `_total` to the name: `throughline.task.duration` is
// read as `throughline_task_duration_seconds`. A label with `values` has no others.

export const metrics = {
  dbClientOperationDuration: {
    name: 'db.client.operation.duration',
    unit: 's',
    description: 'Duration of database client operations.',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  },
  dbClientConnectionCount: {
    name: 'db.client.connection.count',
    unit: '{connection}',
    description: 'Open connections, by state',
  },
  dbClientConnectionLimit: {
    name: 'db.client.connection.limit',
    unit: '{connection}',
    description: 'Connections the pool may open',
  },
  dbClientConnectionPendingRequests: {
    name: 'db.client.connection.pending_requests',
    unit: '{request}',
    description: 'Requests waiting for a connection',
  },
  dbClientConnectionWaitTime: {
    name: 'db.client.connection.wait_time',
    unit: 's',
    description: 'Time it took to get a connection from the pool',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  },
  rateLimitHits: {
    name: 'throughline.rate_limit.hits',
    unit: '{hit}',
    description: 'Requests that were refused for a rate, and tasks that had to wait for one',
  },
  rateLimitTokensRemaining: {
    name: 'throughline.rate_limit.tokens_remaining',
    unit: '{request}',
    description: 'What a key of the tenant had left of its minute, as last seen',
  },
  httpServerRequestDuration: {
    name: 'http.server.request.duration',
    unit: 's',
    description: 'Duration of HTTP server requests',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  },
  llmCalls: {
    name: 'throughline.llm.calls',
    unit: '{call}',
    description: 'Calls that a model has begun to answer',
  },
  llmTokens: {
    name: 'throughline.llm.tokens',
    unit: '{token}',
    description: 'Tokens read and written by models',
    values: {
      token_type: ['input', 'output'],
    },
  },
  llmCostUsd: {
    name: 'throughline.llm.cost_usd',
    unit: '{USD}',
    description: 'Cost of the calls to models whose price is known',
  },
  llmUnpricedCalls: {
    name: 'throughline.llm.unpriced_calls',
    unit: '{call}',
    description: 'Calls to models whose cost nobody knows, and which are in no sum',
  },
  genAiServerRequestDuration: {
    name: 'gen_ai.server.request.duration',
    unit: 's',
    description: 'From a completion request to its last token',
    buckets: [
      0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ],
  },
  genAiServerTimeToFirstToken: {
    name: 'gen_ai.server.time_to_first_token',
    unit: 's',
    description: 'From a completion request to its first token',
    buckets: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  },
  genAiServerTimePerOutputToken: {
    name: 'gen_ai.server.time_per_output_token',
    unit: 's',
    description: 'Between two tokens of an answer, after the first',
    buckets: [
      0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4,
      0.5, 0.75, 1, 2.5,
    ],
  },
  modelTokens: {
    name: 'throughline.model.tokens',
    unit: '{token}',
    description: "Tokens that the model server's own models have read and written",
    values: {
      token_type: ['input', 'output'],
    },
  },
  modelInfo: {
    name: 'throughline.model.info',
    unit: '{model}',
    description: 'Models that are loaded, 1 for each, with the file it came from',
  },
  modelQueueDepth: {
    name: 'throughline.model.queue_depth',
    unit: '{request}',
    description: 'Requests waiting for a slot',
  },
  modelBatchSize: {
    name: 'throughline.model.batch_size',
    unit: '{request}',
    description: 'Answers generated side by side',
  },
  modelKvCacheUsed: {
    name: 'throughline.model.kv_cache.used',
    unit: '{token}',
    description: 'Tokens that the engine keeps in its cache',
  },
  modelKvCacheCapacity: {
    name: 'throughline.model.kv_cache.capacity',
    unit: '{token}',
    description: "The most that the engine's cache holds",
  },
  modelEngineMemory: {
    name: 'throughline.model.engine_memory',
    unit: 'By',
    description: "Memory that the engine's process has in use",
  },
  modelEngineRestarts: {
    name: 'throughline.model.engine_restarts',
    unit: '{restart}',
    description: 'Times the engine died, or could not be started again',
    values: {
      reason: ['crash', 'killed', 'stalled', 'load'],
    },
  },
  modelUpstreamCircuit: {
    name: 'throughline.model.upstream_circuit',
    unit: '1',
    description:
      'Whether the provider is asked, 0 when it is, 1 when one request may try, 2 while it is left alone',
  },
  modelUpstreamRepeats: {
    name: 'throughline.model.upstream_repeats',
    unit: '{repeat}',
    description: 'Times the provider was asked again, as it was not reached or took no request',
  },
  messagingProcessDuration: {
    name: 'messaging.process.duration',
    unit: 's',
    description: 'Duration of processing operation.',
    buckets: [
      0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120,
    ],
  },
  bullmqQueueJobs: {
    name: 'bullmq.queue.jobs',
    unit: '{job}',
    description: 'Jobs in the queue, by state',
  },
  queueOldestJobAge: {
    name: 'throughline.queue.oldest_job.age',
    unit: 's',
    description: 'For how long the job whose turn is next has waited in the queue',
  },
  queueJobAttempts: {
    name: 'throughline.queue.job.attempts',
    unit: '{attempt}',
    description: 'Attempts that a job took until it was done or given up',
    buckets: [1, 2, 3, 5, 10, 20, 50],
  },
  rpcClientCallDuration: {
    name: 'rpc.client.call.duration',
    unit: 's',
    description: 'Duration of outgoing gRPC calls',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  },
  rpcServerCallDuration: {
    name: 'rpc.server.call.duration',
    unit: 's',
    description: 'Duration of incoming gRPC calls',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  },
  otelSdkProcessorSpanProcessed: {
    name: 'otel.sdk.processor.span.processed',
    unit: '{span}',
    description: 'What left the queue: without error.type for the exporter, with one it is lost',
  },
  otelSdkProcessorSpanQueueSize: {
    name: 'otel.sdk.processor.span.queue.size',
    unit: '{span}',
    description: 'What waits in the queue, the batch in flight included',
  },
  otelSdkProcessorSpanQueueCapacity: {
    name: 'otel.sdk.processor.span.queue.capacity',
    unit: '{span}',
    description: 'The most that may wait in the queue',
  },
  otelSdkProcessorLogProcessed: {
    name: 'otel.sdk.processor.log.processed',
    unit: '{log_record}',
    description: 'What left the queue: without error.type for the exporter, with one it is lost',
  },
  otelSdkProcessorLogQueueSize: {
    name: 'otel.sdk.processor.log.queue.size',
    unit: '{log_record}',
    description: 'What waits in the queue, the batch in flight included',
  },
  otelSdkProcessorLogQueueCapacity: {
    name: 'otel.sdk.processor.log.queue.capacity',
    unit: '{log_record}',
    description: 'The most that may wait in the queue',
  },
  otelSdkExporterSpanExported: {
    name: 'otel.sdk.exporter.span.exported',
    unit: '{span}',
    description: 'What the exporter is done with: without error.type delivered, with one lost',
  },
  otelSdkExporterLogExported: {
    name: 'otel.sdk.exporter.log.exported',
    unit: '{log_record}',
    description: 'What the exporter is done with: without error.type delivered, with one lost',
  },
  shopVisits: {
    name: 'throughline.shop.visits',
    unit: '{visit}',
    description: 'Visits that ended, by what the shopper came for and how it went',
    values: {
      kind: ['browse', 'negotiate', 'consult', 'mistake'],
      outcome: [
        'completed',
        'gateway_away',
        'stopped',
        'timeout',
        'unfinished',
        'unexpected_answer',
      ],
    },
  },
  shopShoppers: {
    name: 'throughline.shop.shoppers',
    unit: '{shopper}',
    description: 'Shoppers in the shop',
  },
  shopNegotiationDuration: {
    name: 'throughline.shop.negotiation.duration',
    unit: 's',
    description: "From the shopper's wish to the agent's answer",
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40],
    values: {
      waiting: ['wait', 'poll', 'follow'],
      outcome: ['accept', 'offer', 'walk_away', 'failed'],
    },
  },
  tasksStarted: {
    name: 'throughline.tasks.started',
    unit: '{task}',
    description: 'Tasks whose first attempt a worker has begun',
    values: {
      agent_type: ['buyer', 'reviewer', 'writer', 'none'],
      task_type: ['negotiation', 'price_review', 'listing_summary', 'noop'],
    },
  },
  tasksCompleted: {
    name: 'throughline.tasks.completed',
    unit: '{task}',
    description: 'Tasks whose result core has taken',
    values: {
      agent_type: ['buyer', 'reviewer', 'writer', 'none'],
      task_type: ['negotiation', 'price_review', 'listing_summary', 'noop'],
    },
  },
  tasksFailed: {
    name: 'throughline.tasks.failed',
    unit: '{task}',
    description: 'Tasks that have failed for good, for whatever reason',
    values: {
      agent_type: ['buyer', 'reviewer', 'writer', 'none'],
      task_type: ['negotiation', 'price_review', 'listing_summary', 'noop'],
    },
  },
  tasksCancelled: {
    name: 'throughline.tasks.cancelled',
    unit: '{task}',
    description: 'Tasks that somebody has cancelled, begun or not',
    values: {
      agent_type: ['buyer', 'reviewer', 'writer', 'none'],
      task_type: ['negotiation', 'price_review', 'listing_summary', 'noop'],
    },
  },
  tasksPruned: {
    name: 'throughline.tasks.pruned',
    unit: '{task}',
    description: 'Tasks that were forgotten, long after they had ended',
  },
  taskDuration: {
    name: 'throughline.task.duration',
    unit: 's',
    description: "Time from the start of a task's first attempt to its end",
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    values: {
      agent_type: ['buyer', 'reviewer', 'writer', 'none'],
      task_type: ['negotiation', 'price_review', 'listing_summary', 'noop'],
    },
  },
  taskWaitTime: {
    name: 'throughline.task.wait_time',
    unit: 's',
    description: 'Time a task waited in the queue before an attempt',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    values: {
      agent_type: ['buyer', 'reviewer', 'writer', 'none'],
      task_type: ['negotiation', 'price_review', 'listing_summary', 'noop'],
    },
  },
  nodeExecutions: {
    name: 'throughline.node.executions',
    unit: '{node}',
    description: 'Nodes that have run, each item of one that runs once for each',
    values: {
      node_type: ['model', 'tool', 'policy', 'join'],
      status: ['completed', 'failed', 'stopped'],
    },
  },
  nodeDuration: {
    name: 'throughline.node.duration',
    unit: 's',
    description: 'Time a node took',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    values: {
      node_type: ['model', 'tool', 'policy', 'join'],
    },
  },
  checkpointsSaved: {
    name: 'throughline.checkpoints.saved',
    unit: '{checkpoint}',
    description: 'Checkpoints written',
  },
  checkpointsRestored: {
    name: 'throughline.checkpoints.restored',
    unit: '{checkpoint}',
    description: 'Checkpoints that a later attempt went on from',
  },
  checkpointSize: {
    name: 'throughline.checkpoint.size',
    unit: 'By',
    description: 'Size of a checkpoint as written',
    buckets: [256, 1_024, 4_096, 16_384, 65_536, 262_144],
  },
  requeues: {
    name: 'throughline.requeues',
    unit: '{task}',
    description: 'Times a task went back to the queue, by reason',
    values: {
      reason: [
        'lease_expired',
        'crash',
        'error',
        'draining',
        'newer_version',
        'not_cancelled',
        'job_lost',
        'job_ended',
      ],
    },
  },
  outboxDelay: {
    name: 'throughline.outbox.delay',
    unit: 's',
    description: 'From the commit of a task to the arrival of its job in the queue',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  },
  tasksWaiting: {
    name: 'throughline.tasks.waiting',
    unit: '{task}',
    description: 'Tasks that wait for their turn and are not in the queue yet',
  },
  tasksOldestWaitingAge: {
    name: 'throughline.tasks.oldest_waiting_age',
    unit: 's',
    description:
      'How long the task has waited that has waited longest, for its turn or in the queue; 0 when none waits',
  },
  workersActive: {
    name: 'throughline.workers.active',
    unit: '{worker}',
    description: 'Workers that are alive and take tasks',
  },
  workerCurrentTasks: {
    name: 'throughline.worker.current_tasks',
    unit: '{task}',
    description: 'Tasks in the hands of a worker; 0 once it is gone',
  },
  workerHeartbeats: {
    name: 'throughline.worker.heartbeats',
    unit: '{heartbeat}',
    description: 'Signs of life of a worker',
  },
} as const
