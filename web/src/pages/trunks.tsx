// The trunks calls go out on, and how full they are.
import { useState } from 'preact/hooks'

import { all, Problem, send } from '../api/http'
import type { Campaign, Trunk } from '../api/types'
import { count, plural } from '../lib/format'
import { use_polled } from '../lib/polled'
import { Card, Empty, Instead, PageHead, Note, When } from '../parts/bits'
import { confirm } from '../parts/confirm'
import { NumberField, TextField } from '../parts/field'
import { Icon } from '../parts/icons'
import { attempt, say } from '../parts/toast'

interface Look {
  trunks: Trunk[]
  up: Map<string, number> // calls, by trunk
}

async function look(leave: AbortSignal): Promise<Look> {
  const [trunks, campaigns] = await Promise.all([
    all<Trunk>('/v1/trunks', 2_000, leave),
    all<Campaign>('/v1/campaigns', 2_000, leave),
  ])
  const up = new Map<string, number>()
  for (const it of campaigns) up.set(it.trunk_id, (up.get(it.trunk_id) ?? 0) + it.progress.in_flight)
  return { trunks: trunks.filter((it) => !it.removed), up }
}

async function remove(of: Trunk): Promise<void> {
  const sure = await confirm({
    title: `Remove ${of.name}?`,
    text: 'No campaign can be made on it any more. Runs keep its name.',
    act: 'Remove',
    danger: true,
  })
  if (sure) await attempt(() => send('DELETE', `/v1/trunks/${of.id}`), `${of.name} was removed.`)
}

function Row({ of, up, again }: { of: Trunk; up: number; again: () => void }) {
  return (
    <tr>
      <td>
        <b>{of.name}</b>
        <div class="soft small mono">{of.id}</div>
      </td>
      <td>{of.provider}</td>
      <td class="use">
        <meter min={0} max={of.channels} value={up} aria-label={`Lines of ${of.name} in use`} />
        <span class="number">
          {count(up)} of {count(of.channels)}
        </span>
      </td>
      <td class="number">{of.calls_per_second > 0 ? count(of.calls_per_second) : 'no limit'}</td>
      <td class="mono small">{of.caller_ids.join(', ')}</td>
      <td>
        <When at={of.created_at} />
      </td>
      <td>
        <button class="button plain icon" aria-label={`Remove ${of.name}`} onClick={() => void remove(of).then(again)}>
          <Icon name="trash" />
        </button>
      </td>
    </tr>
  )
}

const blank = { name: '', caller_ids: '', channels: 10, calls_per_second: 0, provider: 'simulated', settings: '{}' }

function body_of(it: typeof blank): Record<string, unknown> {
  return {
    name: it.name,
    provider: it.provider,
    settings: JSON.parse(it.settings || '{}') as unknown,
    caller_ids: it.caller_ids.split(/[\s,]+/).filter(Boolean),
    channels: it.channels,
    calls_per_second: it.calls_per_second,
  }
}

function NewTrunk({ done }: { done: () => void }) {
  const [form, set] = useState(blank)
  const [wrong, set_wrong] = useState<Record<string, string>>({})
  const change = <K extends keyof typeof blank>(name: K) => (value: (typeof blank)[K]) => set({ ...form, [name]: value })
  const submit = async (event: Event) => {
    event.preventDefault()
    try {
      await send('POST', '/v1/trunks', body_of(form))
      say(`${form.name} was added.`)
      done()
    } catch (why) {
      const faults = why instanceof Problem ? why.faults : []
      if (faults.length > 0) set_wrong(Object.fromEntries(faults.map((it) => [it.field.split('/')[1] ?? '', it.detail])))
      else set_wrong(why instanceof SyntaxError ? { settings: 'This is not JSON.' } : { '': (why as Error).message })
    }
  }
  return (
    <Card title="New trunk">
      <form class="form" onSubmit={(event) => void submit(event)}>
        {wrong[''] && <Note tone="bad">{wrong['']}</Note>}
        <div class="columns">
          <TextField label="Name" value={form.name} set={change('name')} wrong={wrong['name']} />
          <TextField label="Provider" value={form.provider} set={change('provider')} wrong={wrong['provider']} />
          <TextField
            label="Caller ids"
            value={form.caller_ids}
            set={change('caller_ids')}
            wrong={wrong['caller_ids']}
            placeholder="+14155550199"
            hint="As +14155550199, with commas between."
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
            hint="0: as many as the channels allow."
            wrong={wrong['calls_per_second']}
          />
        </div>
        <TextField
          label="The provider's settings, as JSON"
          rows={3}
          value={form.settings}
          set={change('settings')}
          wrong={wrong['settings']}
        />
        <div class="actions">
          <button class="button main">Add the trunk</button>
          <button type="button" class="button" onClick={done}>
            Cancel
          </button>
        </div>
      </form>
    </Card>
  )
}

export function TrunksPage() {
  const { value, problem, again } = use_polled('trunks', look, () => 3_000)
  const [adding, set_adding] = useState(false)
  return (
    <>
      <PageHead title="Trunks" text={value && `${plural(value.trunks.length, 'trunk')} that calls go out on`}>
        {!adding && (
          <button class="button main" onClick={() => set_adding(true)}>
            <Icon name="plus" /> New trunk
          </button>
        )}
      </PageHead>
      <div class="rows">
        {adding && (
          <NewTrunk
            done={() => {
              set_adding(false)
              again()
            }}
          />
        )}
        {!value && <Instead problem={problem} again={again} />}
        {value && (
          <div class="card scroll-x" tabIndex={0} role="region" aria-label="Trunks">
            {value.trunks.length === 0 ? (
              <Empty title="No trunk yet">
                <p>Calls need a line. The simulated carrier needs no contract: add it to look around.</p>
              </Empty>
            ) : (
              <table>
                <thead>
                  <tr>
                    <th>Trunk</th>
                    <th>Provider</th>
                    <th>Lines in use</th>
                    <th class="number">Calls per second</th>
                    <th>Caller ids</th>
                    <th>Added</th>
                    <th>
                      <span class="unseen">Acts</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {value.trunks.map((it) => (
                    <Row key={it.id} of={it} up={value.up.get(it.id) ?? 0} again={again} />
                  ))}
                </tbody>
              </table>
            )}
          </div>
        )}
      </div>
    </>
  )
}
