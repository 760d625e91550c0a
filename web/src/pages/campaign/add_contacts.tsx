// More people for a campaign, also while it runs.
import { useState } from 'preact/hooks'

import { all, get, Problem, send } from '../../api/http'
import { is_over, type Campaign, type ContactList } from '../../api/types'
import { add_faults, add_warning, one_body, type OneForm, type Place } from '../../lib/add_contacts'
import { plural, words } from '../../lib/format'
import { use_polled } from '../../lib/polled'
import type { Faults } from '../../lib/settings'
import { Card, Instead, Note } from '../../parts/bits'
import { confirm } from '../../parts/confirm'
import { ListPart, type Chosen } from '../../parts/contact_list'
import { TextField } from '../../parts/field'
import { say } from '../../parts/toast'
import { go } from '../../router'
import type { CampaignState } from './state'

interface Stock {
  columns: string[] // of the campaign's own list
  before: ContactList[] // that are not in it
}

async function load(of: Campaign, leave: AbortSignal): Promise<Stock> {
  const [own, lists] = await Promise.all([
    get<ContactList>(`/v1/contact-lists/${of.contact_list_id}`, leave),
    all<ContactList>('/v1/contact-lists', 500, leave),
  ])
  const here = [of.contact_list_id, ...of.added_contact_list_ids]
  return { columns: own.columns.map((it) => it.name), before: lists.filter((it) => !here.includes(it.id)) }
}

interface OneProps {
  form: OneForm
  set: (it: OneForm) => void
  names: string[]
  wrong: Faults
}

function OneNumber({ form, set, names, wrong }: OneProps) {
  return (
    <Card title="Who is added">
      <div class="form">
        <div class="columns">
          <TextField
            label="Number"
            value={form.phone_number}
            set={(phone_number) => set({ ...form, phone_number })}
            placeholder="+14155550110"
            wrong={wrong['phone_number']}
          />
          <TextField
            label="Country of a national number"
            value={form.country}
            set={(it) => set({ ...form, country: it.slice(0, 2) })}
            placeholder="US"
            hint="Two letters; without it the number needs its +."
            wrong={wrong['default_country']}
          />
        </div>
        {names.length > 0 && (
          <div class="columns">
            {names.map((name) => (
              <TextField
                key={name}
                label={words(name)}
                value={form.columns[name] ?? ''}
                set={(value) => set({ ...form, columns: { ...form.columns, [name]: value } })}
                wrong={wrong[name]}
              />
            ))}
          </div>
        )}
        {wrong['contact_list_id'] && !wrong['phone_number'] && <p class="wrong">{wrong['contact_list_id']}</p>}
      </div>
    </Card>
  )
}

function Chips<T extends string>(props: { label: string; of: [T, string][]; value: T; set: (it: T) => void }) {
  return (
    <div class="chips" role="group" aria-label={props.label}>
      {props.of.map(([name, text]) => (
        <button key={name} type="button" class="chip" aria-pressed={props.value === name} onClick={() => props.set(name)}>
          {text}
        </button>
      ))}
    </div>
  )
}

function Form({ campaign, status, stock, done }: { campaign: Campaign; status: string; stock: Stock; done: () => void }) {
  const [kind, set_kind] = useState<'list' | 'one'>('list')
  const [place, set_place] = useState<Place>('last')
  const [chosen, choose] = useState<Chosen>({ list: undefined, sample: undefined })
  const [one, set_one] = useState<OneForm>({ phone_number: '', country: '', columns: {} })
  const [wrong, set_wrong] = useState<Faults>({})
  const [busy, set_busy] = useState(false)
  const forgiven = <T,>(set: (it: T) => void) => (it: T) => {
    set_wrong({})
    set(it)
  }
  const many = kind === 'one' ? 1 : (chosen.list?.rows_accepted ?? 0)

  const add = async (event: Event) => {
    event.preventDefault()
    if (kind === 'list' && !chosen.list) return set_wrong({ contact_list_id: 'Drop a file, or pick a list from before.' })
    if (kind === 'one' && !one.phone_number.trim()) return set_wrong({ phone_number: 'Who is to be called?' })
    const title = `Add ${plural(many, 'contact')} to ${campaign.name}?`
    if (!(await confirm({ title, text: add_warning(many, place, status), act: 'Add them' }))) return
    set_busy(true)
    try {
      const body = kind === 'one' ? one_body(one, place) : { place, contact_list_id: chosen.list!.id }
      await send('POST', `/v1/campaigns/${campaign.id}/contacts`, body)
      say(many === 1 ? '1 contact was added.' : `${plural(many, 'contact')} were added.`)
      done()
    } catch (why) {
      set_wrong(why instanceof Problem ? add_faults(why) : { '': (why as Error).message })
    } finally {
      set_busy(false)
    }
  }
  return (
    <form class="rows add-contacts" onSubmit={(event) => void add(event)}>
      {wrong[''] && <Note tone="bad">{wrong['']}</Note>}
      <Chips label="What is added" of={[['list', 'A list'], ['one', 'One number']]} value={kind} set={forgiven(set_kind)} />
      {kind === 'list' ? (
        <ListPart title="Who is added" of={chosen} set={forgiven(choose)} before={stock.before} wrong={wrong['contact_list_id']} />
      ) : (
        <OneNumber form={one} set={forgiven(set_one)} names={stock.columns} wrong={wrong} />
      )}
      <Card title="Where they stand in line">
        <div class="rows tight">
          <Chips label="Place in line" of={[['last', 'Last'], ['next', 'Next']]} value={place} set={set_place} />
          <p class="soft small">{place === 'next' ? 'Before everybody whom nobody has called yet.' : 'Behind everybody who is there.'}</p>
        </div>
      </Card>
      <div class="actions">
        <button class="button main" disabled={busy}>
          {many > 0 ? `Add ${plural(many, 'contact')}` : 'Add them'}
        </button>
        <a class="button" href={`#/campaigns/${campaign.id}/contacts`}>
          Not now
        </a>
      </div>
    </form>
  )
}

export function AddContacts({ of }: { of: CampaignState }) {
  const campaign = of.campaign!
  const status = of.live.progress?.status ?? campaign.status
  const { value, problem, again } = use_polled(`stock ${campaign.id}`, (leave) => load(campaign, leave))
  if (is_over(status)) return <Note>This campaign is over, and nobody can be added any more.</Note>
  if (!value) return <Instead problem={problem} again={again} />
  const done = () => {
    of.again()
    go(`/campaigns/${campaign.id}/contacts`)
  }
  return <Form campaign={campaign} status={status} stock={value} done={done} />
}
