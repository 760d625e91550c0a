// The settings of a campaign while they are being written.
import type { BreakerConfig, CampaignDefaults, CampaignSettings, Outcome, PreDialHook, RetryRule, Schedule } from '../api/types'
import type { Problem } from '../api/http'
import { own_zone } from './format'
import { slots_of, week_of, type Week } from './week'

export interface RuleForm {
  outcome: Outcome
  retry: boolean
  backoff: 'fixed' | 'exponential' | 'list'
  minutes: string // several with commas for a list
}

export interface SettingsForm {
  name: string
  concurrency: number
  line_weight: number
  ramp_up_seconds: number
  always: boolean
  timezone: string
  week: Week
  max_attempts: number
  interval_minutes: number
  rules: RuleForm[]
  breaker: BreakerConfig
  hook_url: string // empty: nobody is asked
  hook_timeout_ms: number
  hook_secret: string // empty: as it is
  not_before: string // by the viewer's clock; empty: at once
  expires_at: string // empty: never
}

/** What may be called again; `completed` never is. */
export const retried: [outcome: Outcome, by_default: boolean][] = [
  ['busy', true],
  ['no_answer', true],
  ['voicemail', true],
  ['rejected', false],
  ['failed', false],
  ['abandoned', false],
]

const rule = (outcome: Outcome, retry: boolean, interval: number, of?: RetryRule): RuleForm => ({
  outcome,
  retry: of?.retry ?? (of ? true : retry),
  backoff: of?.backoff ?? (of?.intervals_minutes ? 'list' : 'fixed'),
  minutes: of?.intervals_minutes?.join(', ') ?? String(of?.interval_minutes ?? interval),
})

const weekdays: Week = [0, 1, 2, 3, 4, 5, 6].map((day) => (day < 5 ? [[540, 1_020]] : []))

/** What the server has for whoever says nothing; but a campaign is seldom meant to try once. */
export function new_settings(of?: CampaignDefaults): SettingsForm {
  const own = blank_settings()
  if (!of) return own
  const given = settings_of({ ...of, name: '', pre_dial_hook: null, not_before: null, expires_at: null })
  if (given.always) given.timezone = own.timezone
  if (given.max_attempts > 1) return given
  const { max_attempts, interval_minutes, rules } = own
  return { ...given, max_attempts, interval_minutes, rules }
}

const blank_settings = (): SettingsForm => ({
  name: '',
  concurrency: 10,
  line_weight: 1,
  ramp_up_seconds: 0,
  always: true,
  timezone: own_zone(),
  week: weekdays,
  max_attempts: 3,
  interval_minutes: 60,
  rules: retried.map(([outcome, by_default]) => rule(outcome, by_default, 60)),
  breaker: { enabled: true, failure_threshold_percent: 50, window_seconds: 120, min_calls_in_window: 5 },
  hook_url: '',
  hook_timeout_ms: 1_000,
  hook_secret: '',
  not_before: '',
  expires_at: '',
})

export function settings_of(it: CampaignSettings): SettingsForm {
  const { retry_config: retry, schedule } = it
  const open = schedule.time_slots.length > 0
  return {
    name: it.name,
    concurrency: it.concurrency,
    line_weight: it.line_weight,
    ramp_up_seconds: it.ramp_up_seconds,
    always: !open,
    timezone: schedule.timezone,
    week: open ? week_of(schedule.time_slots) : weekdays,
    max_attempts: retry.max_attempts,
    interval_minutes: retry.retry_interval_minutes,
    // What a campaign does not name, it does not retry.
    rules: retried.map(([outcome]) =>
      rule(outcome, false, retry.retry_interval_minutes, retry.outcomes[outcome]),
    ),
    breaker: it.circuit_breaker,
    hook_url: it.pre_dial_hook?.url ?? '',
    hook_timeout_ms: it.pre_dial_hook?.timeout_ms ?? 1_000,
    hook_secret: '',
    not_before: local_time(it.not_before),
    expires_at: local_time(it.expires_at),
  }
}

