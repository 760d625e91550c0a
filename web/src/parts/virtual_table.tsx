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
  const height = height_of(of)
  // Rows stand relative to what is in sight, not to a height no browser can hold.
  const top_of = (index: number) => Math.min(height - row_px, Math.max(0, seen.top + (index - exact) * row_px))
  return { box, first, last, top_of, height }
}

/** The row that has the focus, which is drawn wherever it is: the keyboard would else be
 *  nowhere as soon as the table is scrolled. */
function use_held<T>(item: (index: number) => T | undefined) {
  const [held, hold] = useState<number>()
  const kept = useRef<T>()
  if (held !== undefined) kept.current = item(held) ?? kept.current
  const take = (event: FocusEvent) => {
    const row = (event.target as Element).closest('.tbody .tr')
    kept.current = undefined
    hold(row ? Number(row.getAttribute('aria-rowindex')) - 2 : undefined)
  }
  // A window that is left keeps its focus for when it is come back to.
  const leave = () => document.hasFocus() && hold(undefined)
  return { held, item_of: (index: number) => item(index) ?? (index === held ? kept.current : undefined), take, leave }
}

/** `first` to `last`, and `held` before or behind them. */
function drawn(first: number, last: number, held: number | undefined): number[] {
  const seen = Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at)
  if (held === undefined || (held >= first && held < last)) return seen
  return held < first ? [held, ...seen] : [...seen, held]
}

export function VirtualTable<T>({ label, kind, columns, total, item, cells, on_view }: Props<T>) {
  const { box, first, last, top_of, height } = use_window(total)
  const { held, item_of, take, leave } = use_held(item)
  useEffect(() => on_view(first, last), [first, last, total])
  const rows = drawn(first, last, held).map((index) => {
    const it = item_of(index)
    return (
      <Row key={index} index={index} top={top_of(index)}>
        {it ? cells(it) : columns.map((_, column) => (column === 0 ? <span class="soft">…</span> : ''))}
      </Row>
    )
  })
  return (
    <div class={`card virtual ${kind}`} ref={box} tabIndex={0} role="region" aria-label={label} onFocusIn={take} onFocusOut={leave}>
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
