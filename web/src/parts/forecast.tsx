// When a campaign would be done, as the server foresees it.
import { useState } from 'preact/hooks'

import { ask, Problem } from '../api/http'
import type { Forecast } from '../api/types'
import { count, percent, plural, span } from '../lib/format'
import { Card, When } from './bits'

const grounds: Record<string, string> = {
  own_record: 'its own calls',
  same_trunk: 'calls on the same trunk',
  mix: 'the mix that was given',
  assumed: 'round figures, for nothing is on record yet',
}

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
