// `npm run test:infra`: what infra/ holds, checked by the programs that it is for, in their official images.
import { type Check, checksOf } from './infra/checks.ts'
import { DockerError, requireDocker } from './infra/docker.ts'

let passed = 0
let failed = 0

try {
  const docker = requireDocker({ mayPull: !process.argv.includes('--no-pull') })
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
