// When a campaign would be done, as the server foresees it.
import { useEffect, useState } from 'preact/hooks'

import { sleep } from '../api/connection'
import { ask, Problem } from '../api/http'
import type { Forecast } from '../api/types'
import { count, percent, plural, span } from '../lib/format'
import { grounds } from '../lib/reasons'
import { Card, When } from './bits'

function Shown({ of }: { of: Forecast }) {
  const { trips } = of.circuit_breaker
  return (
    <>
      <p class="big number">
        {of.finishes_at ? (
          <>
            Done <When at={of.finishes_at} />{' '}
            <span class="soft">after {span(Date.parse(of.finishes_at) - Date.parse(of.starts_at))}</span>
          </>
        ) : (
          'It would not finish within a year'
        )}
      </p>
      <p>
        {plural(of.attempts, 'attempt')}, {percent(of.connect_rate)} answered; {count(of.completed)} completed,{' '}
        {count(of.failed)} failed{trips > 0 && `; the breaker would trip ${plural(trips, 'time')}`}.
      </p>
      <p class="soft small">
        From {grounds[of.assumptions.based_on] ?? of.assumptions.based_on}. One throw of the dice, if nobody pauses it.
      </p>
    </>
  )
}

const complaint = (why: unknown): string =>
  why instanceof Problem ? (why.faults[0]?.detail ?? why.message) : (why as Error).message

/** When a campaign that is there would be done; asked by hand. */
export function ForecastCard({ id }: { id: string }) {
  const [shown, show] = useState<Forecast>()
  const [wrong, set_wrong] = useState('')
  const [busy, set_busy] = useState(false)
  const ask_again = async () => {
    set_busy(true)
    set_wrong('')
    try {
      show(await ask<Forecast>(`/v1/campaigns/${id}/forecast`, {}))
    } catch (why) {
      set_wrong(complaint(why))
    } finally {
      set_busy(false)
    }
  }
  return (
    <Card
      title="Forecast"
      aside={
        <button type="button" class="button small" disabled={busy} onClick={() => void ask_again()}>
          {shown ? 'Ask again' : 'When would it be done?'}
        </button>
      }
    >
      <div class="rows tight" aria-live="polite">
        {wrong && <p class="wrong">{wrong}</p>}
        {shown ? <Shown of={shown} /> : <p class="soft">Plays the campaign through in virtual time, from its first contact on. Nobody is called.</p>}
      </div>
    </Card>
  )
}

const pause_ms = 400

/** The server makes one forecast at a time: then it is asked again. */
async function ask_until_free(plan: string, leave: AbortSignal): Promise<Forecast> {
  for (;;) {
    try {
      return await ask<Forecast>('/v1/forecasts', JSON.parse(plan), leave)
    } catch (why) {
      if (!(why instanceof Problem && why.status === 503)) throw why
      await sleep(1_000, leave)
      if (leave.aborted) throw why
    }
  }
}

/** When a campaign that is being written would be done; asked after each change. Without a
 *  `plan`, `missing` says what it takes to have one. */
export function PlanForecast({ plan, missing }: { plan: object | undefined; missing: string }) {
  const [said, say] = useState<{ of: string; forecast?: Forecast; wrong?: string }>()
  const text = plan ? JSON.stringify(plan) : ''
  useEffect(() => {
    if (!text) return
    const stop = new AbortController()
    const timer = setTimeout(() => {
      ask_until_free(text, stop.signal).then(
        (forecast) => say({ of: text, forecast }),
        (why) => stop.signal.aborted || say({ of: text, wrong: complaint(why) }),
      )
    }, pause_ms)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [text])
  const old = said !== undefined && said.of !== text
  return (
    <Card title="Forecast" aside={text && (!said || old) && <span class="soft small">Playing it through…</span>}>
      <div class={old ? 'rows tight old' : 'rows tight'} aria-live="polite">
        {!text && <p class="soft">{missing}</p>}
        {text && said?.wrong && <p class="wrong">{said.wrong}</p>}
        {text && said?.forecast && <Shown of={said.forecast} />}
        {text && !said && <p class="soft">Nobody is called for it, and nothing is saved.</p>}
      </div>
    </Card>
  )
}