/** As a datetime-local field has it. */
export function local_time(at: string | null): string {
  if (!at) return ''
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

const instant = (local: string): string | null => (local ? new Date(local).toISOString() : null)

const minutes_in = (text: string): number[] => text.split(/[\s,]+/).filter(Boolean).map(Number)

function rule_of(it: RuleForm): RetryRule {
  if (!it.retry) return { retry: false }
  const minutes = minutes_in(it.minutes)
  if (it.backoff === 'list') return { retry: true, intervals_minutes: minutes }
  return { retry: true, backoff: it.backoff, interval_minutes: minutes[0]! }
}

function hook_of(it: SettingsForm): PreDialHook | null {
  const url = it.hook_url.trim()
  const secret = it.hook_secret.trim()
  return url ? { url, timeout_ms: it.hook_timeout_ms, ...(secret ? { secret } : {}) } : null
}

/** As the API takes it. */
export function body_of(it: SettingsForm): CampaignSettings {
  const schedule: Schedule = it.always
    ? { timezone: it.timezone, time_slots: [] }
    : { timezone: it.timezone, time_slots: slots_of(it.week) }
  return {
    name: it.name.trim(),
    concurrency: it.concurrency,
    line_weight: it.line_weight,
    ramp_up_seconds: it.ramp_up_seconds,
    schedule,
    retry_config: {
      max_attempts: it.max_attempts,
      retry_interval_minutes: it.interval_minutes,
      outcomes: Object.fromEntries(it.rules.map((one) => [one.outcome, rule_of(one)])),
    },
    circuit_breaker: it.breaker,
    pre_dial_hook: hook_of(it),
    not_before: instant(it.not_before),
    expires_at: instant(it.expires_at),
  }
}

/** What is wrong, by the field it stands at. */
export type Faults = Record<string, string>

const whole = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max

/** What can be seen to be wrong without asking the server. */
export function check_settings(it: SettingsForm, channels?: number): Faults {
  const faults: Faults = {}
  const cap = channels ?? 100_000
  if (!it.name.trim()) faults['name'] = 'A campaign has a name.'
  if (!whole(it.concurrency, 1, cap))
    faults['concurrency'] = channels
      ? `1 to ${channels}: the trunk has no more channels.`
      : 'A whole number from 1 on.'
  if (!whole(it.line_weight, 1, 100)) faults['line_weight'] = '1 to 100.'
  if (!whole(it.ramp_up_seconds, 0, 86_400)) faults['ramp_up_seconds'] = '0 to 86,400 seconds.'
  if (!it.always && it.week.every((day) => day.length === 0))
    faults['schedule'] = 'Paint at least one hour, or let it call at any time.'
  if (it.not_before && it.expires_at && it.expires_at <= it.not_before)
    faults['expires_at'] = 'It would end before it begins.'
  if (it.hook_url.trim() && !whole(it.hook_timeout_ms, 100, 5_000)) faults['hook timeout_ms'] = '100 to 5,000 ms.'
  if (!whole(it.max_attempts, 1, 20)) faults['max_attempts'] = '1 to 20.'
  if (!whole(it.interval_minutes, 0, 10_080)) faults['interval_minutes'] = '0 to 10,080 minutes.'
  for (const one of it.rules) {
    const minutes = minutes_in(one.minutes)
    if (one.retry && (minutes.length === 0 || !minutes.every((value) => whole(value, 0, 10_080))))
      faults[`rule ${one.outcome}`] = 'Minutes from 0 to 10,080.'
  }
  return { ...faults, ...check_breaker(it.breaker) }
}

function check_breaker(it: BreakerConfig): Faults {
  const faults: Faults = {}
  if (!it.enabled) return faults
  if (!whole(it.failure_threshold_percent, 0, 100)) faults['failure_threshold_percent'] = '0 to 100.'
  if (!whole(it.window_seconds, 1, 86_400)) faults['window_seconds'] = '1 to 86,400 seconds.'
  if (!whole(it.min_calls_in_window, 1, 100_000)) faults['min_calls_in_window'] = '1 to 100,000.'
  return faults
}

/** The server's faults, each at the field that it is about; "" has what stands nowhere. */
export function faults_of(problem: Problem): Faults {
  const faults: Faults = {}
  for (const it of problem.faults) {
    const [first = '', second = '', third = ''] = it.field.split('/').slice(1)
    const at =
      first === 'retry_config' && second === 'outcomes'
        ? `rule ${third}`
        : first === 'retry_config' || first === 'circuit_breaker'
          ? second.replace('retry_interval_minutes', 'interval_minutes')
          : first
    faults[first === 'pre_dial_hook' ? `hook ${second}` : at] = it.detail
  }
  if (Object.keys(faults).length === 0) faults[''] = problem.message
  return faults
}
