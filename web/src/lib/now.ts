// A clock that ticks once a second, for whatever shows an age.
import { signal } from '@preact/signals'

export const now = signal(Date.now())
setInterval(() => {
  if (!document.hidden) now.value = Date.now()
}, 1_000)
