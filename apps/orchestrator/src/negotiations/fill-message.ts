// The model writes `{price}` and `{item}`; we put in the facts, so that it cannot get them wrong.
import { formatPrice } from '../listings/format-price.ts'

export interface MessageFacts {
  readonly priceCents: number
  readonly item: string
}

export function fillMessage(message: string, { priceCents, item }: MessageFacts): string {
  const facts: Record<string, string> = { price: formatPrice(priceCents), item }
  return message.replace(/\{(price|item)\}/g, (_, name: string) => facts[name] ?? '')
}
