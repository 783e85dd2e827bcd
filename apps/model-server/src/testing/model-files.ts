// Model files for tests: ours, whole or damaged, with other words in its header.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const shipped = readFileSync(new URL('../../models/negotiator.gguf', import.meta.url))

export interface ModelFiles {
  /** Writes what `change` makes of our model, and returns its path. */
  readonly write: (file: string, change?: (model: Buffer) => Buffer) => string
  readonly path: (file: string) => string
}

export function modelFiles(): ModelFiles {
  const folder = mkdtempSync(join(tmpdir(), 'model-files-'))
  const path = (file: string) => join(folder, file)
  return {
    path,
    write: (file, change = (model) => model) => {
      writeFileSync(path(file), change(shipped))
      return path(file)
    },
  }
}

type Value = string | number | boolean

/** What `undefined` stands for is left out of the header. */
export type Facts = Readonly<Record<string, Value | undefined>>

export function withFacts(facts: Facts): (model: Buffer) => Buffer {
  return (model) => {
    const { version, tensorCount, entries, tensors, data } = parse(model)
    const kept = entries.filter(({ key }) => !(key in facts)).map(({ bytes }) => bytes)
    const added = Object.entries(facts).flatMap(([key, value]) => entryOf(key, value) ?? [])
    const header = Buffer.concat([
      ...[Buffer.from('GGUF'), u32(version), u64(tensorCount), u64(kept.length + added.length)],
      ...kept,
      ...added,
      tensors,
    ])
    const padding = Buffer.alloc(aligned(header.length) - header.length)
    return Buffer.concat([header, padding, data])
  }
}

/** GGUF's own numbers for the types of values. */
const types = { u32: 4, bool: 7, string: 8, array: 9 }
const widths = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8]

function parse(model: Buffer) {
  let at = 4
  const take = (length: number) => {
    at += length
    return model.subarray(at - length, at)
  }
  const readU32 = () => take(4).readUInt32LE()
  const readU64 = () => Number(take(8).readBigUInt64LE())
  const readString = () => take(readU64()).toString()
  const skipValue = (type: number) => {
    if (type === types.string) readString()
    else if (type === types.array) {
      const inner = readU32()
      for (let left = readU64(); left > 0; left--) skipValue(inner)
    } else take(widths[type] ?? 0)
  }

  const version = readU32()
  const tensorCount = readU64()
  const entryCount = readU64()
  const entries = Array.from({ length: entryCount }, () => {
    const start = at
    const key = readString()
    skipValue(readU32())
    return { key, bytes: model.subarray(start, at) }
  })
  const tensorsAt = at
  for (let left = tensorCount; left > 0; left--) {
    readString()
    for (let dimensions = readU32(); dimensions > 0; dimensions--) readU64()
    readU32()
    readU64()
  }
  const tensors = model.subarray(tensorsAt, at)
  return { version, tensorCount, entries, tensors, data: model.subarray(aligned(at)) }
}

function entryOf(key: string, value: Value | undefined): Buffer | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'boolean') {
    return Buffer.concat([text(key), u32(types.bool), Buffer.from([Number(value)])])
  }
  if (typeof value === 'number') return Buffer.concat([text(key), u32(types.u32), u32(value)])
  return Buffer.concat([text(key), u32(types.string), text(value)])
}

function text(value: string): Buffer {
  return Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

/** Weights begin at a multiple of 32 bytes. */
function aligned(offset: number): number {
  return Math.ceil(offset / 32) * 32
}
