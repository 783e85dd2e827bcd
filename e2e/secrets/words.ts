// A secret for each way into the system. Each is a word of its own, so that what is found says where it came in.
const names = [
  ...['bodyField', 'unknownField', 'unknownValue', 'brokenBody', 'queryString', 'queryName'],
  ...['pathSegment', 'unknownPath', 'header', 'headerName', 'userAgent', 'referer', 'contentType'],
  ...['cookie', 'fault', 'preference', 'lastEvent', 'traceparent', 'forwarded'],
  ...['trustedBaggage', 'strangeBaggage', 'trustedTracestate', 'strangeTracestate'],
  ...['trustedKey', 'strangeKey', 'wrongKey', 'pageToken', 'listingId'],
  ...['title', 'category', 'description', 'prompt', 'systemPrompt', 'tooLongPrompt', 'answer'],
  ...['model', 'stopWord', 'schemaKey', 'endUser', 'modelHeader'],
  ...['sqlValue', 'refusedRow', 'grpcField', 'grpcMetadata', 'grpcMetadataName', 'grpcMethod'],
  ...['grpcAgent', 'grpcTenant', 'jobPayload', 'jobKey', 'jobMetadata', 'folder'],
] as const

export type SecretName = (typeof names)[number]

/** Letters only, so that it fits into a header, an identifier and a file's name; long enough not to occur by chance. */
export const secrets = Object.fromEntries(
  names.map((name) => [name, `canary${name.toLowerCase()}sings`]),
) as Readonly<Record<SecretName, string>>
