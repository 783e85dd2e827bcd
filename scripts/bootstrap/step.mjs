// One step of the set-up: a command whose noise is kept back, with a line that says what happens and for how long.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { root } from './paths.mjs'
import { Sentence } from './sentence.mjs'

const keptLines = 12
const isTerminal = process.stderr.isTTY === true
/** Where a line cannot be rewritten, a new one every ten seconds shows that it still goes on. */
const refreshMs = isTerminal ? 100 : 10_000

/**
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, readLine?: (line: string) => { progress?: string, text?: string } | undefined, signal?: AbortSignal }} [options]
 */
export async function runStep(title, command, args, { env, readLine, signal } = {}) {
  const startedAt = Date.now()
  const kept = []
  let progress = ''
  const show = () => print(title, progress, startedAt)
  const take = (line) => {
    const read = readLine ? readLine(line) : { text: line }
    if (read?.progress) progress = read.progress
    if (read?.text) kept.push(read.text)
    if (kept.length > keptLines) kept.shift()
  }

  show()
  const timer = setInterval(show, refreshMs)
  try {
    const code = await run(command, args, { env, signal }, take)
    if (code !== 0) throw new Sentence(`${kept.join('\n')}\n\n${explain(kept.join('\n'), title)}`)
    print(title, progress, startedAt, true)
  } finally {
    clearInterval(timer)
    if (isTerminal) process.stderr.write('\r\x1b[K')
  }
}

function run(command, args, options, onLine) {
  const child = spawn(command, args, {
    ...options,
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', onLine)
  return new Promise((resolve, reject) => {
    child.once('error', (err) => {
      reject(err.code === 'ENOENT' ? new Sentence(missing(command)) : err)
    })
    child.once('close', resolve)
  })
}

function print(title, progress, startedAt, done = false) {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(done ? 1 : 0)
  const line = `  ${done ? '✓' : '·'} ${title.padEnd(36)} ${progress.padEnd(20)} ${seconds.padStart(5)} s`
  process.stderr.write(isTerminal ? `\r\x1b[K${line}${done ? '\n' : ''}` : `${line}\n`)
}

function missing(command) {
  return `The program ${command} is not on the PATH; install npm, which comes with Node, and try again.`
}

const explanations = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|dns error|error sending request|META_FETCH_FAIL/i,
    'There is no way to the npm registry: connect to the network, or set HTTPS_PROXY, and run the command again.',
  ],
  [/ENOSPC|no space left/i, 'The disk is full: make room and run the command again.'],
  [
    /EACCES|EPERM|permission denied/i,
    'A file cannot be written: make this folder and the npm cache yours, and run the command again.',
  ],
  [
    /OUTDATED_LOCKFILE/,
    'pnpm-lock.yaml does not fit the package.json files: run `npx pnpm install`, or undo the change.',
  ],
]

function explain(output, title) {
  const [, sentence] = explanations.find(([pattern]) => pattern.test(output)) ?? []
  return (
    sentence ??
    `This step failed: ${title}. The lines above say why; running the command again repairs it.`
  )
}
