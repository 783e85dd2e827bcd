// `npm run test:infra`: what infra/ holds, checked by the programs that it is for, in their official images.
import { parseArgs } from 'node:util'
import { explain } from './explain.ts'
import { type Check, checksOf } from './infra/checks.ts'
import { DockerError, requireDocker } from './infra/docker.ts'

const help = `npm run test:infra -- [options]   Holds what infra/ holds against the programs that it is for, in their official images.

  --no-pull   only with images that are here; what needs another one is left out, and said so
  --help      this text
`
const { pull } = readOptions()
let passed = 0
let failed = 0

try {
  const docker = requireDocker({ mayPull: pull })
  for (const check of checksOf(docker)) report(check)
} catch (err) {
  if (!(err instanceof DockerError)) throw err
  console.error(err.message)
  failed += 1
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0

function report({ name, run }: Check): void {
  const { outcome, output } = run()
  if (outcome === 'passed') passed += 1
  if (outcome === 'failed') failed += 1
  console.log(`${{ passed: '✓', failed: '✗', 'left out': '-' }[outcome]} ${name}`)
  if (outcome !== 'passed') console.log(output.replace(/^/gm, '    '))
}

function readOptions(): { readonly pull: boolean } {
  try {
    const options = {
      pull: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    } as const
    const { values } = parseArgs({ options, allowNegative: true })
    if (!values.help) return values
    console.log(help)
    process.exit()
  } catch (err) {
    console.error(explain(err))
    process.exit(1)
  }
}
