// Who may ask, and what.
import { useState } from 'preact/hooks'

import { all, send } from '../api/http'
import { forget_key, key, key_wanted, use_key } from '../api/session'
import { use_polled } from '../lib/polled'
import { Badge, Card, Empty, Instead, Note, PageHead, When } from '../parts/bits'
import { confirm } from '../parts/confirm'
import { ChoiceField, TextField } from '../parts/field'
import { Icon } from '../parts/icons'
import { Secret } from '../parts/secret'
import { attempt } from '../parts/toast'

interface Key {
  id: string
  name: string
  role: string
  created_at: string
  created_by: string
  revoked_at: string | null
}

interface NewKey extends Key {
  secret: string
}

const roles: [string, string][] = [
  ['viewer', 'Viewer: looks'],
  ['operator', 'Operator: also runs campaigns'],
  ['admin', 'Admin: also trunks and keys'],
]

async function revoke(of: Key): Promise<void> {
  const sure = await confirm({
    title: `Revoke the key of ${of.name}?`,
    text: 'It opens nothing from now on, and whoever watches with it is cut off within a second. The name is not given again.',
    act: 'Revoke',
    danger: true,
  })
  if (sure) await attempt(() => send('DELETE', `/v1/keys/${of.id}`), `The key of ${of.name} was revoked.`)
}

/** The first key shuts the door behind everybody without one: we go on with it ourselves. */
function NewKeyForm({ first, done }: { first: boolean; done: (made: NewKey) => void }) {
  const [name, set_name] = useState('')
  const [role, set_role] = useState(first ? 'admin' : 'operator')
  const submit = async (event: Event) => {
    event.preventDefault()
    const made = await attempt(() => send<NewKey>('POST', '/v1/keys', { name, role }))
    if (!made) return
    if (first) use_key(made.secret)
    done(made)
    set_name('')
  }
  return (
    <Card title="New key">
      <form class="form" onSubmit={(event) => void submit(event)}>
        {first && (
          <Note tone="warn">
            From the first key on, everybody needs one. It must be an admin’s; this tab goes on with it.
          </Note>
        )}
        <div class="columns">
          <TextField label="For" value={name} set={set_name} placeholder="jane@example.org" />
          <ChoiceField
            label="Role"
            value={role}
            set={set_role}
            options={first ? roles.filter(([it]) => it === 'admin') : roles}
          />
        </div>
        <div class="actions">
          <button class="button main" disabled={!name.trim()}>
            Make the key
          </button>
        </div>
      </form>
    </Card>
  )
}

function Table({ of, again }: { of: Key[]; again: () => void }) {
  return (
    <div class="card scroll-x" tabIndex={0} role="region" aria-label="Keys">
      <table>
        <thead>
          <tr>
            <th>For</th>
            <th>Role</th>
            <th>Made</th>
            <th>By</th>
            <th>Revoked</th>
            <th>
              <span class="unseen">Acts</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {of.map((it) => (
            <tr key={it.id}>
              <td>
                <b>{it.name}</b>
                <div class="soft small mono">{it.id}</div>
              </td>
              <td>
                <Badge of={it.role} />
              </td>
              <td>
                <When at={it.created_at} />
              </td>
              <td>{it.created_by}</td>
              <td>
                <When at={it.revoked_at} />
              </td>
              <td>
                {!it.revoked_at && (
                  <button class="button plain icon" aria-label={`Revoke the key of ${it.name}`} onClick={() => void revoke(it).then(again)}>
                    <Icon name="trash" />
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function KeysPage() {
  const { value, problem, again } = use_polled(`keys ${key.value}`, (leave) => all<Key>('/v1/keys', 2_000, leave))
  const [made, set_made] = useState<NewKey>()
  const leave = () => {
    forget_key()
    key_wanted.value = 'You put your key away.'
  }
  return (
    <>
      <PageHead title="Keys" text="Who may ask this server, and what they may do.">
        {key.value && (
          <button class="button" onClick={leave}>
            Put my key away
          </button>
        )}
      </PageHead>
      {!value && <Instead problem={problem} again={again} />}
      {value && (
        <div class="rows">
          {made && (
            <Secret value={made.secret}>
              The key of <b>{made.name}</b>, shown this once. Nobody can show it again.
            </Secret>
          )}
          {value.length === 0 && !made && (
            <div class="card">
              <Empty title="No key yet">
                <p>Without keys this server listens to its own machine alone, and everybody there may do everything.</p>
              </Empty>
            </div>
          )}
          {value.length > 0 && <Table of={value} again={again} />}
          <NewKeyForm
            key={String(value.length === 0)}
            first={value.length === 0}
            done={(it) => {
              set_made(it)
              again()
            }}
          />
        </div>
      )}
    </>
  )
}
