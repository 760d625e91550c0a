// The hours of a week in which people may be called.
import type { Slot } from '../api/types'

export const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export const day_minutes = 1_440

/** Minutes of one day, [start, end), ascending and apart. */
export type Ranges = [start: number, end: number][]
/** Monday first. */
export type Week = Ranges[]

export const no_hours = (): Week => days.map(() => [])

/** What overlaps or touches becomes one. */
export function tidy(ranges: Ranges): Ranges {
  const sorted = ranges.filter(([start, end]) => start < end).sort(([one], [other]) => one - other)
  const apart: Ranges = []
  for (const [start, end] of sorted) {
    const last = apart.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else apart.push([start, end])
  }
  return apart
}

/** `ranges` with [start, end) painted in, or wiped out. */
export function paint(ranges: Ranges, start: number, end: number, open: boolean): Ranges {
  if (open) return tidy([...ranges.map((it): [number, number] => [...it]), [start, end]])
  return tidy(
    ranges.flatMap(([from, upto]): Ranges => [
      [from, Math.min(upto, start)],
      [Math.max(from, end), upto],
    ]),
  )
}

export const is_open = (ranges: Ranges, minute: number): boolean =>
  ranges.some(([start, end]) => start <= minute && minute < end)

const two = (it: number): string => String(it).padStart(2, '0')
export const clock_text = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`

/** "9:00", "09:00", "9" and "24:00"; nothing: it is no time of a day. */
function minute_of(text: string): number | undefined {
  const found = /^(\d{1,2})(?::(\d{2}))?$/.exec(text.trim())
  if (!found) return undefined
  const minute = Number(found[1]) * 60 + Number(found[2] ?? 0)
  return Number(found[2] ?? 0) < 60 && minute <= day_minutes ? minute : undefined
}

/** "09:00–12:00, 13:00–17:00"; nothing: it cannot be read. */
export function read_ranges(text: string): Ranges | undefined {
  const ranges: Ranges = []
  for (const part of text.split(/[,;]/).filter((it) => it.trim())) {
    const [start, end, ...rest] = part.split(/\s*[-–]\s*/).map((it) => minute_of(it))
    if (start === undefined || end === undefined || rest.length > 0 || start >= end) return undefined
    ranges.push([start, end])
  }
  return tidy(ranges)
}

export const write_ranges = (ranges: Ranges): string =>
  ranges.map(([start, end]) => `${clock_text(start)}–${clock_text(end)}`).join(', ')

/** A slot whose end is not behind its start goes on into the next day. */
export function week_of(slots: Slot[]): Week {
  const week = no_hours()
  for (const it of slots) {
    const day = days.indexOf(it.day as (typeof days)[number])
    const start = minute_of(it.start) ?? 0
    const end = minute_of(it.end) ?? 0
    if (end > start) week[day]!.push([start, end])
    else {
      week[day]!.push([start, day_minutes])
      week[(day + 1) % 7]!.push([0, end])
    }
  }
  return week.map(tidy)
}

export const slots_of = (week: Week): Slot[] =>
  week.flatMap((ranges, day) =>
    ranges.map(([start, end]) => ({ day: days[day]!, start: clock_text(start), end: clock_text(end) })),
  )

/** The minute of the week, from Monday, that the clocks of `zone` show. */
export function minute_in(zone: string, at: Date): { day: number; minute: number } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const part = (type: string): string => parts.find((it) => it.type === type)?.value ?? '0'
  const day = days.indexOf(part('weekday').toLowerCase() as (typeof days)[number])
  return { day, minute: Number(part('hour')) * 60 + Number(part('minute')) }
}
