// The one flag: `node --import @throughline/telemetry/register`. It runs before any module of the app, because a
// module that is loaded cannot be patched and a meter taken before the SDK starts stays silent for ever.
import { isMainThread } from 'node:worker_threads'
import { withoutQuoted } from './describe-error.ts'

// Node runs the flag in every worker thread too, where a second SDK would report the same process once more.
if (isMainThread && !isDisabled(process.env.OTEL_SDK_DISABLED)) {
  // Imported only here: switched off, not one OpenTelemetry module is loaded, let alone a library patched.
  await import('./start-sdk.ts')
    .then(({ startSdk }) => startSdk(process.env))
    .catch(({ message, code }: NodeJS.ErrnoException) => {
      // An app is worth no less without it. What is quoted may be the value of a variable, and secret: unless it is the
      // name of a package.
      const words = code === 'ERR_MODULE_NOT_FOUND' ? message : withoutQuoted(message)
      process.stderr.write(`Nothing is recorded: ${words}\n`)
    })
}

/** As the specification reads booleans: anything but "true" is false. */
function isDisabled(value: string | undefined): boolean {
  return value?.trim().toLowerCase() === 'true'
}
