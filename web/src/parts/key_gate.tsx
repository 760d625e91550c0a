// Asks for the key that the server wants.
import { useState } from 'preact/hooks'

import { forget_key, key_wanted, use_key } from '../api/session'
import { Field } from './field'

export function KeyGate() {
  const [secret, set_secret] = useState('')
  return (
    <form
      class="gate card"
      onSubmit={(event) => {
        event.preventDefault()
        forget_key()
        if (secret.trim()) use_key(secret.trim())
      }}
    >
      <div class="body">
        <h1>Show your key</h1>
        <p class="soft">{key_wanted.value}</p>
        <Field label="API key" hint="It is kept until this tab is closed, and goes nowhere but to this server.">
          {(wiring) => (
            <input
              {...wiring}
              type="password"
              autocomplete="off"
              placeholder="key_…"
              value={secret}
              onInput={(it) => set_secret(it.currentTarget.value)}
            />
          )}
        </Field>
        <div class="actions">
          <button class="button main" disabled={!secret.trim()}>
            Open the dashboard
          </button>
        </div>
      </div>
    </form>
  )
}
