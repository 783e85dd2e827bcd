// Variables that the SDK reads and nobody set, for as long as it starts: a child inherits what stays, and would take
// its parent's name for its own.

export async function withDefaultVariables<T>(
  env: NodeJS.ProcessEnv,
  defaults: Readonly<Record<string, string>>,
  start: () => T | Promise<T>,
): Promise<T> {
  const unset = Object.entries(defaults).filter(([name]) => !env[name])
  Object.assign(env, Object.fromEntries(unset))
  try {
    return await start()
  } finally {
    for (const [name] of unset) delete env[name]
  }
}
