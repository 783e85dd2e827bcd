// The command as a terminal has it: a process, its two streams and its exit code.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

function throughline(args: readonly string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, ['-C', '@throughline/source', main, ...args], {
    encoding: 'utf8',
    env,
  })
}

test('prints answers on stdout and exits with 0', () => {
  const { status, stdout, stderr } = throughline(['--help'])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toContain('throughline tasks list')
})

test('prints a sentence on stderr and exits with 2 for a command that makes no sense', () => {
  const { status, stdout, stderr } = throughline(['tasks'])
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toBe('throughline: there is no command "tasks"; throughline --help lists them\n')
})

test('exits with 1 when core does not answer', () => {
  const { status, stderr } = throughline(['workers', 'list'], { CORE_ADDRESS: '127.0.0.1:1' })
  expect(status).toBe(1)
  expect(stderr).toContain('core does not answer at 127.0.0.1:1')
})
