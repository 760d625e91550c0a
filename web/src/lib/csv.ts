// The first rows of a CSV file, read in the browser to be looked at. What counts
// is what the server reads.

export interface Sample {
  columns: string[]
  rows: string[][]
}

/** Up to `most` records of `text`, as RFC 4180 has them; a last one that is cut is left out. */
export function read_records(text: string, most: number, whole: boolean): string[][] {
  const records: string[][] = []
  let fields: string[] = []
  let field = ''
  let quoted = false
  const end_field = () => {
    fields.push(field)
    field = ''
  }
  const end_record = () => {
    end_field()
    if (fields.length > 1 || fields[0] !== '') records.push(fields)
    fields = []
  }
  for (let at = 0; at < text.length && records.length < most; ++at) {
    const letter = text[at]!
    if (quoted) {
      if (letter !== '"') field += letter
      else if (text[at + 1] === '"') field += text[++at]!
      else quoted = false
    } else if (letter === '"' && field === '') quoted = true
    else if (letter === ',') end_field()
    else if (letter === '\n') end_record()
    else if (letter !== '\r') field += letter
  }
  if (whole && records.length < most && (field !== '' || fields.length > 0)) end_record()
  return records
}

const sample_bytes = 256 * 1024

/** Reads only the head of the file, however long it is. */
export async function read_sample(file: File, rows: number): Promise<Sample> {
  const text = await file.slice(0, sample_bytes).text()
  const [columns = [], ...rest] = read_records(text.replace(/^\uFEFF/, ''), rows + 1, file.size <= sample_bytes)
  return { columns: columns.map((it) => it.trim()), rows: rest }
}

/** A row as the contact it makes. */
export const contact_of = (columns: string[], row: string[]): Record<string, string> =>
  Object.fromEntries(columns.map((name, index) => [name, row[index] ?? '']))

/** A field that no spreadsheet takes for a formula. */
export function csv_field(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
