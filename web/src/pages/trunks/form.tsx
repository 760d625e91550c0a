// A trunk while it is written: a new one, or one that is there.
import { useState } from 'preact/hooks'

import { Problem, send } from '../../api/http'
import type { Trunk } from '../../api/types'
import type { Faults } from '../../lib/settings'
import { blank_trunk, body_of, check_trunk, form_of, of_provider, providers, trunk_faults, type TrunkForm } from '../../lib/trunk_form'
import { Card, Note } from '../../parts/bits'
import { ChoiceField, NumberField, TextField } from '../../parts/field'
import { say } from '../../parts/toast'

interface Props {
  of?: Trunk
  tag?: string | null
  done: () => void
  leave: () => void
}

const kept_secrets = ({ secret_names = [] }: Trunk): string =>
  secret_names.length > 0 ? ` It has ${secret_names.join(', ')}: what you leave out stays as it is.` : ''

export function TrunkEditor({ of, tag, done, leave }: Props) {
  const before = of && form_of(of)
  const [form, set] = useState(before ?? blank_trunk)
  const [wrong, set_wrong] = useState<Faults>({})
  const change = <K extends keyof TrunkForm>(name: K) => (value: TrunkForm[K]) => set({ ...form, [name]: value })
  const submit = async (event: Event) => {
    event.preventDefault()
    const seen = check_trunk(form)
    set_wrong(seen)
    if (Object.keys(seen).length > 0) return
    try {
      const body = body_of(form, before)
      await (of ? send('PATCH', `/v1/trunks/${of.id}`, body, tag) : send('POST', '/v1/trunks', body))
      say(of ? `${form.name} was changed. It holds from the next call on.` : `${form.name} was added.`)
      done()
    } catch (why) {
      set_wrong(why instanceof Problem ? trunk_faults(why) : { '': (why as Error).message })
    }
  }
  return (
    <Card title={of ? 'Settings' : 'New trunk'}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        {wrong[''] && <Note tone="bad">{wrong['']}</Note>}
        <div class="columns">
          <TextField label="Name" value={form.name} set={change('name')} wrong={wrong['name']} />
          {!of && (
            <ChoiceField
              label="Provider"
              value={form.provider}
              set={(it) => set(of_provider(form, it))}
              options={Object.entries(providers).map(([name, it]) => [name, it.text])}
              wrong={wrong['provider']}
            />
          )}
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
          hint={of && 'Changed only while no call is up on the trunk, like its secrets.'}
        />
        {providers[form.provider]?.secrets !== '' && (
          <TextField
            label="Secrets"
            rows={2}
            value={form.secrets}
            set={change('secrets')}
            wrong={wrong['secrets']}
            hint={`One on each line, as in auth_token=…; kept sealed, and never shown again.${of ? kept_secrets(of) : ''}`}
          />
        )}
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
