// How the server itself is.
import { all, get, Problem } from '../api/http'
import { last_heard } from '../api/connection'
import type { Campaign, Trunk } from '../api/types'
import { count, plural, span, words } from '../lib/format'
import { now } from '../lib/now'
import { use_polled } from '../lib/polled'
import { Badge, Card, Instead, PageHead } from '../parts/bits'

interface Readiness {
  status: 'ready' | 'not_ready'
  checks: Record<string, { passed: boolean; detail: string }>
}

interface Look {
  answer_ms: number
  ready: Readiness
  position: number
  generation: string
  campaigns: Campaign[]
  trunks: Trunk[]
}

/** A server that is not ready says why with a 503. */
async function readiness(leave: AbortSignal): Promise<Readiness> {
  try {
    return await get<Readiness>('/readyz', leave)
  } catch (why) {
    if (why instanceof Problem && why.body['checks']) return why.body as unknown as Readiness
    throw why
  }
}

async function look(leave: AbortSignal): Promise<Look> {
  const asked = performance.now()
  const ready = await readiness(leave)
  const answer_ms = performance.now() - asked
  const [index, campaigns, trunks] = await Promise.all([
    get<{ position: number; generation: string }>('/v1', leave),
    all<Campaign>('/v1/campaigns', 2_000, leave),
    all<Trunk>('/v1/trunks', 2_000, leave),
  ])
  const { position, generation } = index
  return { answer_ms, ready, position, generation, campaigns, trunks: trunks.filter((it) => !it.removed) }
}

function Lines({ of }: { of: Look }) {
  const up = of.campaigns.reduce((sum, it) => sum + it.progress.in_flight, 0)
  const channels = of.trunks.reduce((sum, it) => sum + it.channels, 0)
  return (
    <Card title="Lines in use">
      <p class="big number">
        {count(up)} <span class="soft">of {count(channels)}</span>
      </p>
      <meter class="wide" min={0} max={Math.max(1, channels)} value={up} aria-label="Lines in use" />
      <p class="soft small">
        {plural(of.trunks.length, 'trunk')}, {plural(of.campaigns.filter((it) => it.status === 'running').length, 'campaign')}{' '}
        running
      </p>
    </Card>
  )
}

export function HealthPage() {
  const { value, problem, again } = use_polled('health', look, () => 2_000)
  if (!value)
    return (
      <>
        <PageHead title="Health" />
        <Instead problem={problem} again={again} />
      </>
    )
  return (
    <>
      <PageHead title="Health" badge={<Badge of={value.ready.status} />} text="The server behind this page." />
      <div class="tiles two">
        <Lines of={value} />
        <Card title="Answers">
          <p class="big number">{count(Math.round(value.answer_ms))} ms</p>
          <p class="soft small">Last heard {span(now.value - last_heard.value)} ago, from this browser</p>
        </Card>
        <Card title="Journal and views">
          <dl class="facts">
            {Object.entries(value.ready.checks).map(([name, it]) => (
              <>
                <dt>{words(name)}</dt>
                <dd class={it.passed ? '' : 'wrong'}>{it.detail}</dd>
              </>
            ))}
            <dt>Views show position</dt>
            <dd class="number">{count(value.position)}</dd>
            <dt>Generation of the log</dt>
            <dd class="mono">{value.generation}</dd>
          </dl>
        </Card>
        <Card title="For programs">
          <ul class="links">
            <li>
              <a href="/docs">The API’s reference</a>
            </li>
            <li>
              <a href="/openapi.json">Its contract (OpenAPI)</a>
            </li>
          </ul>
        </Card>
      </div>
    </>
  )
}
