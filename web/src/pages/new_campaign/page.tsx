// A campaign from nothing, on one page.
import { useEffect, useState } from 'preact/hooks'

import { start_warning } from '../../api/campaign_acts'
import { all, get, Problem, send } from '../../api/http'
import type { Campaign, CampaignDefaults, ContactList, Trunk, Workflow } from '../../api/types'
import { contact_of } from '../../lib/csv'
import { plural } from '../../lib/format'
import { use_polled } from '../../lib/polled'
import { body_of, check_settings, faults_of, new_settings, type Faults, type SettingsForm } from '../../lib/settings'
import { Card, Instead, Note, PageHead } from '../../parts/bits'
import { confirm } from '../../parts/confirm'
import { ListPart, type Chosen } from '../../parts/contact_list'
import { ChoiceField, TextField } from '../../parts/field'
import { PlanForecast } from '../../parts/forecast'
import { Icon } from '../../parts/icons'
import { BreakerFields, HookFields, PaceFields, RetryFields, ScheduleFields } from '../../parts/settings_fields'
import { attempt, say } from '../../parts/toast'
import { go } from '../../router'
import { blank_workflow, complaint, needed_by, WorkflowPart, type WorkflowForm } from './workflow'

interface Stock {
  lists: ContactList[]
  workflows: Workflow[]
  trunks: Trunk[]
  defaults: CampaignDefaults
}

async function load(leave: AbortSignal): Promise<Stock> {
  const [lists, workflows, trunks, defaults] = await Promise.all([
    all<ContactList>('/v1/contact-lists', 500, leave),
    all<Workflow>('/v1/workflows', 500, leave),
    all<Trunk>('/v1/trunks', 500, leave),
    get<CampaignDefaults>('/v1/campaign-defaults', leave),
  ])
  return { lists, workflows, trunks: trunks.filter((it) => !it.removed), defaults }
}

const simulated = {
  name: 'Simulated carrier',
  provider: 'simulated',
  settings: {},
  caller_ids: ['+14155550199'],
  channels: 20,
}

interface TrunkProps {
  of: Trunk[]
  id: string
  set: (id: string) => void
  again: () => void
  wrong: string | undefined
}

function TrunkField({ of, id, set, again, wrong }: TrunkProps) {
  const add = async () => {
    const made = await attempt(() => send<Trunk>('POST', '/v1/trunks', simulated), 'The simulated carrier was added.')
    if (made) set(made.id)
    again()
  }
  if (of.length === 0)
    return (
      <div class="field">
        <span class="label">Trunk</span>
        <p class={wrong ? 'wrong' : 'hint'}>There is no trunk yet. The simulated carrier calls nobody and costs nothing.</p>
        <span>
          <button type="button" class="button" onClick={() => void add()}>
            Add a simulated carrier
          </button>
        </span>
      </div>
    )
  return (
    <ChoiceField
      label="Trunk"
      value={id}
      set={set}
      options={of.map((it) => [it.id, `${it.name} (${plural(it.channels, 'channel')})`])}
      wrong={wrong}
    />
  )
}

/** What the page can see to be wrong with the list and the workflow. */
function check_parts(chosen: Chosen, workflow: WorkflowForm, stock: Stock, trunk: string): Faults {
  const faults: Faults = {}
  if (!chosen.list) faults['contact_list_id'] = 'A campaign needs a list of contacts.'
  if (!trunk) faults['trunk_id'] = 'A campaign needs a trunk.'
  if (!workflow.id) {
    if (!workflow.name.trim()) faults['workflow'] = 'A workflow has a name.'
    if (!workflow.agent.trim()) faults['agent'] = 'Who speaks?'
    if (!workflow.prompt.trim()) faults['prompt'] = 'What is the agent to say?'
  }
  const lacking = needed_by(workflow, stock.workflows).filter((it) => complaint(it, chosen.list))
  if (lacking.length > 0)
    faults[workflow.id ? 'workflow_id' : 'prompt'] = lacking.map((it) => `${it}: ${complaint(it, chosen.list)}`).join('; ')
  return faults
}

/** What a forecast is asked of; nothing while something is missing or wrong. */
function plan_of(settings: SettingsForm, list: ContactList | undefined, trunk: Trunk | undefined): object | undefined {
  if (!list || !trunk || Object.keys(check_settings({ ...settings, name: 'any' }, trunk.channels)).length > 0) return undefined
  // It foresees a campaign that has its trunk to itself, at full speed, and leave for every call.
  const { name: _, line_weight: __, ramp_up_seconds: ___, pre_dial_hook: ____, ...policy } = body_of(settings)
  return { ...policy, contact_list_id: list.id, trunk_id: trunk.id }
}

/** No trunk carries more calls than it has channels. */
const fitted = (of: SettingsForm, trunk: Trunk | undefined): SettingsForm =>
  trunk ? { ...of, concurrency: Math.min(of.concurrency, trunk.channels) } : of

