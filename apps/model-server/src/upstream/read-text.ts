export interface ReadTextOptions {
  readonly maxBytes: number
  readonly onBytes?: () => void
}

/** Nothing, when there is too much of it. */
export async function readText(
  body: AsyncIterable<Buffer>,
  { maxBytes, onBytes }: ReadTextOptions,
): Promise<string | undefined> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of body) {
    onBytes?.()
    bytes += part.length
    if (bytes > maxBytes) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
