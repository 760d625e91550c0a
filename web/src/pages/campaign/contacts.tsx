// Everybody on the campaign's list, a million if need be.
import { useState } from 'preact/hooks'

import type { Contact } from '../../api/types'
import { count, words } from '../../lib/format'
import { use_row_pages } from '../../lib/row_pages'
import { Badge } from '../../parts/bits'
import { VirtualTable } from '../../parts/virtual_table'
import { go } from '../../router'
import type { CampaignState } from './state'

const columns = ['Row', 'Number', 'State', 'Attempts', 'Last outcome', 'Why it stands there']

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

export function ContactsTab({ of }: { of: CampaignState }) {
  const id = of.campaign!.id
  const total = of.live.progress?.total ?? of.campaign!.progress.total
  const [row, set_row] = useState('')
  const moving = of.live.progress?.status === 'running'
  // The cursor of a page of contacts is the row before it.
  const pages = use_row_pages<Contact>(id, (first, rows) => `/v1/campaigns/${id}/contacts?limit=${rows}&cursor=${first}`, moving)
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
        <span class="soft number grow">{count(total)} contacts</span>
      </form>
      <VirtualTable
        label="Contacts"
        kind="contacts"
        columns={columns}
        total={total}
        item={pages.item}
        cells={cells}
        on_view={pages.on_view}
      />
    </>
  )
}
