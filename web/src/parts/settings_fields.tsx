// The fields of a campaign's settings, for a new one and for one that is there.
import { count, words } from '../lib/format'
import type { Faults, RuleForm, SettingsForm } from '../lib/settings'
import { Card } from './bits'
import { Field, NumberField, TextField, TimeField } from './field'
import { WeekGrid } from './week_grid'

export interface FieldsProps {
  form: SettingsForm
  set: (it: SettingsForm) => void
  faults: Faults
}

const zones = (): string[] => (typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [])

const is_zone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return name.length > 0
  } catch {
    return false
  }
}

/** How many calls, and how fast there are so many. */
export function PaceFields({ form, set, faults, channels }: FieldsProps & { channels: number | undefined }) {
  return (
    <div class="columns">
      <NumberField
        label="Calls at one time"
        value={form.concurrency}
        set={(concurrency) => set({ ...form, concurrency })}
        min={1}
        max={channels ?? 100_000}
        hint={channels && `The trunk has ${count(channels)}.`}
        wrong={faults['concurrency']}
      />
      <NumberField
        label="Slow start"
        unit="seconds"
        value={form.ramp_up_seconds}
        set={(ramp_up_seconds) => set({ ...form, ramp_up_seconds })}
        min={0}
        max={86_400}
        hint="From one call to all of them, after each start and resume; 0: at once."
        wrong={faults['ramp_up_seconds']}
      />
      <NumberField
        label="Weight"
        value={form.line_weight}
        set={(line_weight) => set({ ...form, line_weight })}
        min={1}
        max={100}
        hint="Its share of the trunk’s lines, beside other campaigns."
        wrong={faults['line_weight']}
      />
    </div>
  )
}

export function ScheduleFields({ form, set, faults }: FieldsProps) {
  return (
    <Card title="When it may call">
      <div class="form">
        <div class="chips" role="group" aria-label="When">
          <button type="button" class="chip" aria-pressed={form.always} onClick={() => set({ ...form, always: true })}>
            At any time
          </button>
          <button type="button" class="chip" aria-pressed={!form.always} onClick={() => set({ ...form, always: false })}>
            In time slots
          </button>
        </div>
        {!form.always && (
          <>
            <Field
              label="Time zone"
              wrong={is_zone(form.timezone) ? faults['timezone'] : 'Not a time zone, such as America/New_York.'}
            >
              {(wiring) => (
                <>
                  <input
                    {...wiring}
                    class="zone"
                    type="text"
                    list="zones"
                    value={form.timezone}
                    onInput={(it) => set({ ...form, timezone: it.currentTarget.value })}
                  />
                  <datalist id="zones">
                    {zones().map((it) => (
                      <option key={it} value={it} />
                    ))}
                  </datalist>
                </>
              )}
            </Field>
            <WeekGrid week={form.week} set={(week) => set({ ...form, week })} zone={is_zone(form.timezone) ? form.timezone : 'UTC'} />
          </>
        )}
        <div class="columns">
          <TimeField
            label="Not before"
            hint="Empty: as soon as it is started."
            value={form.not_before}
            set={(not_before) => set({ ...form, not_before })}
            wrong={faults['not_before']}
          />
          <TimeField
            label="Not after"
            hint="Empty: no end. Then it is cancelled, wherever it stands."
            value={form.expires_at}
            set={(expires_at) => set({ ...form, expires_at })}
            wrong={faults['expires_at']}
          />
        </div>
        {faults['schedule'] && <p class="wrong">{faults['schedule']}</p>}
      </div>
    </Card>
  )
}

function RuleRow({ of, set, wrong }: { of: RuleForm; set: (it: RuleForm) => void; wrong: string | undefined }) {
  const name = words(of.outcome)
  return (
    <tr>
      <td>
        <label class="check">
          <input type="checkbox" checked={of.retry} onChange={(it) => set({ ...of, retry: it.currentTarget.checked })} />
          {name}
        </label>
      </td>
      <td>
        {of.retry && (
          <select
            aria-label={`How the pause grows after ${name}`}
            value={of.backoff}
            onChange={(it) => set({ ...of, backoff: it.currentTarget.value as RuleForm['backoff'] })}
          >
            <option value="fixed">always</option>
            <option value="exponential">doubling, from</option>
            <option value="list">in turn</option>
          </select>
        )}
      </td>
      <td>
        {of.retry && (
          <>
            <span class="with-unit">
              <input
                type="text"
                inputMode="numeric"
                aria-label={`Minutes after ${name}`}
                aria-invalid={wrong ? 'true' : undefined}
                value={of.minutes}
                onInput={(it) => set({ ...of, minutes: it.currentTarget.value })}
              />
              <span class="soft">min</span>
            </span>
            {wrong && <p class="wrong small">{wrong}</p>}
          </>
        )}
      </td>
    </tr>
  )
}

