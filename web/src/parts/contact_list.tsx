// The contact list: a file that is dropped and judged at once, or one from before.
import { useEffect, useRef, useState } from 'preact/hooks'

import { download, Problem, save, upload } from '../api/http'
import type { ContactList, Reject, UploadReport } from '../api/types'
import { csv_field } from '../lib/csv'
import type { ListCheck } from '../lib/csv_check'
import type { CheckNews, CheckOrder } from '../lib/csv_check.worker'
import { count, percent, plural, words } from '../lib/format'
import { Card, Note } from './bits'
import { ChoiceField, TextField } from './field'
import { Icon } from './icons'
import { attempt, complain } from './toast'

const rejects_shown = 100

type Sample = ListCheck['sample']

export interface Chosen {
  list: ContactList | undefined
  sample: Sample | undefined
}

interface Checked {
  file: File
  looked_at: number // share of the file, by the browser
  found: ListCheck | undefined // by it, so far
  share: number | undefined // of the upload; undefined: it is over
  report: UploadReport | undefined // of rows that the server refused, or left out
}

function SampleTable({ of }: { of: Sample }) {
  return (
    <div class="scroll-x sample" tabIndex={0} role="region" aria-label="First rows">
      <table>
        <thead>
          <tr>
            {of.columns.map((it, index) => (
              <th key={index}>{it}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.rows.map((row, index) => (
            <tr key={index}>
              {of.columns.map((_, column) => (
                <td key={column}>{row[column] ?? ''}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function RejectTable({ of }: { of: Reject[] }) {
  return (
    <div class="scroll-x rejects" tabIndex={0} role="region" aria-label="Rejected rows">
      <table>
        <thead>
          <tr>
            <th class="number">Line</th>
            <th>Column</th>
            <th>Reason</th>
            <th>Value</th>
          </tr>
        </thead>
        <tbody>
          {of.slice(0, rejects_shown).map((it) => (
            <tr key={it.line}>
              <td class="number">{count(it.line)}</td>
              <td>{it.column}</td>
              <td>
                {words(it.reason)}
                {it.first_line !== undefined && ` of line ${count(it.first_line)}`}
              </td>
              <td class="mono">{it.value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function save_rejects(of: UploadReport): void {
  const lines = of.rejects.map((it) => [String(it.line), it.column, it.reason, it.value].map(csv_field).join(','))
  save(new Blob([`line,column,reason,value\r\n${lines.join('\r\n')}\r\n`], { type: 'text/csv' }), 'rejects.csv')
}

function Rejects({ of, skip }: { of: UploadReport; skip: (() => void) | undefined }) {
  const get_file = () =>
    of.rejects_url ? void attempt(() => download(of.rejects_url!, 'rejects.csv')) : save_rejects(of)
  return (
    <div class="report">
      <Note tone={skip ? 'bad' : 'warn'}>
        <b>{plural(of.rows_rejected, 'row')} cannot be called.</b>{' '}
        {skip
          ? `Correct the file and drop it again, or go on with ${plural(of.rows_accepted, 'good row')}. Nothing is stored yet.`
          : 'They were left out.'}
      </Note>
      <RejectTable of={of.rejects} />
      {of.rows_rejected > rejects_shown && <p class="soft small">The first {count(rejects_shown)} are shown.</p>}
      <div class="actions">
        {skip && of.rows_accepted > 0 && (
          <button type="button" class="button main" onClick={skip}>
            Go on with {plural(of.rows_accepted, 'good row')}
          </button>
        )}
        <button type="button" class="button" onClick={get_file}>
          <Icon name="download" /> Download the rejects
        </button>
      </div>
    </div>
  )
}

function Drop({ take }: { take: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [over, set_over] = useState(false)
  return (
    <div
      class={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault()
        set_over(true)
      }}
      onDragLeave={() => set_over(false)}
      onDrop={(event) => {
        event.preventDefault()
        set_over(false)
        const file = event.dataTransfer?.files[0]
        if (file) take(file)
      }}
    >
      <Icon name="upload" />
      <p>
        <b>Drop a CSV here</b>, or{' '}
        <button type="button" class="link" onClick={() => input.current!.click()}>
          choose a file
        </button>
      </p>
      <p class="soft small">The first line names the columns; one of them is phone_number.</p>
      <input
        ref={input}
        type="file"
        accept=".csv,text/csv"
        class="unseen"
        tabIndex={-1}
        aria-label="CSV file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          event.currentTarget.value = ''
          if (file) take(file)
        }}
      />
    </div>
  )
}

/** What the browser has seen so far; the server has the last word. */
function Seen({ of }: { of: Checked }) {
  const { found } = of
  if (!found) return null
  return (
    <p class="seen" role="status">
      {of.looked_at < 1 ? `Looking through it, ${percent(of.looked_at)}: ` : 'Looked through: '}
      <b class="number">{plural(found.rows, 'row')}</b>, {plural(found.columns.length + 1, 'column')},{' '}
      {found.rejected === 0 ? 'nothing wrong at first sight' : <b class="wrong-count">{plural(found.rejected, 'row')} that cannot be called</b>}
    </p>
  )
}

function Progress({ share, stop }: { share: number; stop: () => void }) {
  return (
    <p class="uploading">
      <progress max={1} value={share} aria-label="Upload" />{' '}
      <span>{share < 1 ? `Sending, ${percent(share)}` : 'The server reads the rows…'}</span>
      <button type="button" class="button small" onClick={stop}>
        Stop
      </button>
    </p>
  )
}

/** Tells what the browser sees of the file, until `leave`. */
function look_through(order: CheckOrder, leave: AbortSignal, tell: (it: CheckNews) => void): void {
  const worker = new Worker(new URL('../lib/csv_check.worker.ts', import.meta.url), { type: 'module' })
  const end = () => worker.terminate()
  leave.addEventListener('abort', end)
  worker.onmessage = (message: MessageEvent<CheckNews>) => {
    if (leave.aborted) return
    tell(message.data)
    if (message.data.done) end()
  }
  worker.postMessage(order)
}

/** The browser looks through a file while it is on its way; the server says what it takes. */
function use_check(country: string, chosen: (it: Chosen) => void, complain_of: (why: string) => void) {
  const [checked, set] = useState<Checked>()
  const under_way = useRef<AbortController>()
  const change = (part: Partial<Checked>) => set((old) => old && { ...old, ...part })
  const forget = () => {
    under_way.current?.abort()
    set(undefined)
    complain_of('')
  }
  useEffect(() => () => under_way.current?.abort(), [])

  const judge = async (file: File, invalid: 'reject' | 'skip') => {
    forget()
    const stop = (under_way.current = new AbortController())
    chosen({ list: undefined, sample: undefined })
    set({ file, looked_at: 0, found: undefined, share: 0, report: undefined })
    let sample: Sample | undefined
    let list: ContactList | undefined
    look_through({ file, country: country !== '' }, stop.signal, ({ share, found }) => {
      change({ looked_at: share, found })
      if (!sample && found.sample.rows.length > 0) chosen({ list, sample: (sample = found.sample) })
      if (!found.failure || list) return
      forget()
      complain_of(found.failure)
    })
    const query = new URLSearchParams({ name: file.name.replace(/\.csv$/i, ''), invalid })
    if (country) query.set('default_country', country.toUpperCase())
    try {
      const path = `/v1/contact-lists?${String(query)}`
      const made = await upload<ContactList & UploadReport>(path, file, (share) => change({ share }), stop.signal)
      chosen({ list: (list = made), sample })
      change({ share: undefined, report: made.rows_rejected > 0 ? made : undefined })
    } catch (why) {
      if (stop.signal.aborted) return
      const report = why instanceof Problem && why.body['rejects'] ? (why.body as unknown as UploadReport) : undefined
      if (report) return change({ share: undefined, report })
      forget()
      if (why instanceof Problem) complain_of(why.message)
      else complain(why)
    }
  }
  return { checked, judge, forget }
}

interface Props {
  title: string
  of: Chosen
  set: (it: Chosen) => void
  before: ContactList[]
  wrong: string | undefined
}

export function ListPart({ title, of, set, before, wrong }: Props) {
  const [country, set_country] = useState('')
  const [unfit, set_unfit] = useState('') // why the file is no list
  const { checked, judge, forget } = use_check(country, set, set_unfit)
  const stop = () => {
    forget()
    set({ list: undefined, sample: undefined })
  }
  const pick = (id: string) => {
    forget()
    set({ list: before.find((it) => it.id === id), sample: undefined })
  }
  return (
    <Card title={title}>
      <div class="form">
        <Drop take={(file) => void judge(file, 'reject')} />
        <div class="columns">
          <TextField
            label="Country of national numbers"
            value={country}
            set={(it) => set_country(it.slice(0, 2))}
            placeholder="US"
            hint="Two letters; without it every number needs its +."
          />
          {before.length > 0 && (
            <ChoiceField
              label="Or a list from before"
              value={checked ? '' : (of.list?.id ?? '')}
              set={pick}
              options={[['', 'None'], ...before.map((it): [string, string] => [it.id, `${it.name} (${count(it.rows_accepted)})`])]}
            />
          )}
        </div>
        {checked && !checked.report && !of.list && <Seen of={checked} />}
        {checked?.share !== undefined && <Progress share={checked.share} stop={stop} />}
        {of.list && (
          <p class="taken">
            <Icon name="check" />
            <span>
              <b>{of.list.name}</b>: {plural(of.list.rows_accepted, 'contact')},{' '}
              {plural(of.list.columns.length, 'column')} beside the number
            </span>
          </p>
        )}
        {checked?.report && (
          <Rejects of={checked.report} skip={of.list ? undefined : () => void judge(checked.file, 'skip')} />
        )}
        {checked && !checked.report && !of.list && checked.found && checked.found.rejected > 0 && (
          <RejectTable of={checked.found.rejects} />
        )}
        {of.sample && checked && <SampleTable of={of.sample} />}
        {(unfit || wrong) && (
          <p class="wrong" role="alert">
            {unfit || wrong}
          </p>
        )}
      </div>
    </Card>
  )
}
