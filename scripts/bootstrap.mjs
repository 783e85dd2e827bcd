// Brings a bare machine to where the TypeScript in this folder runs. Plain JavaScript without dependencies, because it
// runs on whatever Node is there, before anything is installed. No static imports: an old Node must get as far as the sentence.
const oldestNode = 18
const major = Number(process.versions.node.split('.')[0])

if (major < oldestNode) {
  process.stderr.write(
    'Throughline needs Node 20 or newer to set itself up, and this is ' +
      process.version +
      '; install one from https://nodejs.org and try again.\n',
  )
  process.exit(1)
}

import('./bootstrap/commands.mjs').then(({ runCommand }) => runCommand(process.argv.slice(2)))
