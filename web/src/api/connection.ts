// Whether the server answers, and since when what is on screen is old.
import { signal } from '@preact/signals'

export const lost = signal(false)
export const last_heard = signal(Date.now())
/** When it is asked again without anybody's help. */
export const next_try = signal(0)

const sleepers = new Set<() => void>()

export function heard(): void {
  last_heard.value = Date.now()
  if (!lost.value) return
  lost.value = false
  wake()
}

export function missed(): void {
  lost.value = true
}

/** Whoever waits to ask again, asks now. */
export function wake(): void {
  for (const it of [...sleepers]) it()
}

/** First a second, then twice as long each time, at most 20 s; a little by chance, so that a
 *  hundred open pages do not come back in the same instant. */
export function pause_after(failures: number, chance = Math.random()): number {
  return Math.min(20_000, 1_000 * 2 ** Math.max(0, failures - 1)) * (0.8 + 0.4 * chance)
}

/** Sleeps, unless woken. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms)
    function end(): void {
      clearTimeout(timer)
      sleepers.delete(end)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    sleepers.add(end)
    signal?.addEventListener('abort', end)
  })
}

if (typeof addEventListener === 'function') addEventListener('online', wake)
