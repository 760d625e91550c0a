// Light or dark: as the system says, unless the viewer chose.
import { signal } from '@preact/signals'

export type Choice = 'system' | 'light' | 'dark'
const key = 'ringmaster.theme'
const system_is_dark = matchMedia('(prefers-color-scheme: dark)')

function kept(): Choice {
  const it = localStorage.getItem(key)
  return it === 'light' || it === 'dark' ? it : 'system'
}

export const choice = signal<Choice>(kept())
/** Changes with what is really shown, for what draws its colours itself. */
export const shown = signal<'light' | 'dark'>('light')

export function apply(): void {
  const dark = choice.value === 'dark' || (choice.value === 'system' && system_is_dark.matches)
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
  shown.value = dark ? 'dark' : 'light'
}

export function choose(it: Choice): void {
  choice.value = it
  localStorage.setItem(key, it)
  apply()
}

system_is_dark.addEventListener('change', apply)
