// What the agents say.
import { all } from '../api/http'
import type { Workflow } from '../api/types'
import { use_polled } from '../lib/polled'
import { preview } from '../lib/prompt'
import { Empty, Instead, PageHead, When } from '../parts/bits'

function Prompt({ of }: { of: Workflow }) {
  return (
    <p class="prompt">
      {preview(of.prompt, {}).map((it, index) => (it.variable ? <mark key={index}>{it.text}</mark> : it.text))}
    </p>
  )
}

export function WorkflowsPage() {
  const { value, problem, again } = use_polled('workflows', (leave) => all<Workflow>('/v1/workflows', 2_000, leave))
  return (
    <>
      <PageHead title="Workflows" text="What the agent is told. A new one is written where a campaign is made." />
      {!value && <Instead problem={problem} again={again} />}
      {value?.length === 0 && (
        <div class="card">
          <Empty title="No workflow yet">
            <p>Write the first one with your first campaign.</p>
            <a class="button main" href="#/new">
              New campaign
            </a>
          </Empty>
        </div>
      )}
      <div class="rows">
        {value?.map((it) => (
          <article class="card" key={it.id}>
            <header>
              <h2>{it.name}</h2>
              <span class="soft small">
                <span class="mono">{it.agent}</span> · <When at={it.created_at} />
              </span>
            </header>
            <div class="body">
              <Prompt of={it} />
              {it.required_variables.length > 0 && (
                <p class="soft small needs">
                  Needs the {it.required_variables.length === 1 ? 'column' : 'columns'}{' '}
                  {it.required_variables.map((name) => (
                    <code key={name}>{name}</code>
                  ))}
                </p>
              )}
            </div>
          </article>
        ))}
      </div>
    </>
  )
}
