// A captured stream: one export on each line, in the JSON form of OTLP, as the collector's `file` exporter writes it.
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Otlp } from '@throughline/trace-testing/receiver'

/** The input is not what it should be; the message says where. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError'
}

const fields = ['resourceSpans', 'resourceMetrics', 'resourceLogs']

/** Takes every line that can be read, and returns what is wrong with the others. */
export async function readCapture(
  name: string,
  input: Readable,
  take: (otlp: Otlp) => void,
): Promise<CaptureError[]> {
  const problems: CaptureError[] = []
  let lineNumber = 0
  let exports = 0
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    lineNumber += 1
    if (line.trim() === '') continue
    try {
      take(readLine(line))
      exports += 1
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      problems.push(new CaptureError(`${name}:${lineNumber}: ${reason}`, { cause }))
      // Some other kind of file; its other lines would say the same.
      if (problems.length === mostProblems) break
    }
  }
  if (lineNumber === 0 || (exports === 0 && problems.length === 0)) {
    problems.push(new CaptureError(`${name}: holds nothing`))
  }
  return problems
}

const mostProblems = 5

export async function openCapture(path: string): Promise<Readable> {
  try {
    const file = await open(path)
    if ((await file.stat()).isDirectory()) throw new Error('is a folder')
    return file.createReadStream()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : message
    throw new CaptureError(`${path}: ${reason}`, { cause })
  }
}

function readLine(line: string): Otlp {
  const otlp = parse(line)
  if (typeof otlp !== 'object' || otlp === null || !fields.some((field) => field in otlp)) {
    throw new Error(`is JSON and no OTLP: it has none of ${fields.join(', ')}`)
  }
  return otlp as Otlp
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    const { message } = cause as Error
    const [, position] = /at position (\d+)/.exec(message) ?? []
    const isCutOff = /unexpected end/i.test(message) || Number(position) === line.length
    throw new Error(
      isCutOff
        ? 'the line is cut off; each is to hold one whole export'
        : `is not JSON (${message}); each line is to hold one export`,
      { cause },
    )
  }
}
