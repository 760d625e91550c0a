// What the charts of a campaign show: calls counted by time, from the runs there are and the
// events that come in.
import type { LogEvent, Outcome, Run } from '../api/types'

export interface Bucket {
  attempts: number
  answers: number
  most_up: number // calls at one time
  outcomes: Partial<Record<Outcome, number>>
}

const most_buckets = 180
const most_remembered = 20_000
const first_step_ms = 1_000
/** Steps that are whole to a reader: 1, 2, 5, 10, 30 s, 1, 2, 5 ... min. */
const steps_ms = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400, 604_800].map((it) => it * 1_000)

interface Call {
  answered: boolean
  ended: boolean
}

/** "contact/cmp_1/7" and attempt 2 are the run cmp_1.7.2. */
export function run_of(event: LogEvent): string | undefined {
  const [kind, campaign, row] = event.stream.split('/')
  const attempt = event.data['attempt']
  return kind === 'contact' && attempt !== undefined ? `${campaign}.${row}.${String(attempt)}` : undefined
}

/** A step of `…/timeline`. */
export interface Point {
  at: string
  attempts: number
  answered: number
  most_in_flight: number
  outcomes: Partial<Record<Outcome, number>>
}

/** Counts each step of each call once, from whichever side it hears of it first. */
export class Timeline {
  step_ms = first_step_ms
  start_ms = 0 // of the first bucket; a multiple of the step
  buckets: Bucket[] = []
  private up_ = 0
  private counted_upto_ = -1 // by the server
  private readonly calls_ = new Map<string, Call>()

  /** The runs of a page that was just opened, before any event. */
  add_runs(runs: Run[]): void {
    const facts: [at: number, note: () => void][] = []
    for (const it of runs) {
      facts.push([Date.parse(it.dialed_at), () => this.dialed(it.run_id, it.dialed_at)])
      if (it.answered_at) facts.push([Date.parse(it.answered_at), () => this.answered(it.run_id, it.answered_at!)])
      if (it.ended_at && it.outcome)
        facts.push([Date.parse(it.ended_at), () => this.ended(it.run_id, it.ended_at!, it.outcome!)])
    }
    facts.sort(([one], [other]) => one - other)
    for (const [, note] of facts) note()
  }

  /** In place of the runs, where there are too many: everything up to `position`, counted by the
   *  server, with `up` calls up at the end. */
  add_points(points: Point[], step_ms: number, position: number, up: number): void {
    this.step_ms = step_ms
    this.start_ms = points[0] ? Date.parse(points[0].at) : 0
    this.buckets = points.map((it) => ({
      attempts: it.attempts,
      answers: it.answered,
      most_up: it.most_in_flight,
      outcomes: { ...it.outcomes },
    }))
    this.up_ = up
    this.counted_upto_ = position
    while (this.buckets.length > most_buckets) this.widen()
  }

  add_events(events: LogEvent[]): void {
    for (const it of events) {
      if (it.position <= this.counted_upto_) continue
      const run = run_of(it)
      if (!run) continue
      const at = String(it.data['at'] ?? it.recorded_at)
      if (it.type === 'contact.dialed.v1') this.dialed(run, at)
      if (it.type === 'contact.answered.v1') this.answered(run, at)
      if (it.type === 'contact.attempt_ended.v1') this.ended(run, at, it.data['outcome'] as Outcome)
    }
  }

  private dialed(run: string, at: string): void {
    if (this.calls_.has(run)) return
    if (this.calls_.size > most_remembered) this.forget_ended()
    this.calls_.set(run, { answered: false, ended: false })
    this.up_ += 1
    const bucket = this.bucket_at(Date.parse(at))
    bucket.attempts += 1
    bucket.most_up = Math.max(bucket.most_up, this.up_)
  }

  /** A call that the server has counted as begun is known without its beginning. */
  private known(run: string): Call | undefined {
    const call = this.calls_.get(run)
    if (call || this.counted_upto_ < 0) return call
    const begun = { answered: false, ended: false }
    this.calls_.set(run, begun)
    return begun
  }

  /** A call that was over long ago is not told of again. */
  private forget_ended(): void {
    for (const [run, call] of this.calls_) if (call.ended) this.calls_.delete(run)
  }

  private answered(run: string, at: string): void {
    const call = this.known(run)
    if (!call || call.answered) return
    call.answered = true
    this.bucket_at(Date.parse(at)).answers += 1
  }

  private ended(run: string, at: string, outcome: Outcome): void {
    const call = this.known(run)
    if (!call || call.ended) return
    call.ended = true
    const bucket = this.bucket_at(Date.parse(at))
    bucket.outcomes[outcome] = (bucket.outcomes[outcome] ?? 0) + 1
    this.up_ -= 1
  }

  private bucket_at(at_ms: number): Bucket {
    if (this.buckets.length === 0) this.start_ms = at_ms - (at_ms % this.step_ms)
    while (at_ms >= this.start_ms + most_buckets * this.step_ms) this.widen()
    // What is told late belongs to the first bucket at worst.
    const index = Math.max(0, Math.floor((at_ms - this.start_ms) / this.step_ms))
    while (this.buckets.length <= index)
      this.buckets.push({ attempts: 0, answers: 0, most_up: this.up_, outcomes: {} })
    return this.buckets[index]!
  }

  private widen(): void {
    const wider = steps_ms[steps_ms.indexOf(this.step_ms) + 1] ?? this.step_ms * 2
    const start = this.start_ms - (this.start_ms % wider)
    const merged: Bucket[] = []
    this.buckets.forEach((it, index) => {
      const to = Math.floor((this.start_ms + index * this.step_ms - start) / wider)
      const into = (merged[to] ??= { attempts: 0, answers: 0, most_up: 0, outcomes: {} })
      into.attempts += it.attempts
      into.answers += it.answers
      into.most_up = Math.max(into.most_up, it.most_up)
      for (const [name, many] of Object.entries(it.outcomes) as [Outcome, number][])
        into.outcomes[name] = (into.outcomes[name] ?? 0) + many
    })
    this.buckets = merged
    this.step_ms = wider
    this.start_ms = start
  }
}

/** Outcomes that say nothing of the lines, as the breaker judges. */
const not_counted: Outcome[] = ['cancelled']
const failures: Outcome[] = ['failed', 'unknown']

const sum = (of: Bucket, names: Outcome[]): number => names.reduce((all, it) => all + (of.outcomes[it] ?? 0), 0)
const calls_in = (of: Bucket): number =>
  Object.values(of.outcomes).reduce((all, it) => all + it, 0) - sum(of, not_counted)

/** Per cent of the calls that ended within the breaker's window and failed, for each bucket;
 *  null: too few calls to judge. As fine as the buckets are. */
export function failure_rates(
  of: Timeline,
  breaker: { window_seconds: number; min_calls_in_window: number },
): (number | null)[] {
  const width = Math.max(1, Math.round((breaker.window_seconds * 1_000) / of.step_ms))
  let calls = 0
  let failed = 0
  return of.buckets.map((it, index) => {
    calls += calls_in(it)
    failed += sum(it, failures)
    const left = of.buckets[index - width]
    if (left) {
      calls -= calls_in(left)
      failed -= sum(left, failures)
    }
    return calls >= breaker.min_calls_in_window ? (100 * failed) / calls : null
  })
}
