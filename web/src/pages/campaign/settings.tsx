// How a campaign is set up; edited where the server allows it.
import { useState } from 'preact/hooks'

import { get, get_tagged, Problem, send } from '../../api/http'
import { is_over, type Campaign, type ContactList, type Trunk, type Workflow } from '../../api/types'
import { count, plural } from '../../lib/format'
import { use_polled } from '../../lib/polled'
import { body_of, check_settings, faults_of, settings_of, type Faults } from '../../lib/settings'
import { Card, Instead, Note } from '../../parts/bits'
import { TextField } from '../../parts/field'
import { BreakerFields, HookFields, PaceFields, RetryFields, ScheduleFields } from '../../parts/settings_fields'
import { say } from '../../parts/toast'
import type { CampaignState } from './state'

async function load_parts(id: string, leave: AbortSignal) {
  const { value: of, tag } = await get_tagged<Campaign>(`/v1/campaigns/${id}`, leave)
  const [lists, trunk, workflow] = await Promise.all([
    Promise.all([of.contact_list_id, ...of.added_contact_list_ids].map((it) => get<ContactList>(`/v1/contact-lists/${it}`, leave))),
    get<Trunk>(`/v1/trunks/${of.trunk_id}`, leave),
    get<Workflow>(`/v1/workflows/${of.workflow_id}`, leave),
  ])
  return { campaign: of, tag, lists, trunk, workflow }
}

type Parts = Awaited<ReturnType<typeof load_parts>>

function MadeOf({ parts }: { parts: Parts }) {
  return (
    <Card title="Made of">
      <dl class="facts">
        {parts.lists.map((it, index) => (
          <>
            <dt>{index === 0 ? 'List' : 'Added'}</dt>
            <dd>{`${it.name}, ${plural(it.rows_accepted, 'row')}`}</dd>
          </>
        ))}
        <dt>Workflow</dt>
        <dd>{parts.workflow.name}</dd>
        <dt>Trunk</dt>
        <dd>{`${parts.trunk.name}, ${count(parts.trunk.channels)} channels`}</dd>
      </dl>
    </Card>
  )
}

function Form({ of, parts, again }: { of: CampaignState; parts: Parts; again: () => void }) {
  const { campaign } = parts
  const [form, set] = useState(() => settings_of(campaign))
  const [faults, set_faults] = useState<Faults>({})
  const [busy, set_busy] = useState(false)
  const save = async (event: Event) => {
    event.preventDefault()
    const wrong = check_settings(form, parts.trunk.channels)
    set_faults(wrong)
    if (Object.keys(wrong).length > 0) return
    set_busy(true)
    try {
      await send('PATCH', `/v1/campaigns/${campaign.id}`, body_of(form), parts.tag)
      say('The settings were saved.')
      of.again()
      again()
    } catch (why) {
      set_faults(why instanceof Problem ? faults_of(why) : { '': (why as Error).message })
    } finally {
      set_busy(false)
    }
  }
  const fields = { form, set, faults }
  const over = is_over(of.live.progress?.status ?? campaign.status)
  return (
    <form class="rows settings" onSubmit={(event) => void save(event)}>
      {over && <Note>This campaign is over, and does not change any more.</Note>}
      {faults[''] && <Note tone="bad">{faults['']}</Note>}
      <div class="tiles two">
        <Card title="Campaign">
          <div class="form">
            <TextField label="Name" value={form.name} set={(name) => set({ ...form, name })} wrong={faults['name']} />
            <PaceFields {...fields} channels={parts.trunk.channels} />
          </div>
        </Card>
        <MadeOf parts={parts} />
      </div>
      <ScheduleFields {...fields} />
      <div class="tiles two">
        <RetryFields {...fields} />
        <BreakerFields {...fields} />
      </div>
      <HookFields {...fields} signed={campaign.pre_dial_hook?.signed ?? false} />
      {!over && (
        <div class="actions">
          <button class="button main" disabled={busy}>
            Save
          </button>
          <button type="button" class="button" onClick={() => set(settings_of(campaign))}>
            As it was
          </button>
        </div>
      )}
    </form>
  )
}

export function SettingsTab({ of }: { of: CampaignState }) {
  const id = of.campaign!.id
  const { value, problem, again } = use_polled(`parts ${id}`, (leave) => load_parts(id, leave))
  if (!value) return <Instead problem={problem} again={again} />
  return <Form key={value.tag ?? ''} of={of} parts={value} again={again} />
}
