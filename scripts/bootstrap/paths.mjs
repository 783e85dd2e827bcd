import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const dataDir = join(root, '.data')
export const modules = join(root, 'node_modules')
/** Node 26, from npm. The machine's own Node runs nothing but this set-up. */
export const node = join(modules, '.bin/node')
