// A new webhook.
import { useState } from 'preact/hooks'

import { Problem, send } from '../../api/http'
import type { Campaign } from '../../api/types'
import { Card, Note } from '../../parts/bits'
import { ChoiceField, TextField } from '../../parts/field'
import type { Webhook } from './acts'

export interface NewWebhook extends Webhook {
  secret?: string // of the server's own choice, shown this once
}

const blank = { url: '', events: '', campaign_id: '', secret: '' }

function body_of(it: typeof blank): Record<string, unknown> {
  const events = it.events.split(/[\s,]+/).filter(Boolean)
  return {
    url: it.url.trim(),
    ...(events.length > 0 ? { events } : {}),
    ...(it.campaign_id ? { campaign_id: it.campaign_id } : {}),
    ...(it.secret ? { secret: it.secret.trim() } : {}),
  }
}

export function NewWebhookForm({ campaigns, done, leave }: { campaigns: Campaign[]; done: (made: NewWebhook) => void; leave: () => void }) {
  const [form, set] = useState(blank)
  const [wrong, set_wrong] = useState<Record<string, string>>({})
  const change = (name: keyof typeof blank) => (value: string) => {
    set({ ...form, [name]: value })
    set_wrong({})
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    if (!form.url.trim()) return set_wrong({ url: 'Where is it to be told?' })
    try {
      done(await send<NewWebhook>('POST', '/v1/webhooks', body_of(form)))
    } catch (why) {
      const faults = why instanceof Problem ? why.faults : []
      if (faults.length > 0) set_wrong(Object.fromEntries(faults.map((it) => [it.field.split('/')[1] ?? '', it.detail])))
      else set_wrong({ '': (why as Error).message })
    }
  }
  return (
    <Card title="New webhook">
      <form class="form" onSubmit={(event) => void submit(event)}>
        {wrong[''] && <Note tone="bad">{wrong['']}</Note>}
        <div class="columns">
          <TextField label="URL" value={form.url} set={change('url')} placeholder="https://crm.example.org/calls" wrong={wrong['url']} />
          <ChoiceField
            label="Campaign"
            value={form.campaign_id}
            set={change('campaign_id')}
            options={[['', 'All of them'], ...campaigns.map((it): [string, string] => [it.id, it.name])]}
            wrong={wrong['campaign_id']}
          />
        </div>
        <TextField
          label="Events"
          value={form.events}
          set={change('events')}
          placeholder="campaign. contact.finished"
          hint="Types, or what they begin with; empty: what most want to hear of."
          wrong={wrong['events']}
        />
        <TextField
          label="Secret"
          value={form.secret}
          set={change('secret')}
          hint="whsec_ and base64, as Standard Webhooks has it; empty: the server makes one and shows it once."
          wrong={wrong['secret']}
        />
        <div class="actions">
          <button class="button main">Add the webhook</button>
          <button type="button" class="button" onClick={leave}>
            Cancel
          </button>
        </div>
      </form>
    </Card>
  )
}
