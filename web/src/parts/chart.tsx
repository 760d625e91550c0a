// A chart over time, drawn by uPlot in the colours of the page.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

import { clock } from '../lib/format'
import { shown } from '../theme'

export interface Line {
  name: string
  tone: string // a custom property of tokens.css, without the dashes
  values: (number | null)[]
  look: 'bars' | 'line' | 'area' | 'limit'
}

interface Props {
  title: string
  at: number[] // seconds since 1970, ascending
  lines: Line[]
  stacked?: boolean
  write: (value: number) => string
  most?: number // the least upper end of the axis
  whole?: boolean // there are no fractions of it
}

const whole_steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000, 1_000_000]

/** Seconds; nothing on an axis is finer than they are. */
const time_steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800]

/** The last bar has room as wide as the others. */
const step_of = (at: number[]): number => (at.length > 1 ? at[1]! - at[0]! : 1)

const colour = (tone: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${tone}`).trim()

/** Bars on top of each other are drawn as wholes, the highest first. */
function data_of({ at, lines, stacked }: Props): uPlot.AlignedData {
  if (!stacked) return [at, ...lines.map((it) => it.values)]
  const sums = at.map(() => 0)
  const piled = lines.map((it) => it.values.map((value, index) => (sums[index]! += value ?? 0)))
  return [at, ...piled.reverse()]
}

/** A single value is no line: it would not be seen. */
const is_alone = (it: uPlot): boolean => it.data[0].length === 1

function series_of({ lines, stacked }: Props): uPlot.Series[] {
  const bars = uPlot.paths.bars!({ size: [0.9, 24], align: 1 })
  const stepped = uPlot.paths.stepped!({ align: 1 })
  return (stacked ? [...lines].reverse() : lines).map((it) => {
    const stroke = colour(it.tone)
    if (it.look === 'bars') return { fill: stroke, width: 0, paths: bars, points: { show: false } }
    if (it.look === 'limit') return { stroke, width: 1.5, dash: [5, 4], points: { show: false } }
    return {
      stroke,
      width: 1.75,
      points: { show: is_alone, size: 6, fill: stroke },
      ...(it.look === 'area' ? { fill: `${stroke}2b`, paths: stepped } : {}),
    }
  })
}

function options_of(props: Props, width: number, point_at: (index: number | null) => void): uPlot.Options {
  const axis = { stroke: colour('text-soft'), font: '11px Inter Variable, sans-serif' }
  return {
    width,
    height: 168,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    hooks: { setCursor: [(it) => point_at(it.cursor.idx ?? null)] },
    scales: { x: { range: (_, first, last) => [first, last + step_of(props.at)] }, y: { range: (_, __, high) => [0, Math.max(high || 0, props.most ?? 1) * 1.06] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        ticks: { show: false },
        size: 26,
        space: 90,
        incrs: time_steps,
        values: (_, ticks) => ticks.map((it) => short_clock(it)),
      },
      {
        ...axis,
        size: 44,
        ...(props.whole ? { incrs: whole_steps } : {}),
        grid: { stroke: colour('line'), width: 1 },
        ticks: { show: false },
        values: (_, ticks) => ticks.map((it) => props.write(it)),
      },
    ],
    series: [{}, ...series_of(props)],
  }
}

const short_format = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const short_clock = (seconds: number): string => short_format.format(new Date(seconds * 1000))

export function Chart(props: Props) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>()
  const [pointed, point_at] = useState<number | null>(null)
  const theme = shown.value
  const look = props.lines.map((it) => `${it.name} ${it.look}`).join()

  useEffect(() => {
    const it = box.current!
    const made = new uPlot(options_of(props, it.clientWidth, point_at), data_of(props), it)
    plot.current = made
    const sizes = new ResizeObserver(() => made.setSize({ width: it.clientWidth, height: made.height }))
    sizes.observe(it)
    return () => {
      sizes.disconnect()
      made.destroy()
    }
  }, [theme, look])

  const data = useMemo(() => data_of(props), [props.at, props.lines])
  useEffect(() => plot.current?.setData(data), [data])

  /** What the pointer does along the axis, the arrow keys do. */
  const step = (event: KeyboardEvent) => {
    const last = props.at.length - 1
    const from = pointed ?? last - 1
    const moves: Record<string, number> = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }
    const to = moves[event.key]
    if (to === undefined) return
    event.preventDefault()
    const index = Math.min(last, Math.max(0, to))
    plot.current?.setCursor({ left: plot.current.valToPos(props.at[index]!, 'x'), top: 0 }, false)
    point_at(index)
  }

  // The last step is not over yet.
  const index = pointed ?? Math.max(0, props.at.length - 2)
  const at = props.at[index]
  return (
    <figure class="chart card" tabIndex={0} aria-label={props.title} onKeyDown={step} onBlur={() => point_at(null)}>
      <figcaption>
        <h3>{props.title}</h3>
        <span class="soft small number">{at !== undefined && clock(new Date(at * 1000))}</span>
      </figcaption>
      <ul class="legend small" aria-live={pointed === null ? 'off' : 'polite'}>
        {props.lines.map((it) => (
          <li key={it.name}>
            <i class={it.look} style={{ background: `var(--${it.tone})` }} />
            {it.name} <b class="number">{it.values[index] == null ? '–' : props.write(it.values[index]!)}</b>
          </li>
        ))}
      </ul>
      <div ref={box} class="plot" aria-hidden="true" />
    </figure>
  )
}
