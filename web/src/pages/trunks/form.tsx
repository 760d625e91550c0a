// A trunk while it is written: a new one, or one that is there.
import { useState } from 'preact/hooks'

import { Problem, send } from '../../api/http'
import type { Trunk } from '../../api/types'
import { Card, Note } from '../../parts/bits'
import { NumberField, TextField } from '../../parts/field'
import { say } from '../../parts/toast'

interface TrunkForm {
  name: string
  provider: string
  settings: string // JSON
  caller_ids: string
  channels: number
  calls_per_second: number
  rate_window_seconds: number
  concurrent: number // calls that show one number at once; 0: no limit
  per_day: number // dials of one number; 0: no limit
}

const blank: TrunkForm = {
  name: '',
  provider: 'simulated',
  settings: '{}',
  caller_ids: '',
  channels: 10,
  calls_per_second: 0,
  rate_window_seconds: 1,
  concurrent: 0,
  per_day: 0,
}

const form_of = (it: Trunk): TrunkForm => ({
  ...it,
  settings: JSON.stringify(it.settings, null, 2),
  caller_ids: it.caller_ids.join(', '),
  concurrent: it.caller_id_limits.concurrent,
  per_day: it.caller_id_limits.per_day,
})

/** `before`: what is there, of which settings that nobody touched are not sent again: they may
 *  lack secrets, and are refused while calls are up. */
function body_of(it: TrunkForm, before: TrunkForm | undefined): Record<string, unknown> {
  return {
    name: it.name,
    caller_ids: it.caller_ids.split(/[\s,]+/).filter(Boolean),
    channels: it.channels,
    calls_per_second: it.calls_per_second,
    rate_window_seconds: it.rate_window_seconds,
    caller_id_limits: { concurrent: it.concurrent, per_day: it.per_day },
    ...(before ? {} : { provider: it.provider }),
    ...(before?.settings === it.settings ? {} : { settings: JSON.parse(it.settings || '{}') as unknown }),
  }
}

interface Props {
  of?: Trunk
  tag?: string | null
  done: () => void
  leave: () => void
}

export function TrunkEditor({ of, tag, done, leave }: Props) {
  const before = of && form_of(of)
  const [form, set] = useState(before ?? blank)
  const [wrong, set_wrong] = useState<Record<string, string>>({})
  const change = <K extends keyof TrunkForm>(name: K) => (value: TrunkForm[K]) => set({ ...form, [name]: value })
  const submit = async (event: Event) => {
    event.preventDefault()
    set_wrong({})
    try {
      const body = body_of(form, before)
      await (of ? send('PATCH', `/v1/trunks/${of.id}`, body, tag) : send('POST', '/v1/trunks', body))
      say(of ? `${form.name} was changed. It holds from the next call on.` : `${form.name} was added.`)
      done()
    } catch (why) {
      const faults = why instanceof Problem ? why.faults : []
      if (faults.length > 0) set_wrong(Object.fromEntries(faults.map((it) => [it.field.split('/').pop() ?? '', it.detail])))
      else set_wrong(why instanceof SyntaxError ? { settings: 'This is not JSON.' } : { '': (why as Error).message })
    }
  }
  return (
    <Card title={of ? 'Settings' : 'New trunk'}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        {wrong[''] && <Note tone="bad">{wrong['']}</Note>}
        <div class="columns">
          <TextField label="Name" value={form.name} set={change('name')} wrong={wrong['name']} />
          {!of && <TextField label="Provider" value={form.provider} set={change('provider')} wrong={wrong['provider']} hint="simulated, twilio, sip, agent_webhook" />}
          <TextField
            label="Caller ids"
            value={form.caller_ids}
            set={change('caller_ids')}
            wrong={wrong['caller_ids']}
            placeholder="+14155550199"
            hint="With commas between; they take turns."
          />
        </div>
        <div class="columns">
          <NumberField label="Channels" value={form.channels} set={change('channels')} min={1} max={100_000} wrong={wrong['channels']} />
          <NumberField
            label="Calls per second"
            value={form.calls_per_second}
            set={change('calls_per_second')}
            min={0}
            max={100_000}
            step="any"
            hint="0: as many as the channels allow."
            wrong={wrong['calls_per_second']}
          />
          <NumberField
            label="Counted over"
            unit="seconds"
            value={form.rate_window_seconds}
            set={change('rate_window_seconds')}
            min={1}
            max={60}
            wrong={wrong['rate_window_seconds']}
          />
        </div>
        <div class="columns">
          <NumberField
            label="Calls that show one number"
            unit="at once"
            value={form.concurrent}
            set={change('concurrent')}
            min={0}
            max={100_000}
            hint="0: no limit."
            wrong={wrong['concurrent']}
          />
          <NumberField
            label="Dials of one number"
            unit="a day (UTC)"
            value={form.per_day}
            set={change('per_day')}
            min={0}
            max={1_000_000}
            hint="0: no limit."
            wrong={wrong['per_day']}
          />
        </div>
        <TextField
          label="The provider’s settings, as JSON"
          rows={4}
          value={form.settings}
          set={change('settings')}
          wrong={wrong['settings']}
          hint={of && 'Changed only while no call is up on the trunk. Secrets are not shown; left alone, they stay.'}
        />
        <div class="actions">
          <button class="button main">{of ? 'Save' : 'Add the trunk'}</button>
          <button type="button" class="button" onClick={leave}>
            {of ? 'As it was' : 'Cancel'}
          </button>
        </div>
      </form>
    </Card>
  )
}
