// Everybody on the campaign's list, a million if need be.
import { useState } from 'preact/hooks'

import { is_over, type Contact } from '../../api/types'
import { count, words } from '../../lib/format'
import { use_row_chain } from '../../lib/row_chain'
import { use_row_pages } from '../../lib/row_pages'
import { Badge, Empty } from '../../parts/bits'
import { Icon } from '../../parts/icons'
import { VirtualTable } from '../../parts/virtual_table'
import { go } from '../../router'
import type { CampaignState } from './state'

const columns = ['Row', 'Number', 'State', 'Attempts', 'Last outcome', 'Why it stands there']

const statuses = ['pending', 'waiting', 'in_flight', 'completed', 'failed', 'cancelled']

function cells(it: Contact) {
  return [
    <span class="number soft">{count(it.row)}</span>,
    <a class="number" href={`#/campaigns/${it.campaign_id}/contacts/${it.row}`}>
      {it.phone_number ?? 'erased'}
    </a>,
    <Badge of={it.status} />,
    <span class="number">{count(it.attempts)}</span>,
    it.last_outcome ? words(it.last_outcome) : <span class="soft">–</span>,
    <span class="soft" title={it.why.text}>
      {it.why.text}
    </span>,
  ]
}

function Table({ total, item, on_view }: { total: number; item: (index: number) => Contact | undefined; on_view: (first: number, last: number) => void }) {
  return (
    <VirtualTable
      label="Contacts"
      kind="contacts"
      columns={columns}
      total={total}
      item={item}
      cells={cells}
      on_view={on_view}
    />
  )
}

function Everybody({ id, total, moving }: { id: string; total: number; moving: boolean }) {
  // The cursor of a page of contacts is the row before it.
  const path_of = (first: number, rows: number) => `/v1/campaigns/${id}/contacts?limit=${rows}&cursor=${first}`
  const pages = use_row_pages<Contact>(id, path_of, moving, total)
  return <Table total={total} item={pages.item} on_view={pages.on_view} />
}

function OfStatus({ id, status }: { id: string; status: string }) {
  const chain = use_row_chain<Contact>(`/v1/campaigns/${id}/contacts?status=${status}`)
  if (chain.complete && chain.loaded === 0)
    return (
      <div class="card">
        <Empty title="No contact to show">
          <p>Nobody is {words(status)}.</p>
        </Empty>
      </div>
    )
  return <Table total={chain.total} item={chain.item} on_view={chain.on_view} />
}

export function ContactsTab({ of }: { of: CampaignState }) {
  const id = of.campaign!.id
  const total = of.live.progress?.total ?? of.campaign!.progress.total
  const [row, set_row] = useState('')
  const [status, set_status] = useState('')
  return (
    <>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault()
          if (row) go(`/campaigns/${id}/contacts/${row}`)
        }}
      >
        <label class="inline">
          Row
          <input
            type="number"
            min={1}
            max={total}
            placeholder={`1 to ${count(total)}`}
            value={row}
            onInput={(it) => set_row(it.currentTarget.value)}
          />
        </label>
        <button class="button" disabled={!row}>
          Open
        </button>
        <select aria-label="State" value={status} onChange={(it) => set_status(it.currentTarget.value)}>
          <option value="">Every state</option>
          {statuses.map((it) => (
            <option key={it} value={it}>
              {words(it)}
            </option>
          ))}
        </select>
        <span class="soft number grow">{count(total)} contacts</span>
        {!is_over(of.live.progress?.status ?? of.campaign!.status) && (
          <a class="button" href={`#/campaigns/${id}/contacts/add`}>
            <Icon name="plus" /> Add contacts
          </a>
        )}
      </form>
      {status ? (
        <OfStatus key={status} id={id} status={status} />
      ) : (
        <Everybody id={id} total={total} moving={of.live.progress?.status === 'running'} />
      )}
    </>
  )
}
