// What is asked for again and again while it is on screen.
import { useEffect, useRef, useState } from 'preact/hooks'

import { next_try, pause_after, sleep } from '../api/connection'
import { Problem, Unreachable } from '../api/http'

export interface Polled<T> {
  value: T | undefined
  problem: Problem | undefined // why there is none, if the server said so
  again: () => void
}

/** A hidden page does not ask. */
const shown = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (!document.hidden) return resolve()
    const look = () => {
      if (document.hidden && !signal.aborted) return
      document.removeEventListener('visibilitychange', look)
      resolve()
    }
    document.addEventListener('visibilitychange', look)
    signal.addEventListener('abort', look)
  })

/** Loads at once, then every `every_ms` of the value (0: never again), and with growing pauses
 *  while the server is away. `key` names what is loaded: another key, another start. */
export function use_polled<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  every_ms: (value: T) => number = () => 0,
): Polled<T> {
  const [state, set] = useState<{ key: string; value?: T | undefined; problem?: Problem | undefined }>({ key })
  const [round, next_round] = useState(0)
  const current = useRef({ load, every_ms })
  current.current = { load, every_ms }

  useEffect(() => {
    const stop = new AbortController()
    let failures = 0
    const once = async (): Promise<number> => {
      try {
        const value = await current.current.load(stop.signal)
        failures = 0
        if (!stop.signal.aborted) set({ key, value })
        return current.current.every_ms(value)
      } catch (why) {
        if (stop.signal.aborted) return 0
        const busy = why instanceof Problem && why.status === 503
        if (why instanceof Unreachable || busy) return pause_after(++failures)
        if (!(why instanceof Problem)) throw why
        set((old) => ({ key, value: old.key === key ? old.value : undefined, problem: why }))
        return 0
      }
    }
    const loop = async () => {
      while (!stop.signal.aborted) {
        const pause = await once()
        if (pause === 0 || stop.signal.aborted) return
        if (failures > 0) next_try.value = Date.now() + pause
        await sleep(pause, stop.signal)
        await shown(stop.signal)
      }
    }
    void loop()
    return () => stop.abort()
  }, [key, round])

  const mine = state.key === key
  return {
    value: mine ? state.value : undefined,
    problem: mine ? state.problem : undefined,
    again: () => next_round((it) => it + 1),
  }
}
