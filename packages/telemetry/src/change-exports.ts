// Changes what a CommonJS file exports, whether it is imported or required: when it has run, or at once if it has run
// before. Node loads both by one method, which loaders have been replacing for as long as there is Node.
import Module, { createRequire } from 'node:module'

interface Compiling {
  exports: unknown
  _compile(content: string, filename: string, ...rest: unknown[]): unknown
}

type Change = (exports: unknown) => unknown

const { cache } = createRequire(import.meta.url)
let changes: Map<string, Change> | undefined

export function changeExports(filename: string, change: Change): void {
  const known = cache[filename]
  if (known?.loaded) {
    known.exports = change(known.exports)
    return
  }
  changes ??= watchFiles()
  changes.set(filename, change)
}

function watchFiles(): Map<string, Change> {
  const watched = new Map<string, Change>()
  const prototype = Module.prototype as unknown as Compiling
  const { _compile: compile } = prototype
  prototype._compile = function (content, filename, ...rest) {
    const result = compile.call(this, content, filename, ...rest)
    const change = watched.get(filename)
    if (change) this.exports = change(this.exports)
    return result
  }
  return watched
}
