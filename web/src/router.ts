// Which page is shown: what follows the # in the address.
import { signal } from '@preact/signals'

export interface Place {
  parts: string[] // "#/campaigns/cmp_1/runs" is ["campaigns", "cmp_1", "runs"]
  query: URLSearchParams
}

export function read_place(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  return { parts: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) }
}

const here = typeof location === 'undefined' ? '' : location.hash
export const place = signal<Place>(read_place(here))

export function go(to: string): void {
  location.hash = to
}

export function follow_address(): void {
  addEventListener('hashchange', () => {
    place.value = read_place(location.hash)
  })
}
