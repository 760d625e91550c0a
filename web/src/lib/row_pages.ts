// Rows fetched by pages as they come into sight.
import { useEffect, useRef, useState } from 'preact/hooks'

import { get, Problem } from '../api/http'
import { lost } from '../api/connection'
import type { Page } from '../api/types'
import { complain } from '../parts/toast'

const page_rows = 100
const most_pages = 60
const stale_after_ms = 3_000

interface Kept<T> {
  items: T[]
  at_ms: number
}

/** Pages that can be asked for by number; what goes on moving is asked for again while in sight,
 *  and so is a page that was the last, and is not since there are `total` rows.
 *  `path_of(first)` is the page whose first row has that index. */
export function use_row_pages<T>(key: string, path_of: (first: number, rows: number) => string, moving: boolean, total: number) {
  const [, changed] = useState(0)
  const state = useRef({ key, pages: new Map<number, Kept<T>>(), asked: new Set<number>(), view: [0, 0] as [number, number] })
  const rows = useRef(total)
  rows.current = total // for who looks later, too
  if (state.current.key !== key) state.current = { key, pages: new Map(), asked: new Set(), view: state.current.view }

  const fetch_page = async (page: number) => {
    const mine = state.current
    if (mine.asked.has(page)) return
    mine.asked.add(page)
    try {
      const { items } = await get<Page<T>>(path_of(page * page_rows, page_rows))
      mine.pages.delete(page)
      mine.pages.set(page, { items, at_ms: performance.now() })
      // The map keeps the order of arrival: the first is the oldest.
      for (const old of mine.pages.keys()) if (mine.pages.size > most_pages) mine.pages.delete(old)
    } catch (why) {
      if (why instanceof Problem && why.status !== 401) complain(why)
    } finally {
      mine.asked.delete(page)
      if (mine === state.current) changed((it) => it + 1)
    }
  }

  const look = () => {
    const [first, last] = state.current.view
    for (let page = Math.floor(first / page_rows); page * page_rows < last; ++page) {
      const kept = state.current.pages.get(page)
      const lacks = kept !== undefined && kept.items.length < Math.min(page_rows, rows.current - page * page_rows)
      if (!kept || lacks || (moving && performance.now() - kept.at_ms > stale_after_ms)) void fetch_page(page)
    }
  }

  useEffect(() => {
    const timer = setInterval(() => !document.hidden && !lost.value && look(), 1_000)
    return () => clearInterval(timer)
  }, [key, moving])

  return {
    item: (index: number): T | undefined =>
      state.current.pages.get(Math.floor(index / page_rows))?.items[index % page_rows],
    on_view: (first: number, last: number) => {
      state.current.view = [first, last]
      look()
    },
  }
}
