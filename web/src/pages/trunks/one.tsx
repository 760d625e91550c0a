// One trunk: who has its lines, who waits for them and why, and how it is set up.
import { useState } from 'preact/hooks'

import { all, get_tagged } from '../../api/http'
import type { Campaign, Trunk, TrunkLines } from '../../api/types'
import { count, plural } from '../../lib/format'
import { use_polled } from '../../lib/polled'
import { shortages } from '../../lib/reasons'
import { Card, Instead, PageHead, When } from '../../parts/bits'
import { TrunkEditor } from './form'

async function look(id: string, leave: AbortSignal) {
  const [{ value: trunk, tag }, campaigns] = await Promise.all([
    get_tagged<Trunk>(`/v1/trunks/${id}`, leave),
    all<Campaign>('/v1/campaigns?archived=any', 2_000, leave),
  ])
  return { trunk, tag, names: new Map(campaigns.map((it) => [it.id, it.name])) }
}

type Names = Map<string, string>

const Who = ({ id, names }: { id: string; names: Names }) => <a href={`#/campaigns/${id}`}>{names.get(id) ?? id}</a>

function InUse({ of, channels, names }: { of: TrunkLines; channels: number; names: Names }) {
  return (
    <Card title="Lines in use">
      <p class="big number">
        {count(of.in_use)} <span class="soft">of {count(channels)}</span>
      </p>
      <meter class="wide" min={0} max={Math.max(1, channels)} value={of.in_use} aria-label="Lines in use" />
      {of.holders.length === 0 && <p class="soft small">No call is up.</p>}
      <dl class="facts">
        {of.holders.map((it) => (
          <>
            <dt>
              <Who id={it.campaign_id} names={names} />
            </dt>
            <dd class="number">
              {count(it.in_use)} {it.line_weight > 1 && <span class="soft">weight {count(it.line_weight)}</span>}
            </dd>
          </>
        ))}
      </dl>
    </Card>
  )
}

function Waiting({ of, rests, names }: { of: TrunkLines['waiting']; rests: string | null; names: Names }) {
  return (
    <Card title="Who waits for a line">
      {rests && <p>The carrier took no call: {rests}</p>}
      {of.length === 0 ? (
        <p class="soft">Nobody.</p>
      ) : (
        <dl class="facts">
          {of.map((it) => (
            <>
              <dt>
                <Who id={it.campaign_id} names={names} />
              </dt>
              <dd>
                {plural(it.wanted, 'line')}: {shortages[it.reason] ?? it.reason}
                {it.until && (
                  <>
                    , until <When at={it.until} />
                  </>
                )}
              </dd>
            </>
          ))}
        </dl>
      )}
    </Card>
  )
}

function CallerIds({ of }: { of: TrunkLines['caller_ids'] }) {
  if (of.length === 0) return null
  return (
    <div class="card scroll-x" tabIndex={0} role="region" aria-label="Caller ids">
      <table>
        <thead>
          <tr>
            <th>Caller id</th>
            <th class="number">Calls up</th>
            <th class="number">Dialled today (UTC)</th>
          </tr>
        </thead>
        <tbody>
          {of.map((it) => (
            <tr key={it.caller_id}>
              <td class="mono small">{it.caller_id}</td>
              <td class="number">{count(it.in_use)}</td>
              <td class="number">{count(it.dialed_today)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function TrunkPage({ id }: { id: string }) {
  const { value, problem, again } = use_polled(`trunk ${id}`, (leave) => look(id, leave), () => 2_000)
  const [fresh, refresh] = useState(0)
  if (!value) return <Instead problem={problem} again={again} />
  const { trunk, tag, names } = value
  const anew = () => {
    refresh(fresh + 1)
    again()
  }
  return (
    <>
      <PageHead title={trunk.name} crumbs={[['Trunks', '#/trunks']]} text={trunk.removed ? 'Removed' : trunk.provider} />
      <div class="rows">
        {trunk.lines && (
          <>
            <div class="tiles two">
              <InUse of={trunk.lines} channels={trunk.channels} names={names} />
              <Waiting of={trunk.lines.waiting} rests={trunk.lines.rests_because} names={names} />
            </div>
            <CallerIds of={trunk.lines.caller_ids} />
          </>
        )}
        {!trunk.removed && <TrunkEditor key={`${fresh} ${tag ?? ''}`} of={trunk} tag={tag} done={anew} leave={anew} />}
      </div>
    </>
  )
}
