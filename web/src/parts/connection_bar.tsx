// Says when the server does not answer, and how old what is on screen is.
import { useEffect } from 'preact/hooks'

import { last_heard, lost, next_try, wake } from '../api/connection'
import { get } from '../api/http'
import { span } from '../lib/format'
import { now } from '../lib/now'
import { use_polled } from '../lib/polled'

const look_every_ms = 5_000

/** Asks now and then, also where a page has nothing of its own to ask. */
export function Pulse() {
  use_polled('/healthz', (leave) => get<{ status: string }>('/healthz', leave), () => look_every_ms)
  return <span class={lost.value ? 'pulse lost' : 'pulse'}>{lost.value ? 'Not connected' : 'Connected'}</span>
}

export function ConnectionBar() {
  const away = lost.value
  useEffect(() => {
    document.documentElement.classList.toggle('away', away)
  }, [away])
  if (!away) return null
  const age = span(now.value - last_heard.value)
  const wait = Math.max(0, next_try.value - now.value)
  return (
    <aside class="connection" aria-label="Connection">
      <span role="alert">The server does not answer.</span>
      <span>
        What you see is <b class="number">{age}</b> old.
      </span>
      <span class="small" aria-hidden="true">
        {wait > 900 ? `Trying again in ${span(wait)}` : 'Trying again…'}
      </span>
      <button class="button small" onClick={wake}>
        Try now
      </button>
    </aside>
  )
}
