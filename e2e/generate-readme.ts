// Writes the negotiation's tree into the project's README.
import { writeFile } from 'node:fs/promises'
import { readmePath, readmeWithTree } from './readme-tree.ts'

await writeFile(readmePath, await readmeWithTree())
