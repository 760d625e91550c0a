// Numbers, times and words, as the browser's locale has them.

const whole = new Intl.NumberFormat()
const percent_format = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 })
const time_format = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const day_time_format = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const full_format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })

export const count = (it: number): string => whole.format(it)
export const decimal = (it: number, digits = 1): string => it.toLocaleString(undefined, { maximumFractionDigits: digits })
export const percent = (share: number): string => percent_format.format(share)
export const clock = (at: Date): string => time_format.format(at)
export const full_time = (at: Date): string => full_format.format(at)

/** "14:05:09" today, "Mon 23 Nov, 14:05" on another day. */
export function moment(at: Date, now = new Date()): string {
  return at.toDateString() === now.toDateString() ? time_format.format(at) : day_time_format.format(at)
}

const zoned = new Map<string, Intl.DateTimeFormat>()

/** "Mon 09:00", by the clocks of `zone`. */
export function in_zone(at: Date, zone: string): string {
  let format = zoned.get(zone)
  if (!format) {
    const options: Intl.DateTimeFormatOptions = { weekday: 'short', hour: '2-digit', minute: '2-digit' }
    try {
      format = new Intl.DateTimeFormat(undefined, { ...options, timeZone: zone })
    } catch {
      format = day_time_format // a zone that this browser does not know
    }
    zoned.set(zone, format)
  }
  return format.format(at)
}

/** "Mon 09:00:12", by the clocks of `zone`. */
export function clock_in(at: Date, zone: string): string {
  const options: Intl.DateTimeFormatOptions = { weekday: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' }
  try {
    return new Intl.DateTimeFormat(undefined, { ...options, timeZone: zone }).format(at)
  } catch {
    return full_format.format(at)
  }
}

/** "New York" of America/New_York. */
export const city = (zone: string): string => zone.split('/').pop()!.replaceAll('_', ' ')

export const own_zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** Two parts at most: "2 h 5 min", "34 s". */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ]
  const first = parts.findIndex(([it]) => it > 0)
  if (first < 0) return '0 s'
  return parts
    .slice(first, first + 2)
    .filter(([it]) => it > 0)
    .map(([it, unit]) => `${whole.format(it)} ${unit}`)
    .join(' ')
}

/** "no_answer" reads "No answer". */
export function words(name: string): string {
  const text = name.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export const plural = (many: number, one: string, more = one + 's'): string =>
  `${count(many)} ${many === 1 ? one : more}`
