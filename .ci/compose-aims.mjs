// What the stack aims at, held against the one that has just come up. To be run at once: Docker keeps only the last five
// answers of a health check.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { check, finish } from './checks.mjs'

const aims = { healthySeconds: 60, firstTraceSeconds: 75, memoryMebibytes: 2048 }
/** This machine has other work; on an idle one the aims themselves hold. */
const allowance = 2
const run = promisify(execFile)

const containers = await inspectContainers()
const firstStart = Math.min(...containers.map(({ State }) => Date.parse(State.StartedAt)))
const healthySeconds = secondsUntil(lastHealthy(containers))
const firstTraceSeconds = secondsUntil(await firstTrace())
const memoryMebibytes = await sumOfLimits()

await checkTime('everything is healthy', healthySeconds, aims.healthySeconds)
await checkTime('the first trace is there', firstTraceSeconds, aims.firstTraceSeconds)
const memory = `all that stay, Grafana too, may use ${memoryMebibytes} of ${aims.memoryMebibytes} MiB`
await check(memory, () => assert.ok(memoryMebibytes <= aims.memoryMebibytes))
finish()

async function checkTime(what, seconds, aim) {
  const limit = aim * allowance
  const figure = `${seconds.toFixed(1)} s, aim ${aim} s, limit on this machine ${limit} s`
  await check(`${what} after ${figure}`, () => assert.ok(seconds <= limit))
}

async function inspectContainers() {
  const ids = (await docker('compose', 'ps', '--all', '--quiet')).split('\n').filter(Boolean)
  return JSON.parse(await docker('inspect', ...ids))
}

/** When the last container gave its first good answer. One that never did makes it no number, which is within no limit. */
function lastHealthy(containers) {
  const checked = containers.map(({ State }) => State.Health).filter(Boolean)
  const answers = checked.map(({ Log }) => Log?.find(({ ExitCode }) => ExitCode === 0)?.End)
  return Math.max(...answers.map((answer) => Date.parse(answer)))
}

/** When traffic printed the link to a trace that has arrived. */
async function firstTrace() {
  const deadline = firstStart + aims.firstTraceSeconds * allowance * 1_000
  for (;;) {
    const log = await docker('compose', 'logs', '--no-log-prefix', '--timestamps', 'traffic')
    const printedAt = /^(\S+) Throughline is up/m.exec(log)?.[1]
    if (printedAt) return Date.parse(printedAt)
    if (Date.now() > deadline) return Number.NaN
    await delay(1_000)
  }
}

/** Of whatever docker-compose.yml keeps running, whether it can run here or not. */
async function sumOfLimits() {
  const { services } = JSON.parse(await docker('compose', 'config', '--format', 'json'))
  const staying = Object.values(services).filter(({ restart }) => restart !== 'no')
  return staying.reduce((sum, { mem_limit }) => sum + Number(mem_limit), 0) / 2 ** 20
}

function secondsUntil(time) {
  return (time - firstStart) / 1_000
}

async function docker(...args) {
  const { stdout } = await run('docker', args, { maxBuffer: 2 ** 26, timeout: 30_000 })
  return stdout
}
