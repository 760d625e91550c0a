// What the API says (docs/api.md).

export interface Counts {
  total: number
  processed: number
  pending: number
  waiting: number
  in_flight: number
  completed: number
  failed: number
  cancelled: number
  completion_percentage: number
}

export const outcomes = [
  'completed',
  'voicemail',
  'no_answer',
  'busy',
  'rejected',
  'failed',
  'abandoned',
  'cancelled',
  'unknown',
] as const
export type Outcome = (typeof outcomes)[number]

export interface BreakerTrip {
  calls: number
  failures: number
  threshold_percent: number
  window_seconds: number
  failed_calls: string[]
}

export interface Progress extends Counts {
  campaign_id: string
  status: string
  status_reason: string | null
  attempts: number
  answered: number
  connect_rate: number
  outcomes: Record<Outcome, number>
  next_dial_at: string | null
  next_dial_reason: string
  circuit_breaker: {
    enabled: boolean
    tripped: boolean
    trip?: BreakerTrip
    window?: { calls: number; failures: number; failure_rate_percent: number }
  }
}

export interface ProgressAt extends Progress {
  position: number
  generation: string
}

export interface Slot {
  day: string
  start: string
  end: string
}

export interface Schedule {
  timezone: string
  time_slots: Slot[]
}

export interface RetryRule {
  retry?: boolean
  backoff?: 'fixed' | 'exponential' | 'list'
  interval_minutes?: number
  intervals_minutes?: number[]
}

export interface RetryConfig {
  max_attempts: number
  retry_interval_minutes: number
  outcomes: Partial<Record<Outcome, RetryRule>>
}

export interface BreakerConfig {
  enabled: boolean
  failure_threshold_percent: number
  window_seconds: number
  min_calls_in_window: number
}

/** Asked before every dial. Its secret is written, and never read back. */
export interface PreDialHook {
  url: string
  timeout_ms: number
  signed?: boolean
  secret?: string
}

export interface CampaignSettings {
  name: string
  concurrency: number
  line_weight: number
  ramp_up_seconds: number
  schedule: Schedule
  retry_config: RetryConfig
  circuit_breaker: BreakerConfig
  pre_dial_hook: PreDialHook | null
  not_before: string | null
  expires_at: string | null
}

/** Of the server's own, for what nobody says. */
export type CampaignDefaults = Omit<CampaignSettings, 'name' | 'pre_dial_hook' | 'not_before' | 'expires_at'>

export interface Campaign extends CampaignSettings {
  id: string
  status: string
  status_reason: string | null
  workflow_id: string
  contact_list_id: string
  trunk_id: string
  progress: Counts
  created_at: string
  started_at: string | null
  paused_at: string | null
  ended_at: string | null
  added_contact_list_ids: string[]
  archived: boolean
  redialed_as: string | null
}

export const is_over = (status: string): boolean => ['completed', 'failed', 'cancelled'].includes(status)

/** What `POST …/forecast` foresees. */
export interface Forecast {
  contacts: number
  starts_at: string
  finishes_at: string | null
  attempts: number
  completed: number
  failed: number
  connect_rate: number
  circuit_breaker: { trips: number; first_trip_at: string | null }
  assumptions: { based_on: string; calls: number; also: string[] }
}

export interface Column {
  name: string
  empty_rows: number
  first_empty_lines?: number[]
}

export interface ContactList {
  id: string
  name: string
  rows_accepted: number
  rows_rejected: number
  columns: Column[]
  file_sha256: string
  rejects_url: string | null
  uploaded_at: string
}

export interface Reject {
  line: number
  column: string
  reason: string
  value: string
  first_line?: number
}

export interface UploadReport {
  id?: string
  rows_accepted: number
  rows_rejected: number
  columns: Column[]
  rejects: Reject[]
  rejects_url?: string | null
}

export interface Workflow {
  id: string
  name: string
  agent: string
  prompt: string
  required_variables: string[]
  created_at: string
}

export interface Trunk {
  id: string
  name: string
  provider: string
  settings: Record<string, unknown>
  secret_names?: string[]
  caller_ids: string[]
  channels: number
  calls_per_second: number
  rate_window_seconds: number
  caller_id_limits: { concurrent: number; per_day: number } // 0: no limit
  removed: boolean
  created_at: string
  lines?: TrunkLines // of a single one
}

export interface TrunkLines {
  in_use: number
  holders: { campaign_id: string; in_use: number; line_weight: number }[]
  waiting: { campaign_id: string; wanted: number; reason: string; until: string | null }[]
  rests_because: string | null
  caller_ids: { caller_id: string; in_use: number; dialed_today: number }[]
}

export interface Run {
  run_id: string
  campaign_id: string
  row: number
  attempt: number
  phone_number: string | null
  initial_context: Record<string, string> | null
  outcome: Outcome | null
  cause: string | null
  provider_code: string | null
  provider_ref: string | null
  trunk_id: string
  caller_id: string | null
  dialed_at: string
  initiated_at: string | null
  ringing_at: string | null
  answered_at: string | null
  ended_at: string | null
  duration_ms: number
  answered_by: string
  retry_at: string | null
  transcript?: { role: string; text: string; at_ms?: number }[] | null
  recording_url?: string | null
  gathered_context?: Record<string, unknown> | null
  simulated?: boolean
}

export interface Contact {
  campaign_id: string
  row: number
  phone_number: string | null
  initial_context: Record<string, string> | null
  status: string
  attempts: number
  last_outcome: Outcome | null
  why: { reason: string; until: string | null; text: string }
  history?: Run[]
}

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

/** One event of the log, as the live feed shows it. */
export interface LogEvent {
  position: number
  stream: string
  type: string
  recorded_at: string
  actor: string
  data: Record<string, unknown>
}

export type LiveMessage =
  | { type: 'snapshot'; generation: string; position: number; progress: Progress }
  | { type: 'progress'; position: number; progress: Progress }
  | { type: 'event'; position: number; event: LogEvent }
