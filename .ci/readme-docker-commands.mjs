// Runs the commands of the README's section "With Docker" against a stack that is up. Those that bring it up have had
// their turn.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { check, finish } from './checks.mjs'

const run = promisify(execFile)

const readme = readFileSync('README.md', 'utf8')
const [, section = ''] = /^## With Docker$([\s\S]*?)^## /m.exec(readme) ?? []
const blocks = [...section.matchAll(/^ *```bash\n([\s\S]*?)^ *```$/gm)].map(([, text]) => text)
const commands = blocks.filter((block) => !/docker compose .*\bup\b/.test(block))

await check('the section has a command that asks for a failure', () =>
  assert.match(commands.join(''), /x-throughline-fault/),
)
for (const command of commands) {
  await check(command.trim().split('\n')[0], async () => {
    const { stdout } = await run('bash', ['-c', command], { timeout: 30_000 })
    assert.match(stdout, /^HTTP\/1.1 202/m)
    assert.match(stdout, /^traceresponse: 00-[0-9a-f]{32}-/im)
  })
}
finish()
