// The key that requests show, where the server wants one. It lives as long as
// the tab does: nothing is left behind on a shared machine.
import { signal } from '@preact/signals'

const slot = 'ringmaster.key'
const kept = typeof sessionStorage === 'undefined' ? undefined : sessionStorage

export const key = signal(kept?.getItem(slot) ?? '')
/** Why a key is asked for; empty: it is not. */
export const key_wanted = signal('')

export function use_key(secret: string): void {
  key.value = secret
  key_wanted.value = ''
  kept?.setItem(slot, secret)
}

export function forget_key(): void {
  key.value = ''
  kept?.removeItem(slot)
}
