// One campaign: what it does, what it did, how it is set up.
import { lazy } from '../../lib/lazy'
import { archive, cancel, cancel_waiting, clone, pause, redial, remove, resume, start } from '../../api/campaign_acts'
import { download } from '../../api/http'
import { is_over, type Campaign } from '../../api/types'
import { city, own_zone, plural } from '../../lib/format'
import { short_why } from '../../lib/reasons'
import { Badge, Empty, Instead, PageHead } from '../../parts/bits'
import { Icon, type IconName } from '../../parts/icons'
import { Menu, type Act } from '../../parts/menu'
import { attempt } from '../../parts/toast'
import { go } from '../../router'
import { ContactPage } from './contact'
import { ContactsTab } from './contacts'
import { EventsTab } from './events'
import { Overview } from './overview'
import { RunsTab } from './runs'
import { use_campaign, type CampaignState } from './state'

const AddContacts = lazy(() => import('./add_contacts').then((it) => it.AddContacts))
const SettingsTab = lazy(() => import('./settings').then((it) => it.SettingsTab))

const tabs = [
  ['', 'Overview'],
  ['contacts', 'Contacts'],
  ['runs', 'Runs'],
  ['events', 'Events'],
  ['settings', 'Settings'],
] as const

/** One button, whatever it says: whoever pressed it keeps the focus. */
function Turn({ of, status, again }: { of: Campaign; status: string; again: () => void }) {
  const turns: Record<string, [name: string, icon: IconName, act: () => Promise<unknown>]> = {
    draft: ['Start', 'play', () => start(of)],
    running: ['Pause', 'pause', () => pause(of, of.progress)],
    paused: ['Resume', 'play', () => resume(of)],
  }
  const turn = turns[status]
  if (!turn) return null
  const [name, icon, act] = turn
  return (
    <button class={status === 'running' ? 'button' : 'button main'} onClick={() => void act().then(again)}>
      <Icon name={icon} /> {name}
    </button>
  )
}

function Acts({ of }: { of: CampaignState }) {
  const { campaign, live } = of
  if (!campaign) return null
  const status = live.progress?.status ?? campaign.status
  const now = live.progress ?? campaign.progress
  const over = is_over(status)
  const delete_it = async () => {
    if (await remove(campaign)) go('/campaigns')
  }
  const report = () => void attempt(() => download(`/v1/campaigns/${campaign.id}/report.csv`, `${campaign.id}.csv`))
  const acts: Act[] = [['Clone', () => void clone(campaign)]]
  if (status !== 'draft') acts.push(['Download the report', report])
  if (over) acts.push([campaign.redialed_as ? 'Show its redial' : 'Redial', () => void redial(campaign, now)])
  if (over || status === 'draft') acts.push([campaign.archived ? 'Unarchive' : 'Archive', () => void archive(campaign).then(of.again)])
  if (status === 'running' || status === 'paused') {
    acts.push(['Cancel who is in line', () => void cancel_waiting(campaign, now).then(of.again)])
    acts.push(['Cancel the campaign', () => void cancel(campaign, now).then(of.again)])
  }
  if (status === 'draft') acts.push(['Delete', () => void delete_it()])
  return (
    <>
      <Menu label="More" acts={acts} />
      <Turn of={{ ...campaign, progress: now }} status={status} again={of.again} />
    </>
  )
}

function Tab({ name, of, parts }: { name: string; of: CampaignState; parts: string[] }) {
  const campaign = of.campaign!
  switch (name) {
    case '':
      return <Overview of={of} />
    case 'contacts':
      if (parts[0] === 'add') return <AddContacts of={of} />
      return parts[0] ? <ContactPage campaign={campaign} row={parts[0]} /> : <ContactsTab of={of} />
    case 'runs':
      return <RunsTab of={of} />
    case 'events':
      return <EventsTab of={of} />
    case 'settings':
      return <SettingsTab of={of} />
    default:
      return <Empty title="There is no such page" />
  }
}

export function CampaignPage({ parts: [id = '', tab = '', ...rest] }: { parts: string[] }) {
  const state = use_campaign(id)
  const { campaign, live } = state
  if (state.deleted)
    return (
      <Empty whole title="This campaign was deleted">
        <a href="#/campaigns">To the campaigns</a>
      </Empty>
    )
  if (!campaign) return <Instead problem={state.problem} />
  const zone = campaign.schedule.timezone
  const reason = live.progress ? short_why(live.progress, zone) : ''
  return (
    <>
      <PageHead
        title={campaign.name}
        crumbs={[['Campaigns', '#/campaigns']]}
        badge={<Badge of={live.progress?.status ?? campaign.status} />}
        text={
          <>
            <span class="reason">{reason}</span>
            {campaign.schedule.time_slots.length > 0 && zone !== own_zone() && <span class="soft"> · its clocks: {city(zone)}</span>}
            {campaign.status === 'draft' && <span> · {plural(campaign.progress.total, 'contact')}</span>}
          </>
        }
      >
        <Acts of={state} />
      </PageHead>
      <nav class="tabs" aria-label="Of this campaign">
        {tabs.map(([name, text]) => (
          <a key={name} href={`#/campaigns/${id}${name && `/${name}`}`} aria-current={tab === name ? 'page' : undefined}>
            {text}
          </a>
        ))}
      </nav>
      <Tab name={tab} of={state} parts={rest} />
    </>
  )
}
