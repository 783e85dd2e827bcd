// Loads every module of the app in this folder, while its image is built. That fills the compile cache, which a container
// only reads, and finds a package that is missing before anybody deploys it.
import { glob } from 'node:fs/promises'
import { flushCompileCache } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** They do something, which is not wanted here. What they import is loaded all the same. */
const programs = /(main|health-check)\.js$/

for await (const file of glob('dist/**/*.js')) {
  if (!programs.test(file)) await import(pathToFileURL(resolve(file)).href)
}
flushCompileCache()
// Telemetry would keep the process alive.
process.exit()
