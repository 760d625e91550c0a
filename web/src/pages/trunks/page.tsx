// The trunks calls go out on, and how full they are.
import { useState } from 'preact/hooks'

import { all, send } from '../../api/http'
import type { Campaign, Trunk } from '../../api/types'
import { count, decimal, plural } from '../../lib/format'
import { use_polled } from '../../lib/polled'
import { Empty, Instead, PageHead, When } from '../../parts/bits'
import { confirm } from '../../parts/confirm'
import { Icon } from '../../parts/icons'
import { attempt } from '../../parts/toast'
import { TrunkEditor } from './form'
import { TrunkPage } from './one'

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
        <a href={`#/trunks/${of.id}`}>
          <b>{of.name}</b>
        </a>
        <div class="soft small mono">{of.id}</div>
      </td>
      <td>{of.provider}</td>
      <td class="use">
        <meter min={0} max={of.channels} value={up} aria-label={`Lines of ${of.name} in use`} />
        <span class="number">
          {count(up)} of {count(of.channels)}
        </span>
      </td>
      <td class="number">{of.calls_per_second > 0 ? decimal(of.calls_per_second, 3) : 'no limit'}</td>
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

function List() {
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
          <TrunkEditor
            leave={() => set_adding(false)}
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

export function TrunksPage({ parts: [id] }: { parts: string[] }) {
  return id ? <TrunkPage id={id} /> : <List />
}
