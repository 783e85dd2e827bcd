// Runs the README's commands as they stand there: `npm start`, then every other one beside it. The tests and the
// stack of containers have their turn in .ci/run.
import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { check, finish } from './checks.mjs'

const startWithinMs = 300_000
const stopWithinMs = 15_000
const run = promisify(execFile)

const readme = readFileSync('README.md', 'utf8')
const commands = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text.trim())
const elsewhere = ['npm start', 'npm test', 'docker compose up']
const others = commands.filter((command) => !elsewhere.includes(command))

const start = spawn('npm', ['start'], { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
let output = ''
const ended = new Promise((resolve) => start.once('exit', (code) => resolve(code)))

await check('the README names both commands', () => {
  if (!commands.includes('npm start') || !commands.includes('npm test'))
    throw new Error('it does not')
})
await check('npm start prints the link to a complete trace', async () => {
  await printed(/Ctrl-C stops everything/)
  const [, lens, traceId] = /(http:\/\/\S+)\/traces\/([0-9a-f]{32})/.exec(output) ?? []
  if (!traceId) throw new Error('no link to a trace was printed')
  const answer = await fetch(`${lens}/api/traces/${traceId}?wait=complete&timeout=10s`)
  const trace = await answer.json()
  if (!trace.complete) throw new Error(`it is not complete: ${JSON.stringify(trace.reasons)}`)
  const page = await fetch(`${lens}/traces/${traceId}`)
  if (page.status !== 200) throw new Error(`the page answers ${page.status}`)
})
await check('it prints what the README shows', () => {
  const [, shown = ''] = /<!-- output:start -->\s+```text\n([\s\S]*?)```/.exec(readme) ?? []
  const printedLines = new Set(output.split('\n').map(withoutVarying))
  const missing = shown.split('\n').filter((line) => !printedLines.has(withoutVarying(line)))
  if (!shown || missing.length > 0) throw new Error(`not printed:\n${missing.join('\n')}`)
})
for (const command of others) {
  await check(command.split('\n')[0], async () => {
    const { stdout } = await run('bash', ['-c', command], { timeout: 30_000 })
    if (/^HTTP\/1.1 (?!2)/m.test(stdout)) throw new Error(stdout)
  })
}
await check('Ctrl-C stops npm start', async () => {
  // As a terminal does: to the whole group.
  process.kill(-start.pid, 'SIGINT')
  const timer = setTimeout(() => process.kill(-start.pid, 'SIGKILL'), stopWithinMs)
  const code = await ended
  clearTimeout(timer)
  if (code !== 0) throw new Error(`it exited with ${code}`)
})

finish()

/** Times, process ids and trace ids differ from run to run. */
function withoutVarying(line) {
  return line
    .replace(/\/traces\/[0-9a-f]{32}/, '/traces/…')
    .replace(/\d+ ms/, '… ms')
    .replace(/\s+[\d.]+ s\s+pid \d+|\s+[\d.]+ s$/, ' …')
}

async function printed(pattern) {
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it was not ready in time')), startWithinMs)
    start.stdout.on('data', (chunk) => {
      output += chunk
      process.stdout.write(chunk)
      if (pattern.test(output)) {
        clearTimeout(timer)
        resolve()
      }
    })
    ended.then((code) => reject(new Error(`it ended with ${code}`)))
  })
}
