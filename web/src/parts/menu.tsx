// Acts that are seldom wanted, behind one button.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

export type Act = [name: string, act: () => void]

export function Menu({ label, acts }: { label: ComponentChildren; acts: Act[] }) {
  const box = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const close = (event: Event) => {
      const it = box.current
      if (!it?.open) return
      const escaped = event instanceof KeyboardEvent && event.key === 'Escape'
      const elsewhere = event.type === 'pointerdown' && !it.contains(event.target as Node)
      if (escaped || elsewhere) it.open = false
      if (escaped) it.querySelector('summary')!.focus()
    }
    addEventListener('pointerdown', close)
    addEventListener('keydown', close)
    return () => {
      removeEventListener('pointerdown', close)
      removeEventListener('keydown', close)
    }
  }, [])
  if (acts.length === 0) return null
  return (
    <details class="menu-box" ref={box}>
      <summary class="button">{label}</summary>
      <ul>
        {acts.map(([name, act]) => (
          <li key={name}>
            <button
              type="button"
              onClick={() => {
                box.current!.open = false
                act()
              }}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}
