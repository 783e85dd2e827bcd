// The base class of instrumentations hooks into every `require` of the process when the first one is built, and each copy
// of it once more. Nothing here needs that: `patch-libraries.ts`.
import Module from 'node:module'

export function withoutRequireHook<Result>(build: () => Result): Result {
  const { require } = Module.prototype
  const { getBuiltinModule } = process
  try {
    return build()
  } finally {
    Module.prototype.require = require
    process.getBuiltinModule = getBuiltinModule
  }
}
