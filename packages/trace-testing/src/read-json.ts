// What a backend answers, part by part: each has the shape that was asked for, or an error names it.

export type Fields = Readonly<Record<string, unknown>>

export interface GetJsonOptions {
  readonly fetch: typeof fetch
  readonly signal: AbortSignal
}

/** Undefined for 404, by which a backend says that it holds nothing of a trace. */
export async function getJson(url: URL, { fetch, signal }: GetJsonOptions): Promise<unknown> {
  const response = await fetch(url, { signal })
  if (response.status === 404) {
    await response.body?.cancel()
    return undefined
  }
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 200)}`)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${url} answered no JSON, but: ${text.slice(0, 80)}`, { cause })
  }
}

/** Says whose answer it was that could not be read. */
export function readAs<Result>(backend: string, read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`Not a trace as ${backend} gives it: ${reason}`, { cause })
  }
}

export function record(value: unknown, path: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  return unexpected('an object', value, path)
}

export function list(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) ? value : unexpected('a list', value, path)
}

export function string(value: unknown, path: string): string {
  return typeof value === 'string' ? value : unexpected('text', value, path)
}

export function optionalString(value: unknown, path: string): string | undefined {
  return value === null || value === undefined ? undefined : string(value, path)
}

export function number(value: unknown, path: string): number {
  return typeof value === 'number' ? value : unexpected('a number', value, path)
}

export function oneOf<Value extends string>(
  allowed: readonly Value[],
  value: unknown,
  path: string,
): Value {
  const found = allowed.find((each) => each === value)
  return found ?? unexpected(`one of ${allowed.join(', ')}`, value, path)
}

export function unexpected(wanted: string, value: unknown, path: string): never {
  const found = JSON.stringify(value)?.slice(0, 80) ?? 'nothing'
  throw new Error(`${path} should be ${wanted}, and is ${found}`)
}
