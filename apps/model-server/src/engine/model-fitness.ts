// Why a model cannot be used, in words for whoever chose it: what its header tells before the engine reads the file, and
// what the engine says when it gives up.
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type GgufFileInfo, readGgufFileInfo } from 'node-llama-cpp'
import { isForEmbeddings } from './embedder.ts'
import type { Params } from './protocol.ts'

type Load = Params<'load'>

export async function refuseUnfit(load: Load): Promise<void> {
  const info = await headerOf(load.modelPath)
  refuseSplit(info)
  const { size } = await stat(load.modelPath)
  refuseTooLarge(size, info, load)
}

async function headerOf(modelPath: string): Promise<GgufFileInfo> {
  const reading = readGgufFileInfo(modelPath, {
    sourceType: 'filesystem',
    readTensorInfo: false,
    spliceSplitFiles: false,
    logWarnings: false,
  })
  const info = await reading.catch((err: Error) => {
    throw damaged(err.message)
  })
  // Whatever is missing at the end of a file is read as zeros.
  if (info.metadata?.general?.architecture !== undefined) return info
  throw damaged('its header names no architecture')
}

function damaged(detail: string): Error {
  return new Error(`the file is cut off or damaged (${detail})`)
}

function refuseSplit({ metadata }: GgufFileInfo): void {
  const { split } = metadata as {
    readonly split?: { readonly no?: number; readonly count?: number }
  }
  const { no = 0, count = 1 } = split ?? {}
  if (count < 2) return
  throw new Error(
    `it is part ${no + 1} of ${count} of a split model, which has to be merged into one file first`,
  )
}

/** By what it needs at least. The engine counts more exactly, but only once it has read the file. */
function refuseTooLarge(weightBytes: number, info: GgufFileInfo, load: Load): void {
  const { slots, maxContextTokens, availableBytes } = load
  if (availableBytes === undefined) return
  const contextTokens = Math.min(
    info.architectureMetadata?.context_length ?? maxContextTokens,
    maxContextTokens,
  )
  // One text at a time becomes a vector.
  const sequences = isForEmbeddings(info) ? 1 : slots
  const cacheBytes = cacheBytesPerToken(info) * contextTokens * sequences
  if (weightBytes + cacheBytes <= availableBytes) return
  throw new Error(
    `it needs ${megabytes(weightBytes)} for its weights and ${megabytes(cacheBytes)} to keep ${contextTokens} tokens ` +
      `for each of ${sequences} slots, but ${megabytes(availableBytes)} of memory are free`,
  )
}

/** Keys and values are 16-bit numbers. */
const bytesPerValue = 2

/** Only for plain attention: other kinds keep less than this, and how much is the engine's own business. */
function cacheBytesPerToken({ architectureMetadata: facts }: GgufFileInfo): number {
  const { block_count: layers = 0, embedding_length: width = 0, attention } = facts ?? {}
  if (!attention?.head_count || attention.sliding_window || 'ssm' in facts) return 0
  const { head_count: heads, head_count_kv: keptHeads = heads } = attention
  const headWidth = width / heads
  const { key_length: keys = headWidth, value_length: values = headWidth } = attention
  const kept = Array.isArray(keptHeads)
    ? keptHeads.reduce((sum, count) => sum + count, 0)
    : keptHeads * layers
  return kept * (keys + values) * bytesPerValue
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`
}

/** The engine tells its log what is wrong, its caller only that something is, and its caller may hear it first. */
export async function reasonFor(err: unknown, log: readonly string[]): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    const said = log.map((line) => /error loading model: (.+)/.exec(line)?.[1]).find(Boolean)
    if (said !== undefined) return inWords(said)
    await delay(50)
  }
  return err instanceof Error ? err.message : String(err)
}

function inWords(said: string): string {
  const [, architecture] = /unknown model architecture: '(.*)'/.exec(said) ?? []
  if (architecture !== undefined) {
    return `its architecture, '${architecture}', is not one that the engine knows`
  }
  if (/not within the file bounds|failed to load model from/.test(said)) {
    return damaged(said).message
  }
  return said
}

/** The file, not where it lies: folders are named after people. */
export function withoutFolders(text: string, modelPath: string): string {
  return text.replaceAll(modelPath, basename(modelPath))
}
