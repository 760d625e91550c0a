// What can be seen of a contact list without the server: how many rows, which columns, what is
// surely wrong. Numbering plans are the server's, and so is the last word.
import type { Column, Reject } from '../api/types'
import { is_open_after, parse_record } from './csv'

export interface ListCheck {
  rows: number // seen so far, good or not
  rejected: number
  rejects: Reject[] // the first of them
  columns: Column[] // but the number's
  sample: { columns: string[]; rows: string[][] } // as the file has them
  failure?: string // why the file as a whole cannot be read
}

const most_rejects = 1_000
const sample_rows = 5
/** Nobody writes such a row: a quote was not closed. */
const longest_record = 1 << 20

/** Numbers of up to 15 digits and the lines they stood on first. 24 bytes each at most: a Map
 *  takes four times that, and a million of them are nothing special. */
export class NumbersSeen {
  private keys_ = new Float64Array(1 << 10)
  private lines_ = new Uint32Array(1 << 10)
  private count_ = 0

  /** The line it stood on before, or 0. */
  add(number: number, line: number): number {
    if (2 * this.count_ >= this.keys_.length) this.grow()
    const at = this.place_of(number)
    if (this.keys_[at] === number) return this.lines_[at]!
    this.keys_[at] = number
    this.lines_[at] = line
    this.count_ += 1
    return 0
  }

  private place_of(number: number): number {
    const mask = this.keys_.length - 1
    let at = (Math.imul(number % 0x7fffffff, 0x9e3779b1) >>> 7) & mask
    while (this.keys_[at] !== 0 && this.keys_[at] !== number) at = (at + 1) & mask
    return at
  }

  private grow(): void {
    const [keys, lines] = [this.keys_, this.lines_]
    this.keys_ = new Float64Array(keys.length * 2)
    this.lines_ = new Uint32Array(keys.length * 2)
    for (let from = 0; from < keys.length; ++from) {
      if (keys[from] === 0) continue
      const at = this.place_of(keys[from]!)
      this.keys_[at] = keys[from]!
      this.lines_[at] = lines[from]!
    }
  }
}

/** As prompts spell it, and the server folds it. */
const folded = (name: string): string => name.trim().toLowerCase().replace(/[ -]/g, '_')

function trouble_with(names: string[]): string | undefined {
  const twice = names.find((it, index) => names.indexOf(it) !== index)
  if (names.includes('')) return `Column ${names.indexOf('') + 1} has no name.`
  if (twice) return `Two columns are named ${twice}.`
  if (names.includes('phone_number')) return undefined
  const hint = names.length === 1 && /[;\t]/.test(names[0]!) ? ' Columns are separated by commas, not by semicolons or tabs.' : ''
  return `The first line names no column phone_number.${hint}`
}

/** Takes the file piece by piece. */
export class CsvCheck {
  readonly found: ListCheck = { rows: 0, rejected: 0, rejects: [], columns: [], sample: { columns: [], rows: [] } }
  private readonly country_: boolean
  private readonly seen_ = new NumbersSeen()
  private rest_ = ''
  private record_ = '' // begun, and open at its end
  private record_line_ = 1
  private line_ = 1
  private names_: string[] = []
  private phone_ = 0

  /** Whether national numbers have a country to be read by. */
  constructor(country: boolean) {
    this.country_ = country
  }

  add(text: string): void {
    const all = this.rest_ + text
    let from = 0
    for (let end = all.indexOf('\n'); end >= 0 && !this.found.failure; end = all.indexOf('\n', from)) {
      this.take_line(all.slice(from, end))
      from = end + 1
    }
    this.rest_ = all.slice(from)
    if (this.rest_.length > longest_record) this.found.failure = `Line ${this.line_} does not end.`
  }

  finish(): ListCheck {
    if (this.rest_) this.take_line(this.rest_)
    if (!this.found.failure && this.record_) this.found.failure = `A quote is open from line ${this.record_line_} on.`
    if (!this.found.failure && this.names_.length === 0) this.found.failure = 'The file is empty.'
    return this.found
  }

  private take_line(line: string): void {
    if (!this.record_) this.record_line_ = this.line_
    this.line_ += 1
    const begun = this.record_ !== ''
    const open = (begun || line.includes('"')) && is_open_after(line, begun)
    const text = begun ? this.record_ + line : line
    this.record_ = open ? `${text}\n` : ''
    if (open && text.length > longest_record) this.found.failure = `A quote is open from line ${this.record_line_} on.`
    if (!open) this.take_record(text.endsWith('\r') ? text.slice(0, -1) : text)
  }

  private take_record(text: string): void {
    if (text.trim() === '') return
    this.take(text.includes('"') ? parse_record(text) : text.split(','))
  }

  private take(fields: string[]): void {
    if (this.names_.length === 0) return this.take_header(fields)
    const { found } = this
    found.rows += 1
    if (found.sample.rows.length < sample_rows) found.sample.rows.push(fields)
    const trouble = this.trouble_of(fields)
    if (trouble) this.reject(trouble)
    else this.count_empty(fields)
  }

  private take_header(fields: string[]): void {
    fields[0] = fields[0]!.replace(/^\uFEFF/, '')
    this.names_ = fields.map(folded)
    const trouble = trouble_with(this.names_)
    if (trouble) this.found.failure = trouble
    this.phone_ = this.names_.indexOf('phone_number')
    this.found.sample.columns = fields.map((it) => it.trim())
    this.found.columns = this.names_.filter((it) => it !== 'phone_number').map((name) => ({ name, empty_rows: 0 }))
  }

  private trouble_of(fields: string[]): Omit<Reject, 'line'> | undefined {
    if (fields.length > this.names_.length)
      return { column: '', reason: 'too_many_columns', value: fields[this.names_.length]! }
    const value = fields[this.phone_] ?? ''
    const digits = value.replace(/[\s().-]/g, '')
    const wrong = (reason: string) => ({ column: 'phone_number', reason, value })
    if (digits === '') return wrong('empty')
    if (/[^\d+]/.test(digits)) return undefined // spelled in a way that is for the server to read
    if (!digits.startsWith('+') && !this.country_) return wrong('no_country')
    if (digits.length < 5) return wrong('too_short')
    if (digits.length > 20) return wrong('too_long')
    const number = Number(digits)
    if (!Number.isSafeInteger(number)) return undefined
    // The same digits with and without a country are not surely the same number.
    const first_line = this.seen_.add(digits.startsWith('+') ? number : -number, this.record_line_)
    return first_line ? { ...wrong('duplicate'), first_line } : undefined
  }

  private reject(why: Omit<Reject, 'line'>): void {
    this.found.rejected += 1
    if (this.found.rejects.length < most_rejects) this.found.rejects.push({ line: this.record_line_, ...why })
  }

  private count_empty(fields: string[]): void {
    for (let at = 0, column = 0; at < this.names_.length; ++at) {
      if (at === this.phone_) continue
      const value = fields[at]
      if (value === undefined || value === '' || value.trim() === '') this.found.columns[column]!.empty_rows += 1
      column += 1
    }
  }
}
