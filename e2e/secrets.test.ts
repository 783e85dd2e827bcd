// Nobody's data is in the telemetry: a secret is planted in every way into the system, and searched for in every byte
// that any process sends and in every line it prints, in whatever form.
import { createSecretFinder } from '@throughline/trace-testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plantedListing, plantInDatabase } from './secrets/in-the-database.ts'
import { plantInQueue } from './secrets/in-the-queue.ts'
import { plantOverGrpc } from './secrets/over-grpc.ts'
import { type Answer, plantOverHttp } from './secrets/over-http.ts'
import { type OverheardSystem, startOverheardSystem } from './secrets/overheard-system.ts'
import { plantInModel } from './secrets/to-the-model.ts'
import { secrets } from './secrets/words.ts'

let running: OverheardSystem
let answers: readonly Answer[]
let modelAnswers: readonly string[]
let refusedCalls: number

const heard = (text: string) => running.overheard.some(({ content }) => content.includes(text))

beforeAll(async () => {
  running = await startOverheardSystem(process.env, secrets.folder)
  const { system, ports } = running
  await plantInDatabase(system.databaseUrl)
  answers = await plantOverHttp(system.gatewayUrl)
  refusedCalls = await plantOverGrpc(`127.0.0.1:${ports.core}`)
  modelAnswers = await plantInModel(`http://127.0.0.1:${ports.modelServer}`)
  await plantInQueue(system.redisUrl, () => heard('job refused'))
  await running.stop()
}, 120_000)

afterAll(() => running?.stop())

test('the secrets went in: requests were served, refused and failed, and the model said one', () => {
  expect(new Set(answers.map(({ status }) => status))).toEqual(
    new Set([200, 400, 401, 404, 415, 500]),
  )
  const [found] = answers
  expect(found?.body).toContain(secrets.title)
  expect(found?.body).toContain(plantedListing)
  expect(modelAnswers[0]).toContain(secrets.answer)
  expect(refusedCalls).toBe(4)
})

test('all services were overheard: their spans, metrics, log records and lines', () => {
  for (const path of ['/v1/traces', '/v1/metrics', '/v1/logs']) {
    const sent = Buffer.concat(
      running.overheard.filter(({ where }) => where === path).map(({ content }) => content),
    )
    for (const service of ['gateway', 'core', 'orchestrator', 'model-server']) {
      expect(sent.includes(service), `${service} on ${path}`).toBe(true)
      expect(running.overheard.some(({ where }) => where === service)).toBe(true)
    }
  }
  for (const telling of ['run task', 'chat negotiator', '22P02', '23514', 'job refused']) {
    expect(heard(telling), telling).toBe(true)
  }
})

test('no secret is in any byte that was sent, nor in any line that was printed', () => {
  const find = createSecretFinder(secrets)
  const found = running.overheard.flatMap(({ where, content }) =>
    find(content).map((each) => ({ where, ...each })),
  )
  expect(found).toEqual([])
})
