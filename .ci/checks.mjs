// What the scripts beside this one have in common: a line for each check, and the last line that .ci/run adds up.
const results = []

export async function check(name, action) {
  try {
    await action()
    results.push(true)
    console.log(`  passed  ${name}`)
  } catch (err) {
    results.push(false)
    console.log(`  FAILED  ${name}\n${err.stack}`)
  }
}

export function finish() {
  const passed = results.filter(Boolean).length
  console.log(`${passed} passed, ${results.length - passed} failed`)
  process.exitCode = passed === results.length && passed > 0 ? 0 : 1
}
