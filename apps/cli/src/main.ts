#!/usr/bin/env node
import { shutdownTelemetry } from '@throughline/telemetry'
import { loadConfig } from './config.ts'
import { describeError } from './errors.ts'
import { runCommand } from './run-command.ts'

try {
  const text = await runCommand(process.argv.slice(2), loadConfig(process.env))
  process.stdout.write(text)
} catch (err) {
  const { message, exitCode } = describeError(err)
  process.stderr.write(`throughline: ${message}\n`)
  process.exitCode = exitCode
} finally {
  await shutdownTelemetry()
}
