// A week to paint hours into: with the pointer on the grid, or in words beside each day.
import { useRef, useState } from 'preact/hooks'

import { city, in_zone } from '../lib/format'
import { now } from '../lib/now'
import { clock_text, day_minutes, days, is_open, minute_in, no_hours, paint, read_ranges, write_ranges, type Week } from '../lib/week'

const brush_minutes = 30
const day_words = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const hours = [0, 3, 6, 9, 12, 15, 18, 21, 24]

interface Spot {
  day: number
  minute: number
}

interface Stroke {
  from: Spot
  to: Spot
  open: boolean
}

/** Everything between the two corners, whole brushes. */
function painted(week: Week, { from, to, open }: Stroke): Week {
  const [first, last] = [Math.min(from.day, to.day), Math.max(from.day, to.day)]
  const [start, end] = [Math.min(from.minute, to.minute), Math.max(from.minute, to.minute) + brush_minutes]
  return week.map((it, day) => (day < first || day > last ? it : paint(it, start, end, open)))
}

const share = (minutes: number): string => `${(100 * minutes) / day_minutes}%`

function Grid({ week, set, zone }: { week: Week; set: (it: Week) => void; zone: string }) {
  const box = useRef<HTMLDivElement>(null)
  const [stroke, set_stroke] = useState<Stroke>()
  const shown = stroke ? painted(week, stroke) : week
  const clock = minute_in(zone, new Date(now.value))

  const spot = (event: PointerEvent): Spot => {
    const { left, top, width, height } = box.current!.getBoundingClientRect()
    const inside = (value: number) => Math.min(0.9999, Math.max(0, value))
    const minute = inside((event.clientX - left) / width) * day_minutes
    return {
      day: Math.floor(inside((event.clientY - top) / height) * 7),
      minute: minute - (minute % brush_minutes),
    }
  }
  return (
    <div
      class="grid"
      ref={box}
      aria-hidden="true"
      onPointerDown={(event) => {
        const from = spot(event)
        box.current!.setPointerCapture(event.pointerId)
        set_stroke({ from, to: from, open: !is_open(week[from.day]!, from.minute) })
      }}
      onPointerMove={(event) => stroke && set_stroke({ ...stroke, to: spot(event) })}
      onPointerUp={() => {
        if (stroke) set(shown)
        set_stroke(undefined)
      }}
      onPointerCancel={() => set_stroke(undefined)}
    >
      {shown.map((ranges, day) => (
        <div class="day" key={day}>
          {ranges.map(([start, end]) => (
            <i key={start} style={{ left: share(start), width: share(end - start) }} title={`${clock_text(start)}–${clock_text(end)}`} />
          ))}
          {clock.day === day && <b style={{ left: share(clock.minute) }} />}
        </div>
      ))}
    </div>
  )
}

function DayText({ day, week, set }: { day: number; week: Week; set: (it: Week) => void }) {
  const written = write_ranges(week[day]!)
  const [typed, type] = useState<string>()
  const wrong = typed !== undefined && read_ranges(typed) === undefined
  return (
    <input
      type="text"
      aria-label={`Hours on ${days[day]}`}
      aria-invalid={wrong ? 'true' : undefined}
      placeholder="closed"
      value={typed ?? written}
      onInput={(it) => {
        const text = it.currentTarget.value
        const ranges = read_ranges(text)
        type(text)
        if (ranges) set(week.map((old, index) => (index === day ? ranges : old)))
      }}
      onBlur={() => !wrong && type(undefined)}
    />
  )
}

const presets: [name: string, make: () => Week][] = [
  ['Weekdays 9–17', () => no_hours().map((_, day) => (day < 5 ? [[540, 1_020]] : []))],
  ['Every day 9–20', () => no_hours().map(() => [[540, 1_200]])],
  ['Nothing', no_hours],
]

export function WeekGrid({ week, set, zone }: { week: Week; set: (it: Week) => void; zone: string }) {
  return (
    <div class="week">
      <div class="week-head">
        <span class="soft small">
          Now in {city(zone)}: <b class="number">{in_zone(new Date(now.value), zone)}</b>
        </span>
        <span class="chips">
          {presets.map(([name, make]) => (
            <button type="button" class="chip" key={name} onClick={() => set(make())}>
              {name}
            </button>
          ))}
        </span>
      </div>
      <div class="week-body">
        <div class="names" aria-hidden="true">
          {day_words.map((it) => (
            <span key={it}>{it}</span>
          ))}
        </div>
        <Grid week={week} set={set} zone={zone} />
        <div class="texts">
          {days.map((it, day) => (
            <DayText key={it} day={day} week={week} set={set} />
          ))}
        </div>
        <div class="hours number" aria-hidden="true">
          {hours.map((it) => (
            <span key={it} style={{ left: share(it * 60) }}>
              {it}
            </span>
          ))}
        </div>
      </div>
    </div>
  )
}