function Form({ stock, again }: { stock: Stock; again: () => void }) {
  const [settings, set] = useState(() => fitted(new_settings(stock.defaults), stock.trunks[0]))
  const [chosen, choose] = useState<Chosen>({ list: undefined, sample: undefined })
  const [workflow, set_workflow] = useState<WorkflowForm>({ ...blank_workflow, id: stock.workflows[0]?.id ?? '' })
  const [trunk_id, set_trunk] = useState(stock.trunks[0]?.id ?? '')
  const [said, set_said] = useState<Faults>({}) // by the server
  const [tried, set_tried] = useState(0)
  const [busy, set_busy] = useState(false)
  const trunk = stock.trunks.find((it) => it.id === trunk_id)
  const take_trunk = (id: string) => {
    set_trunk(id)
    set(fitted(settings, stock.trunks.find((it) => it.id === id)))
  }
  const sample = chosen.sample
  const contact = sample?.rows[0] ? contact_of(sample.columns, sample.rows[0]) : {}

  const seen = { ...check_parts(chosen, workflow, stock, trunk_id), ...check_settings(settings, trunk?.channels) }
  const faults = { ...said, ...(tried > 0 ? seen : {}) }

  // What the server said is of what was sent: the next word may put it right.
  useEffect(() => set_said({}), [settings, chosen, workflow, trunk_id])
  useEffect(() => {
    document.querySelector<HTMLElement>('.new-campaign [aria-invalid], .new-campaign .wrong')?.scrollIntoView({ block: 'center' })
  }, [tried, said])

  /** The new workflow's id; made once, however often the campaign is refused. */
  const workflow_id = async (): Promise<string> => {
    if (workflow.id) return workflow.id
    const { name, agent, prompt } = workflow
    const required_variables = needed_by(workflow, [])
    const made = await send<Workflow>('POST', '/v1/workflows', { name, agent, prompt, required_variables })
    again()
    set_workflow({ ...workflow, id: made.id })
    return made.id
  }

  const make = async (start: boolean) => {
    if (Object.keys(seen).length > 0) return set_tried(tried + 1)
    const text = start_warning(body_of(settings), chosen.list!.rows_accepted)
    if (start && !(await confirm({ title: `Start ${settings.name.trim()}?`, text, act: 'Start calling' }))) return
    set_busy(true)
    try {
      const parts = { workflow_id: await workflow_id(), contact_list_id: chosen.list!.id, trunk_id }
      const made = await send<Campaign>('POST', '/v1/campaigns', { ...body_of(settings), ...parts })
      if (start) await send('POST', `/v1/campaigns/${made.id}/start`)
      say(start ? `${made.name} has started.` : `${made.name} is kept as a draft.`)
      go(`/campaigns/${made.id}`)
    } catch (why) {
      set_said(why instanceof Problem ? faults_of(why) : { '': (why as Error).message })
    } finally {
      set_busy(false)
    }
  }

  const fields = { form: settings, set, faults }
  const plan = plan_of(settings, chosen.list, trunk)
  return (
    <form
      class="rows new-campaign"
      onSubmit={(event) => {
        event.preventDefault()
        void make(false)
      }}
    >
      {faults[''] && <Note tone="bad">{faults['']}</Note>}
      <Card title="Campaign">
        <div class="form">
          <TextField label="Name" value={settings.name} set={(name) => set({ ...settings, name })} placeholder="Spring reminders" wrong={faults['name']} />
          <TrunkField of={stock.trunks} id={trunk_id} set={take_trunk} again={again} wrong={faults['trunk_id']} />
          <PaceFields {...fields} channels={trunk?.channels} />
        </div>
      </Card>
      <ListPart title="Who is called" of={chosen} set={choose} before={stock.lists} wrong={faults['contact_list_id']} />
      <WorkflowPart form={workflow} set={set_workflow} before={stock.workflows} list={chosen.list} contact={contact} wrong={faults} />
      <ScheduleFields {...fields} />
      <div class="tiles two">
        <RetryFields {...fields} />
        <BreakerFields {...fields} />
      </div>
      <HookFields {...fields} signed={false} />
      <PlanForecast
        plan={plan}
        missing={`It says when the campaign would be done, as soon as ${chosen.list ? 'the settings above are right' : 'there is a list'}.`}
      />
      <div class="finish">
        <p class="soft">
          {chosen.list ? `${plural(chosen.list.rows_accepted, 'contact')}, ${plural(settings.concurrency || 0, 'call')} at one time` : ''}
        </p>
        <button class="button" disabled={busy}>
          Keep as a draft
        </button>
        <button type="button" class="button main" disabled={busy} onClick={() => void make(true)}>
          <Icon name="play" /> Start calling
        </button>
      </div>
    </form>
  )
}

export function NewCampaignPage() {
  const { value, problem, again } = use_polled('new campaign', load)
  return (
    <>
      <PageHead title="New campaign" crumbs={[['Campaigns', '#/campaigns']]} />
      {value ? <Form stock={value} again={again} /> : <Instead problem={problem} again={again} />}
    </>
  )
}
