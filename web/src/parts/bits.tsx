// Small things that every page shows.
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'

import { Problem } from '../api/http'
import type { Counts } from '../api/types'
import { count, full_time, moment, words } from '../lib/format'
import { Icon } from './icons'

const tones: Record<string, string> = {
  ready: 'good',
  not_ready: 'bad',
  running: 'busy',
  in_flight: 'busy',
  completed: 'good',
  paused: 'warn',
  waiting: 'warn',
  voicemail: 'warn',
  busy: 'warn',
  no_answer: 'warn',
  failed: 'bad',
  rejected: 'bad',
  delivering: 'good',
  parked: 'bad',
}

export function Badge({ of }: { of: string }) {
  return <span class={`badge ${tones[of] ?? ''}`}>{words(of)}</span>
}

export const parts = ['completed', 'failed', 'cancelled', 'in_flight', 'waiting', 'pending'] as const
export type Part = (typeof parts)[number]

export const part_words: Record<Part, string> = {
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  in_flight: 'In flight',
  waiting: 'Waiting',
  pending: 'Pending',
}

/** Where everybody is, as one bar. */
export function StackedBar({ of, tall = false }: { of: Counts; tall?: boolean }) {
  const said = parts.filter((it) => of[it] > 0).map((it) => `${count(of[it])} ${part_words[it].toLowerCase()}`)
  return (
    <div class={tall ? 'stack tall' : 'stack'} role="img" aria-label={said.join(', ') || 'nobody'}>
      {parts
        .filter((it) => it !== 'pending' && of[it] > 0)
        .map((it) => (
          <i key={it} class={`tone-${it}`} style={{ width: `${(100 * of[it]) / of.total}%` }} />
        ))}
    </div>
  )
}

/** A time, by the viewer's clock; the whole of it under the pointer. */
export function When({ at, none = '–' }: { at: string | null | undefined; none?: string }) {
  if (!at) return <span class="soft">{none}</span>
  const date = new Date(at)
  return (
    <time class="number nowrap" dateTime={at} title={full_time(date)}>
      {moment(date)}
    </time>
  )
}

export function PageHead(props: {
  title: string
  badge?: ComponentChildren
  text?: ComponentChildren
  crumbs?: [string, string][]
  children?: ComponentChildren
}) {
  useEffect(() => {
    document.title = `${props.title} · Ringmaster`
  }, [props.title])
  return (
    <header class="page-head">
      <div class="page-title">
        {props.crumbs && (
          <nav class="crumbs" aria-label="Path">
            {props.crumbs.map(([name, to]) => (
              <span key={to}>
                <a href={to}>{name}</a> <span aria-hidden="true">/</span>
              </span>
            ))}
          </nav>
        )}
        <div class="title">
          <h1>{props.title}</h1>
          {props.badge}
        </div>
        {props.text && <p>{props.text}</p>}
      </div>
      {props.children && <div class="actions">{props.children}</div>}
    </header>
  )
}

export function Note({ tone = '', children }: { tone?: '' | 'warn' | 'bad'; children: ComponentChildren }) {
  return (
    <div class={`note ${tone}`} role={tone === 'bad' ? 'alert' : 'note'}>
      {tone && <Icon name="warn" />}
      <div>{children}</div>
    </div>
  )
}

/** `whole`: the page has no other heading. */
export function Empty({ title, whole, children }: { title: string; whole?: boolean; children?: ComponentChildren }) {
  return (
    <div class="empty">
      {whole ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  )
}

/** Why a page has nothing to show: it is on its way, or the server said no. */
export function Instead({ problem, again }: { problem: Problem | undefined; again?: () => void }) {
  if (!problem) return <p class="loading">Loading…</p>
  return (
    <Empty whole title={problem.status === 404 ? 'There is nothing here' : 'The server said no'}>
      <p>{problem.message}</p>
      {again && (
        <button class="button" onClick={again}>
          Try again
        </button>
      )}
    </Empty>
  )
}

export function Card(props: { title: ComponentChildren; aside?: ComponentChildren; flush?: boolean; children: ComponentChildren }) {
  return (
    <section class="card">
      <header>
        <h2>{props.title}</h2>
        {props.aside}
      </header>
      {props.flush ? props.children : <div class="body">{props.children}</div>}
    </section>
  )
}
