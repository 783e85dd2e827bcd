// Runs a command in this one's place: same terminal, its exit code, every signal passed on.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { dataDir, node, root } from './paths.mjs'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** @param {string[]} args for Node 26, whose compile cache takes a fifth off every start */
export function handOverToNode(args) {
  return handOver(node, args, { NODE_COMPILE_CACHE: join(dataDir, 'cache/node') })
}

export function handOver(command, args, env = {}) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...env, ...process.env },
  })
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      process.exitCode = code ?? 128 + constants.signals[signal]
      resolve()
    })
  })
}
