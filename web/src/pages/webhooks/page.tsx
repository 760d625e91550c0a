// Who else is told what happens, and how far that has come.
import { useState } from 'preact/hooks'

import { all } from '../../api/http'
import type { Campaign } from '../../api/types'
import { count, plural } from '../../lib/format'
import { use_polled } from '../../lib/polled'
import { Badge, Empty, Instead, Note, PageHead, When } from '../../parts/bits'
import { Icon } from '../../parts/icons'
import { Menu, type Act } from '../../parts/menu'
import { Secret } from '../../parts/secret'
import { host_of, parked_of, remove, replay, retry_parked, try_out, turn, type Webhook } from './acts'
import { NewWebhookForm, type NewWebhook } from './form'

interface Look {
  webhooks: Webhook[]
  campaigns: Campaign[]
}

async function look(leave: AbortSignal): Promise<Look> {
  const [webhooks, campaigns] = await Promise.all([
    all<Webhook>('/v1/webhooks', 1_000, leave),
    all<Campaign>('/v1/campaigns', 2_000, leave),
  ])
  return { webhooks, campaigns }
}

function state_of({ enabled, delivery }: Webhook): string {
  if (!enabled) return 'off'
  if (delivery.waiting > 0) return 'waiting'
  return delivery.parked > 0 ? 'parked' : 'delivering'
}

function Standing({ of: { delivery } }: { of: Webhook }) {
  return (
    <dl class="facts">
      <dt>Last delivered</dt>
      <dd>
        <When at={delivery.delivered_at} none="not since the server started" />
      </dd>
      <dt>Behind the log</dt>
      <dd class="number">{delivery.lag === 0 ? 'nothing' : plural(delivery.lag, 'event')}</dd>
      {delivery.waiting > 0 && (
        <>
          <dt>Waiting to be sent again</dt>
          <dd class="number">
            {plural(delivery.waiting, 'event')}
            {delivery.next_try_at && (
              <>
                , next try <When at={delivery.next_try_at} />
              </>
            )}
          </dd>
        </>
      )}
      {delivery.last_error && (
        <>
          <dt>Last trouble</dt>
          <dd class="wrong">
            {delivery.last_error} <When at={delivery.failed_at} none="" />
          </dd>
        </>
      )}
    </dl>
  )
}

/** What it would not take for a day. */
function ParkedList({ of, names }: { of: Webhook; names: Map<string, string> }) {
  const { value, problem, again } = use_polled(`parked ${of.id} ${of.delivery.parked}`, (leave) => parked_of(of, leave))
  if (!value) return <Instead problem={problem} again={again} />
  return (
    <div class="scroll-x rejects" tabIndex={0} role="region" aria-label={`Parked for ${host_of(of)}`}>
      <table>
        <thead>
          <tr>
            <th class="number">Position</th>
            <th>Campaign</th>
            <th>Parked</th>
            <th>Why</th>
          </tr>
        </thead>
        <tbody>
          {value.items.map((it) => (
            <tr key={it.position}>
              <td class="number">{count(it.position)}</td>
              <td>
                <a href={`#/campaigns/${it.campaign_id}`}>{names.get(it.campaign_id) ?? it.campaign_id}</a>
              </td>
              <td>
                <When at={it.parked_at} />
              </td>
              <td>{it.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {value.next_cursor !== null && <p class="soft small">The first {count(value.items.length)} are shown.</p>}
    </div>
  )
}

function ReplayForm({ of, done }: { of: Webhook; done: () => void }) {
  const [from, set] = useState(String(of.delivery.position))
  const position = Number(from)
  const most = of.delivery.position + 1
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault()
        void replay(of, position).then(done)
      }}
    >
      <label class="inline">
        From position
        <input type="number" min={1} max={most} value={from} onInput={(it) => set(it.currentTarget.value)} />
      </label>
      <button class="button main" disabled={!(position >= 1 && position <= most)}>
        Send again
      </button>
      <button type="button" class="button" onClick={done}>
        Not now
      </button>
      <span class="soft small">Each event is sent with the id it had before.</span>
    </form>
  )
}

function Row({ of, names, again }: { of: Webhook; names: Map<string, string>; again: () => void }) {
  const [replaying, set_replaying] = useState(false)
  const [parked_shown, show_parked] = useState(false)
  const act = (work: Promise<void>) => void work.then(again)
  const acts: Act[] = [
    ['Send a test', () => act(try_out(of))],
    ['Send again from …', () => set_replaying(true)],
    [of.enabled ? 'Turn off' : 'Turn on', () => act(turn(of, !of.enabled))],
    ['Remove', () => act(remove(of))],
  ]
  return (
    <article class="card webhook" data-webhook={of.id}>
      <header>
        <h2>{host_of(of)}</h2>
        <Badge of={state_of(of)} />
        <Menu label="More" acts={acts} />
      </header>
      <div class="body rows tight">
        <p class="mono small break">{of.url}</p>
        <p class="soft small">
          Hears of{' '}
          {of.events.map((it) => (
            <>
              <code key={it}>{it}</code>{' '}
            </>
          ))}
          {of.campaign_id ? <a href={`#/campaigns/${of.campaign_id}`}>of {names.get(of.campaign_id) ?? of.campaign_id}</a> : 'of every campaign'}
        </p>
        {of.disabled_because && <Note tone="warn">Turned off: {of.disabled_because}</Note>}
        <Standing of={of} />
        {of.delivery.parked > 0 && (
          <Note tone="bad">
            {plural(of.delivery.parked, 'event')} could not be delivered for a day and {of.delivery.parked === 1 ? 'was' : 'were'} set aside.
            <div class="actions">
              <button class="button small" onClick={() => act(retry_parked(of))}>
                Send them again
              </button>
              <button class="button small" aria-expanded={parked_shown} onClick={() => show_parked(!parked_shown)}>
                {parked_shown ? 'Hide them' : 'Show them'}
              </button>
            </div>
          </Note>
        )}
        {parked_shown && of.delivery.parked > 0 && <ParkedList of={of} names={names} />}
        {replaying && (
          <ReplayForm
            of={of}
            done={() => {
              set_replaying(false)
              again()
            }}
          />
        )}
      </div>
    </article>
  )
}

export function WebhooksPage() {
  const { value, problem, again } = use_polled('webhooks', look, () => 3_000)
  const [adding, set_adding] = useState(false)
  const [made, set_made] = useState<NewWebhook>()
  const names = new Map(value?.campaigns.map((it) => [it.id, it.name]))
  return (
    <>
      <PageHead title="Webhooks" text="Programs that are told what happens: each event at least once, in its campaign’s order.">
        {!adding && (
          <button class="button main" onClick={() => set_adding(true)}>
            <Icon name="plus" /> New webhook
          </button>
        )}
      </PageHead>
      {!value && <Instead problem={problem} again={again} />}
      {value && (
        <div class="rows">
          {adding && (
            <NewWebhookForm
              campaigns={value.campaigns}
              leave={() => set_adding(false)}
              done={(it) => {
                set_made(it)
                set_adding(false)
                again()
              }}
            />
          )}
          {made?.secret && (
            <Secret value={made.secret}>
              What <b>{host_of(made)}</b> checks signatures with, shown this once.
            </Secret>
          )}
          {value.webhooks.length === 0 && !adding && (
            <div class="card">
              <Empty title="No webhook yet">
                <p>A webhook posts each event to a URL of yours, signed, and tries for a day until it is taken.</p>
              </Empty>
            </div>
          )}
          {value.webhooks.map((it) => (
            <Row key={it.id} of={it} names={names} again={again} />
          ))}
        </div>
      )}
    </>
  )
}
