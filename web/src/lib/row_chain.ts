// Rows whose pages hang on each other by cursors, fetched as the end comes into sight.
import { useEffect, useRef, useState } from 'preact/hooks'

import { get, Problem } from '../api/http'
import type { Page } from '../api/types'
import { complain } from '../parts/toast'

const page_rows = 200

interface Chain<T> {
  key: string
  items: T[]
  next: string | null
  busy: boolean
  last_in_sight: number
}

const begin = <T,>(key: string): Chain<T> => ({ key, items: [], next: '', busy: false, last_in_sight: 0 })

/** `path` already has a question mark. */
export function use_row_chain<T>(path: string) {
  const [, changed] = useState(0)
  const chain = useRef(begin<T>(path))
  if (chain.current.key !== path) chain.current = begin<T>(path)

  const more = async () => {
    const mine = chain.current
    const near_end = mine.last_in_sight + page_rows / 2 > mine.items.length
    if (mine.busy || mine.next === null || !near_end) return
    mine.busy = true
    let came = false
    try {
      const behind = mine.next ? `&cursor=${encodeURIComponent(mine.next)}` : ''
      const page = await get<Page<T>>(`${path}&limit=${page_rows}${behind}`)
      mine.items.push(...page.items)
      mine.next = page.next_cursor
      came = true
    } catch (why) {
      if (why instanceof Problem) mine.next = null
      if (why instanceof Problem && why.status !== 401) complain(why)
    } finally {
      mine.busy = false
      if (mine === chain.current) changed((it) => it + 1)
    }
    // A filtered page may be short, or empty, and still have a next one.
    if (came && mine === chain.current) void more()
  }

  useEffect(() => void more(), [path])
  useEffect(() => () => void (chain.current = begin<T>('')), []) // out of sight: nobody asks on
  const { items, next } = chain.current
  return {
    total: items.length + (next === null ? 0 : 1),
    loaded: items.length,
    complete: next === null,
    item: (index: number): T | undefined => items[index],
    on_view: (_: number, last: number) => {
      chain.current.last_in_sight = last
      void more()
    },
    again: () => {
      chain.current = begin<T>(path)
      void more()
    },
  }
}
