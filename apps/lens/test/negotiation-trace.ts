// One negotiation as the real system draws it, with fixed ids and times: what the browser tests look at.
import type { LogFacts, SpanFacts } from './otlp.ts'

export interface Story {
  readonly spans: readonly SpanFacts[]
  readonly logs: readonly LogFacts[]
}

export interface StoryOptions {
  readonly traceId: string
  readonly startMs?: number
  readonly isFailing?: boolean
}

type Facts = Omit<SpanFacts, 'traceId' | 'spanId' | 'startMs' | 'durationMs'>

export function negotiation({ traceId, startMs = 0, isFailing = false }: StoryOptions): Story {
  const spans: SpanFacts[] = []
  const logs: LogFacts[] = []
  let lastId = 0

  const add = (parent: string | undefined, from: number, to: number, facts: Facts): string => {
    lastId += 1
    const spanId = lastId.toString(16).padStart(16, 'c0ffee0000000000')
    const parentSpanId = parent === undefined ? {} : { parentSpanId: parent }
    const times = { startMs: startMs + from, durationMs: to - from }
    spans.push({ traceId, spanId, ...parentSpanId, ...times, ...facts })
    return spanId
  }
  const say = (
    spanId: string,
    service: string,
    at: number,
    body: string,
    severity: LogFacts['severity'] = 'INFO',
  ) => {
    const attributes = { 'code.function.name': 'handle', pid: 4_000 }
    logs.push({ traceId, spanId, service, atMs: startMs + at, severity, body, attributes })
  }
  const sql = (parent: string, service: string, from: number, to: number, name: string) =>
    add(parent, from, to, {
      name,
      service,
      kind: 'CLIENT',
      attributes: { 'db.system.name': 'postgresql', 'db.namespace': 'throughline' },
    })
  const call = (parent: string, from: number, to: number, method: string, caller: string) => {
    const name = `throughline.v1.${method}`
    const attributes = {
      'rpc.system.name': 'grpc',
      'rpc.method': name,
      'rpc.status_code': 'OK',
    }
    const client = add(parent, from, to, { name, service: caller, kind: 'CLIENT', attributes })
    return add(client, from + 0.6, to - 0.4, { name, service: 'core', kind: 'SERVER', attributes })
  }

  const root = add(undefined, 0, 46.2, {
    name: 'POST /v1/negotiate',
    service: 'gateway',
    kind: 'SERVER',
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/v1/negotiate',
      'http.response.status_code': 202,
      'url.path': '/v1/negotiate',
      'throughline.tenant.id': 'tenant-demo',
    },
  })
  say(root, 'gateway', 1.1, 'request received')
  const start = call(root, 3.2, 41.8, 'NegotiationService/StartNegotiation', 'gateway')
  const operation = add(start, 5.4, 31.6, { name: 'prisma:client:operation', service: 'core' })
  for (const [from, to, name] of [
    [6.1, 9.4, 'SELECT tenants'],
    [10.2, 14.9, 'SELECT listings'],
    [16.0, 19.6, 'INSERT negotiations'],
    [20.1, 23.4, 'INSERT tasks'],
    [24.0, 27.2, 'INSERT outbox'],
    [27.9, 31.0, 'COMMIT'],
  ] as const) {
    sql(operation, 'core', from, to, name)
  }
  say(start, 'core', 33.4, 'negotiation started')
  const producer = add(start, 43.1, 47.9, {
    name: 'send throughline-tasks',
    service: 'core',
    kind: 'PRODUCER',
    attributes: { 'bullmq.queue.name': 'throughline-tasks', 'bullmq.job.id': 'task-7c1f' },
  })
  sql(producer, 'core', 43.9, 47.2, 'EVALSHA')
  const consumer = add(producer, 118.4, 842.7, {
    name: 'process throughline-tasks',
    service: 'orchestrator',
    kind: 'CONSUMER',
    attributes: { 'bullmq.queue.name': 'throughline-tasks', 'bullmq.job.attempt': 1 },
  })
  const task = add(consumer, 120.0, 840.1, {
    name: 'run task',
    service: 'orchestrator',
    attributes: {
      'throughline.task.id': 'task-7c1f',
      'throughline.task.type': 'negotiation',
      'throughline.agent.type': 'buyer',
      'throughline.attempt': 1,
    },
    ...(isFailing ? { error: 'the model server answered 500' } : {}),
    events: [{ name: 'task started', atMs: startMs + 121 }],
  })
  say(task, 'orchestrator', 121.5, 'task started')
  call(task, 123.0, 139.5, 'TaskService/StartTask', 'orchestrator')

  let at = 142
  for (const node of ['analyse', 'propose', 'policy', 'decide'] as const) {
    const isModel = node !== 'policy'
    const isBroken = isFailing && node === 'propose'
    const took = isModel ? 168 : 12
    const failure = isBroken ? { error: 'the model server answered 500' } : {}
    const run = add(task, at, at + took, {
      name: `run node`,
      service: 'orchestrator',
      attributes: {
        'throughline.node.id': node,
        'throughline.node.type': isModel ? 'llm' : 'rule',
      },
      ...failure,
    })
    if (isModel) {
      const chat = add(run, at + 2, at + 148, {
        name: 'chat throughline-tiny',
        service: 'orchestrator',
        kind: 'CLIENT',
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.request.model': 'throughline-tiny',
          'gen_ai.usage.input_tokens': 61,
          'gen_ai.usage.output_tokens': 24,
        },
        ...failure,
      })
      const serve = add(chat, at + 5, at + 146, {
        name: 'POST /v1/chat/completions',
        service: 'model-server',
        kind: 'SERVER',
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/v1/chat/completions',
          'http.response.status_code': isBroken ? 500 : 200,
        },
        ...(isBroken ? { error: 'fault asked for: model-error' } : {}),
      })
      if (isBroken) {
        say(serve, 'model-server', at + 8, 'request failed', 'ERROR')
        break
      }
      add(serve, at + 7, at + 31, { name: 'queue', service: 'model-server' })
      add(serve, at + 31, at + 58, { name: 'prefill', service: 'model-server' })
      add(serve, at + 58, at + 144, {
        name: 'decode',
        service: 'model-server',
        events: [{ name: 'first token', atMs: startMs + at + 66, attributes: { tokens: 1 } }],
      })
    }
    const save = add(run, at + took - 9, at + took - 1, {
      name: 'save checkpoint',
      service: 'orchestrator',
    })
    add(save, at + took - 8, at + took - 2, {
      name: 'HSET',
      service: 'orchestrator',
      kind: 'CLIENT',
      attributes: { 'db.system.name': 'redis' },
    })
    say(run, 'orchestrator', at + took - 1, `node ${node} completed`)
    at += took + 4
  }
  const done = call(
    task,
    at,
    at + 24,
    isFailing ? 'TaskService/FailTask' : 'TaskService/CompleteTask',
    'orchestrator',
  )
  sql(done, 'core', at + 4, at + 9, 'UPDATE tasks')
  sql(done, 'core', at + 10, at + 16, 'UPDATE negotiations')
  return { spans, logs }
}

/** The short path. */
export function search({ traceId, startMs = 0 }: StoryOptions): Story {
  const base = { traceId, startMs }
  const id = (number: number) => number.toString(16).padStart(16, '5ea4c40000000000')
  const name = 'throughline.v1.ListingService/Search'
  return {
    spans: [
      {
        ...base,
        spanId: id(1),
        name: 'POST /v1/search',
        service: 'gateway',
        kind: 'SERVER',
        durationMs: 18.3,
      },
      {
        ...base,
        spanId: id(2),
        parentSpanId: id(1),
        name,
        service: 'gateway',
        kind: 'CLIENT',
        startMs: startMs + 2,
        durationMs: 15.1,
      },
      {
        ...base,
        spanId: id(3),
        parentSpanId: id(2),
        name,
        service: 'core',
        kind: 'SERVER',
        startMs: startMs + 3,
        durationMs: 13.4,
      },
      {
        ...base,
        spanId: id(4),
        parentSpanId: id(3),
        name: 'SELECT listings',
        service: 'core',
        kind: 'CLIENT',
        startMs: startMs + 5,
        durationMs: 9.7,
      },
    ],
    logs: [],
  }
}
