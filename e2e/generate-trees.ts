// Runs every scenario and writes down the tree of its trace, for a person to review as a change of `trees/`.
// A file that still matches stays as it is: the order of quick siblings varies, and is no change.
import { readFile, writeFile } from 'node:fs/promises'
import { formatTree, matchTree } from '@throughline/trace-testing'
import { startRunningSystem } from './running-system.ts'
import { findListing, runScenario, scenarios } from './scenarios.ts'
import { treeStyle } from './tree-style.ts'

const running = await startRunningSystem(process.env)
try {
  const listing = await findListing(running)
  for (const scenario of scenarios) await runScenario(running, scenario, listing)
  for (const scenario of scenarios) {
    const { tree } = await runScenario(running, scenario, listing)
    const file = new URL(`trees/${scenario.name}.txt`, import.meta.url)
    const written = await readFile(file, 'utf8').catch(() => '')
    if (written !== '' && matchTree(tree, written, treeStyle).matches) continue
    await writeFile(file, `${formatTree(tree, treeStyle)}\n`)
    process.stdout.write(`${scenario.name} has another tree\n`)
  }
} finally {
  await running.stop()
}
