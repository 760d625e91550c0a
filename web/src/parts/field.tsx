// A form's field: its name, its control, what is wrong with it.
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface Wiring {
  id: string
  'aria-invalid'?: 'true'
  'aria-describedby'?: string
}

export function Field(props: {
  label: string
  hint?: ComponentChildren
  wrong?: string | undefined
  children: (wiring: Wiring) => ComponentChildren
}) {
  const id = useId()
  const wiring: Wiring = { id }
  if (props.wrong) wiring['aria-invalid'] = 'true'
  if (props.wrong || props.hint) wiring['aria-describedby'] = `${id}-said`
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children(wiring)}
      {(props.wrong || props.hint) && (
        <p id={`${id}-said`} class={props.wrong ? 'wrong' : 'hint'}>
          {props.wrong || props.hint}
        </p>
      )}
    </div>
  )
}

interface InputProps {
  label: string
  value: string
  set: (value: string) => void
  hint?: ComponentChildren
  wrong?: string | undefined
  placeholder?: string
  rows?: number // several lines
}

export function TextField({ label, value, set, hint, wrong, placeholder, rows }: InputProps) {
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(wiring) => {
        const common = { ...wiring, value, placeholder, spellcheck: false }
        return rows ? (
          <textarea {...common} rows={rows} onInput={(it) => set(it.currentTarget.value)} />
        ) : (
          <input {...common} type="text" onInput={(it) => set(it.currentTarget.value)} />
        )
      }}
    </Field>
  )
}

/** By the viewer's clock. */
export function TimeField({ label, value, set, hint, wrong }: InputProps) {
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(wiring) => <input {...wiring} type="datetime-local" value={value} onInput={(it) => set(it.currentTarget.value)} />}
    </Field>
  )
}

interface NumberProps {
  label: string
  value: number
  set: (value: number) => void
  min: number
  max: number
  unit?: string
  step?: 'any' // fractions are welcome
  hint?: ComponentChildren
  wrong?: string | undefined
}

export function NumberField({ label, value, set, min, max, unit, step, hint, wrong }: NumberProps) {
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(wiring) => (
        <span class="with-unit">
          <input
            {...wiring}
            type="number"
            min={min}
            max={max}
            step={step}
            value={Number.isNaN(value) ? '' : value}
            onInput={(it) => set(it.currentTarget.valueAsNumber)}
          />
          {unit && <span class="soft">{unit}</span>}
        </span>
      )}
    </Field>
  )
}

interface ChoiceProps {
  label: string
  value: string
  set: (value: string) => void
  options: [value: string, text: string][]
  hint?: ComponentChildren
  wrong?: string | undefined
}

export function ChoiceField({ label, value, set, options, hint, wrong }: ChoiceProps) {
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(wiring) => (
        <select {...wiring} value={value} onChange={(it) => set(it.currentTarget.value)}>
          {options.map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
