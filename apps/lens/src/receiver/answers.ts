// The two messages that OTLP/HTTP answers with, in the encoding of the request.
// Export…ServiceResponse { partial_success = 1 { rejected = 1; error_message = 2 } } · google.rpc.Status { code = 1; message = 2 }

export type Encoding = 'application/x-protobuf' | 'application/json'

/** How the rejected records are called in JSON: it differs by signal, the protobuf number does not. */
export type RejectedField = 'rejectedSpans' | 'rejectedLogRecords' | 'rejectedDataPoints'

export function successBody(
  encoding: Encoding,
  field: RejectedField,
  rejected: number,
  message: string,
): Buffer {
  if (encoding === 'application/json') {
    const partialSuccess = { [field]: String(rejected), errorMessage: message }
    return Buffer.from(JSON.stringify(rejected > 0 ? { partialSuccess } : {}))
  }
  if (rejected === 0) return Buffer.alloc(0)
  return lengthDelimited(
    1,
    Buffer.concat([varintField(1, rejected), lengthDelimited(2, Buffer.from(message))]),
  )
}

/** `code` is one of gRPC's: the HTTP status already says the rest. */
export function statusBody(encoding: Encoding, code: number, message: string): Buffer {
  if (encoding === 'application/json') return Buffer.from(JSON.stringify({ code, message }))
  return Buffer.concat([varintField(1, code), lengthDelimited(2, Buffer.from(message))])
}

function varintField(field: number, value: number): Buffer {
  return Buffer.from([field << 3, ...varint(value)])
}

function lengthDelimited(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(bytes.length)]), bytes])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) | 128)
  }
}
