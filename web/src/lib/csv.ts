// CSV as files have it and spreadsheets take it.

/** Whether a quote is open behind a line, when one was or was not before it. */
export function is_open_after(line: string, quoted: boolean): boolean {
  let field_begins = !quoted
  for (let at = 0; at < line.length; ++at) {
    const letter = line[at]
    if (quoted) {
      if (letter !== '"') continue
      if (line[at + 1] === '"') ++at
      else quoted = field_begins = false
    } else if (letter === '"' && field_begins) quoted = true
    else field_begins = letter === ','
  }
  return quoted
}

/** The fields of one whole record, as RFC 4180 has them. */
export function parse_record(text: string): string[] {
  const fields: string[] = []
  let field = ''
  let quoted = false
  for (let at = 0; at < text.length; ++at) {
    const letter = text[at]!
    if (quoted) {
      if (letter !== '"') field += letter
      else if (text[at + 1] === '"') field += text[++at]!
      else quoted = false
    } else if (letter === '"' && field === '') quoted = true
    else if (letter === ',') {
      fields.push(field)
      field = ''
    } else field += letter
  }
  return [...fields, field]
}

/** A row as the contact it makes. */
export const contact_of = (columns: string[], row: string[]): Record<string, string> =>
  Object.fromEntries(columns.map((name, index) => [name, row[index] ?? '']))

/** A field that no spreadsheet takes for a formula. */
export function csv_field(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
