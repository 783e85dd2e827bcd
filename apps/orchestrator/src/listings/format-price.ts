const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })

/** $396, $396.50 */
export function formatPrice(cents: number): string {
  return dollars.format(cents / 100).replace(/\.00$/, '')
}
