// A secret that is shown once.
import type { ComponentChildren } from 'preact'

import { Note } from './bits'
import { attempt } from './toast'

export function Secret({ value, children }: { value: string; children: ComponentChildren }) {
  return (
    <Note>
      <p>{children}</p>
      <p class="secret">
        <code>{value}</code>
        <button type="button" class="button small" onClick={() => void attempt(() => navigator.clipboard.writeText(value), 'Copied.')}>
          Copy
        </button>
      </p>
    </Note>
  )
}
