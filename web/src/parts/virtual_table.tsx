// A table of any length of which only what is in sight is drawn.
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

import { first_row_at, height_of, type Window } from '../lib/virtual'

const row_px = 44
const spare_rows = 6

interface Props<T> {
  label: string
  kind: string // a class that says how wide its columns are
  columns: string[]
  total: number
  item: (index: number) => T | undefined
  cells: (it: T) => ComponentChildren[]
  on_view: (first: number, last: number) => void
}

function Row({ index, top, children }: { index: number; top: number; children: ComponentChildren[] }) {
  return (
    <div class="tr" role="row" aria-rowindex={index + 2} style={{ transform: `translateY(${top}px)` }}>
      {children.map((it, column) => (
        <div key={column} role="cell" class={`td c${column}`}>
          {it}
        </div>
      ))}
    </div>
  )
}

/** What is in sight of a scrolled box. */
function use_window(total: number) {
  const box = useRef<HTMLDivElement>(null)
  const [seen, set_seen] = useState({ top: 0, height: 600 })
  useLayoutEffect(() => {
    const it = box.current!
    let asked = 0
    const look = () => {
      asked = 0
      set_seen({ top: it.scrollTop, height: it.clientHeight })
    }
    const soon = () => (asked ||= requestAnimationFrame(look))
    const sizes = new ResizeObserver(soon)
    it.addEventListener('scroll', soon, { passive: true })
    sizes.observe(it)
    return () => {
      it.removeEventListener('scroll', soon)
      sizes.disconnect()
      cancelAnimationFrame(asked)
    }
  }, [])
  const of: Window = { total, row_px, view_px: seen.height }
  const exact = first_row_at(of, seen.top)
  const first = Math.max(0, Math.floor(exact) - spare_rows)
  const last = Math.min(total, Math.ceil(exact + seen.height / row_px) + spare_rows)
  // Rows stand relative to what is in sight, not to a height no browser can hold.
  const top_of = (index: number) => seen.top + (index - exact) * row_px
  return { box, first, last, top_of, height: height_of(of) }
}

export function VirtualTable<T>({ label, kind, columns, total, item, cells, on_view }: Props<T>) {
  const { box, first, last, top_of, height } = use_window(total)
  useEffect(() => on_view(first, last), [first, last, total])
  const rows = []
  for (let index = first; index < last; ++index) {
    const it = item(index)
    rows.push(
      <Row key={index} index={index} top={top_of(index)}>
        {it ? cells(it) : columns.map((_, column) => (column === 0 ? <span class="soft">…</span> : ''))}
      </Row>,
    )
  }
  return (
    <div class={`card virtual ${kind}`} ref={box} tabIndex={0} role="region" aria-label={label}>
      <div role="table" aria-label={label} aria-rowcount={total + 1}>
        <div role="rowgroup" class="thead">
          <div role="row" class="tr" aria-rowindex={1}>
            {columns.map((it, column) => (
              <div key={column} role="columnheader" class={`th c${column}`}>
                {it}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" class="tbody" style={{ height: `${height}px` }}>
          {rows}
        </div>
      </div>
    </div>
  )
}