export function RetryFields({ form, set, faults }: FieldsProps) {
  const set_rule = (index: number, rule: RuleForm) =>
    set({ ...form, rules: form.rules.map((it, at) => (at === index ? rule : it)) })
  return (
    <Card title="Trying again">
      <div class="form">
        <NumberField
          label="Attempts at most"
          value={form.max_attempts}
          set={(max_attempts) => set({ ...form, max_attempts })}
          min={1}
          max={20}
          hint="The first call counts."
          wrong={faults['max_attempts']}
        />
        {form.max_attempts > 1 && (
          <table class="rules">
            <thead>
              <tr>
                <th>Again after</th>
                <th>Pause</th>
                <th>Minutes</th>
              </tr>
            </thead>
            <tbody>
              {form.rules.map((it, index) => (
                <RuleRow key={it.outcome} of={it} set={(rule) => set_rule(index, rule)} wrong={faults[`rule ${it.outcome}`]} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </Card>
  )
}

export function BreakerFields({ form, set, faults }: FieldsProps) {
  const { breaker } = form
  const change = (part: Partial<typeof breaker>) => set({ ...form, breaker: { ...breaker, ...part } })
  return (
    <Card title="Breaker">
      <div class="form">
        <label class="check">
          <input type="checkbox" checked={breaker.enabled} onChange={(it) => change({ enabled: it.currentTarget.checked })} />
          Pause by itself when too many calls fail
        </label>
        {breaker.enabled && (
          <div class="columns">
            <NumberField
              label="Trips above"
              unit="% failed"
              value={breaker.failure_threshold_percent}
              set={(it) => change({ failure_threshold_percent: it })}
              min={0}
              max={100}
              wrong={faults['failure_threshold_percent']}
            />
            <NumberField
              label="Looking back"
              unit="seconds"
              value={breaker.window_seconds}
              set={(it) => change({ window_seconds: it })}
              min={1}
              max={86_400}
              wrong={faults['window_seconds']}
            />
            <NumberField
              label="From"
              unit="calls on"
              value={breaker.min_calls_in_window}
              set={(it) => change({ min_calls_in_window: it })}
              min={1}
              max={100_000}
              wrong={faults['min_calls_in_window']}
            />
          </div>
        )}
      </div>
    </Card>
  )
}

/** Who is asked for leave before each call. `signed`: a secret is kept. */
export function HookFields({ form, set, faults, signed }: FieldsProps & { signed: boolean }) {
  return (
    <Card title="Asked before every call">
      <div class="form">
        <TextField
          label="URL of the pre-dial hook"
          value={form.hook_url}
          set={(hook_url) => set({ ...form, hook_url })}
          placeholder="https://crm.example.org/may-call"
          hint="Without its leave nobody is called, also when it does not answer. Empty: nobody is asked."
          wrong={faults['hook url']}
        />
        {form.hook_url.trim() && (
          <div class="columns">
            <NumberField
              label="It has"
              unit="ms to answer"
              value={form.hook_timeout_ms}
              set={(hook_timeout_ms) => set({ ...form, hook_timeout_ms })}
              min={100}
              max={5_000}
              wrong={faults['hook timeout_ms']}
            />
            <TextField
              label="Secret that questions are signed with"
              value={form.hook_secret}
              set={(hook_secret) => set({ ...form, hook_secret })}
              hint={signed ? 'There is one. Empty: it stays.' : 'whsec_ and base64, as Standard Webhooks has it. Empty: they are not signed.'}
              wrong={faults['hook secret']}
            />
          </div>
        )}
      </div>
    </Card>
  )
}
