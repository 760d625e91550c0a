// What the agent says: a workflow from before, or a new one, held against the columns.
import type { ContactList, Workflow } from '../../api/types'
import { plural } from '../../lib/format'
import { preview, variables_in } from '../../lib/prompt'
import { Card } from '../../parts/bits'
import { ChoiceField, TextField } from '../../parts/field'
import { Icon } from '../../parts/icons'

export interface WorkflowForm {
  id: string // empty: a new one
  name: string
  agent: string
  prompt: string
}

export const blank_workflow: WorkflowForm = { id: '', name: '', agent: '', prompt: '' }

interface Props {
  form: WorkflowForm
  set: (it: WorkflowForm) => void
  before: Workflow[]
  list: ContactList | undefined
  contact: Record<string, string>
  wrong: Record<string, string>
}

/** What is wrong with a variable, as far as the list can say. */
export function complaint(name: string, list: ContactList | undefined): string | undefined {
  if (!list || name === 'phone_number') return undefined
  const column = list.columns.find((it) => it.name === name)
  if (!column) return 'no such column'
  return column.empty_rows > 0 ? `empty in ${plural(column.empty_rows, 'row')}` : undefined
}

export const needed_by = (form: WorkflowForm, before: Workflow[]): string[] =>
  before.find((it) => it.id === form.id)?.required_variables ?? variables_in(form.prompt)

function Variables({ names, list }: { names: string[]; list: ContactList | undefined }) {
  if (names.length === 0) return null
  return (
    <ul class="variables" aria-label="Variables">
      {names.map((name) => {
        const wrong = complaint(name, list)
        return (
          <li key={name} class={wrong ? 'bad' : list ? 'good' : ''}>
            {list && <Icon name={wrong ? 'warn' : 'check'} />}
            <code>{name}</code>
            {wrong && <span>{wrong}</span>}
          </li>
        )
      })}
    </ul>
  )
}

function Preview({ prompt, contact }: { prompt: string; contact: Record<string, string> }) {
  if (!prompt.trim()) return null
  return (
    <div class="field">
      <span class="label">What the first contact’s agent is told</span>
      <p class="prompt">
        {preview(prompt, contact).map((it, index) =>
          it.variable ? (
            <mark key={index} class={it.missing ? 'missing' : ''} title={it.variable}>
              {it.text}
            </mark>
          ) : (
            it.text
          ),
        )}
      </p>
    </div>
  )
}

export function WorkflowPart({ form, set, before, list, contact, wrong }: Props) {
  const chosen = before.find((it) => it.id === form.id)
  return (
    <Card title="What is said">
      <div class="form">
        {before.length > 0 && (
          <ChoiceField
            label="Workflow"
            value={form.id}
            set={(id) => set({ ...form, id })}
            options={[['', 'Write a new one'], ...before.map((it): [string, string] => [it.id, it.name])]}
            wrong={wrong['workflow_id']}
          />
        )}
        {!chosen && (
          <>
            <div class="columns">
              <TextField label="Workflow’s name" value={form.name} set={(name) => set({ ...form, name })} wrong={wrong['workflow']} />
              <TextField
                label="Agent"
                value={form.agent}
                set={(agent) => set({ ...form, agent })}
                hint="The name your voice platform knows it by."
                wrong={wrong['agent']}
              />
            </div>
            <TextField
              label="Prompt"
              rows={5}
              value={form.prompt}
              set={(prompt) => set({ ...form, prompt })}
              hint="Columns in double braces: {{customer_name}}."
              placeholder="Greet {{customer_name}} and remind them of the appointment."
              wrong={wrong['prompt']}
            />
          </>
        )}
        <Variables names={needed_by(form, before)} list={list} />
        <Preview prompt={chosen?.prompt ?? form.prompt} contact={contact} />
      </div>
    </Card>
  )
}
