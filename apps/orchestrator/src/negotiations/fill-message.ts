// The model writes `{price}` and `{item}`; we put in the facts, so that it cannot get them wrong.

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })

export interface MessageFacts {
  readonly priceCents: number
  readonly item: string
}

export function fillMessage(message: string, { priceCents, item }: MessageFacts): string {
  const facts: Record<string, string> = { price: formatPrice(priceCents), item }
  return message.replace(/\{(price|item)\}/g, (_, name: string) => facts[name] ?? '')
}

/** $396, $396.50 */
function formatPrice(cents: number): string {
  return dollars.format(cents / 100).replace(/\.00$/, '')
}
