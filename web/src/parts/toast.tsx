// What was done, or why not, said for a while in a corner.
import { signal } from '@preact/signals'

import { Problem } from '../api/http'
import { Icon } from './icons'

interface Toast {
  id: number
  text: string
  bad: boolean
}

const shown = signal<Toast[]>([])
let next_id = 1

const put_away = (id: number): void => {
  shown.value = shown.value.filter((it) => it.id !== id)
}

function add(text: string, bad: boolean): void {
  const id = next_id++
  shown.value = [...shown.value.slice(-3), { id, text, bad }]
  setTimeout(() => put_away(id), bad ? 12_000 : 5_000)
}

export const say = (text: string): void => add(text, false)

export function complain(why: unknown): void {
  add(why instanceof Error ? why.message : String(why), true)
}

/** Carries `work` out and says how it went; nothing: it failed. */
export async function attempt<T>(work: () => Promise<T>, done?: string | ((it: T) => string)): Promise<T | undefined> {
  try {
    const it = await work()
    if (done) say(typeof done === 'string' ? done : done(it))
    return it
  } catch (why) {
    if (!(why instanceof Problem && why.status === 401)) complain(why)
    return undefined
  }
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map((it) => (
        <div key={it.id} class={it.bad ? 'toast bad' : 'toast'}>
          <p>{it.text}</p>
          <button class="button plain icon" aria-label="Put away" onClick={() => put_away(it.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  )
}
