import { describe, expect, test } from 'vitest'

import { CsvCheck, NumbersSeen } from './csv_check'

function check(text: string, country = false, piece = text.length) {
  const it = new CsvCheck(country)
  for (let at = 0; at < text.length; at += piece) it.add(text.slice(at, at + piece))
  return it.finish()
}

describe('the browser looks through a contact list', () => {
  test('counts rows and columns, and shows the first', () => {
    const text = 'Phone Number,Customer Name\r\n+14155550100,Jane\r\n\r\n+14155550101,\r\n'.replace('Phone Number', 'phone-number')
    const seen = check(text)
    expect(seen).toMatchObject({ rows: 2, rejected: 0, columns: [{ name: 'customer_name', empty_rows: 1 }] })
    expect(seen.sample.columns).toEqual(['phone-number', 'Customer Name'])
    expect(seen.sample.rows[0]).toEqual(['+14155550100', 'Jane'])
  })

  test.each([1, 2, 3, 7, 1_000])('finds the same in pieces of %i letters', (piece) => {
    const text = '\uFEFFphone_number,note\n+14155550100,"a ""b"", c\nd"\n12,"5"" pipe"\n+14155550100,5" pipe\n,x\n+14155550102,y,z'
    const seen = check(text, true, piece)
    expect(seen.rows).toBe(5)
    expect(seen.sample.rows[0]).toEqual(['+14155550100', 'a "b", c\nd'])
    expect(seen.sample.rows[2]).toEqual(['+14155550100', '5" pipe'])
    expect(seen.rejects).toEqual([
      { line: 4, column: 'phone_number', reason: 'too_short', value: '12' },
      { line: 5, column: 'phone_number', reason: 'duplicate', value: '+14155550100', first_line: 2 },
      { line: 6, column: 'phone_number', reason: 'empty', value: '' },
      { line: 7, column: '', reason: 'too_many_columns', value: 'z' },
    ])
  })

  test('leaves what it cannot know to the server', () => {
    const text = 'phone_number\n1-800-FLOWERS\n(415) 555-0100\n4155550100\n'
    expect(check(text, true).rejects.map((it) => it.reason)).toEqual(['duplicate'])
    expect(check(text, false).rejects.map((it) => it.reason)).toEqual(['no_country', 'no_country'])
  })

  test.each([
    ['', 'The file is empty.'],
    ['name\n', 'The first line names no column phone_number.'],
    ['phone_number;name\n', 'The first line names no column phone_number. Columns are separated by commas, not by semicolons or tabs.'],
    ['phone_number,a,A\n', 'Two columns are named a.'],
    ['phone_number,,a\n', 'Column 2 has no name.'],
    ['phone_number\n"+14155550100\n', 'A quote is open from line 2 on.'],
  ])('says why %j is no list', (text, why) => {
    expect(check(text).failure).toBe(why)
  })

  test('knows a number again among a hundred thousand', () => {
    const seen = new NumbersSeen()
    let known = 0
    for (let at = 1; at <= 100_000; ++at) known += seen.add(14_150_000_000 + at, at)
    expect(known).toBe(0)
    for (const at of [1, 2, 777, 65_536, 100_000]) expect(seen.add(14_150_000_000 + at, 1)).toBe(at)
  })
})
