// Pages that are fetched when they are first looked at.
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined
  return function Lazy(props: P) {
    const [, ready] = useState(loaded !== undefined)
    const [failed, fail] = useState(false)
    useEffect(() => {
      if (loaded) return
      load().then(
        (it) => {
          loaded = it
          ready(true)
        },
        () => fail(true),
      )
    }, [])
    if (failed)
      return (
        <p class="loading" role="alert">
          A part of the page could not be fetched. <a href="">Load again</a>
        </p>
      )
    const Loaded = loaded
    return Loaded ? <Loaded {...props} /> : <p class="loading">Loading…</p>
  }
}
