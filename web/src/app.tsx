// The frame around every page: the menu, the state of the connection, the key.
import type { ComponentType } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

import { key_wanted } from './api/session'
import { lazy } from './lib/lazy'
import { Empty } from './parts/bits'
import { Confirm } from './parts/confirm'
import { ConnectionBar, Pulse } from './parts/connection_bar'
import { Icon, type IconName } from './parts/icons'
import { KeyGate } from './parts/key_gate'
import { Toasts } from './parts/toast'
import { CampaignsPage } from './pages/campaigns'
import { place } from './router'
import { choice, choose, type Choice } from './theme'

type Page = ComponentType<{ parts: string[] }>

const pages: Record<string, Page> = {
  campaigns: lazy(() => import('./pages/campaign/page').then((it) => it.CampaignPage)),
  new: lazy(() => import('./pages/new_campaign/page').then((it) => it.NewCampaignPage)),
  runs: lazy(() => import('./pages/run').then((it) => it.RunPage)),
  trunks: lazy(() => import('./pages/trunks/page').then((it) => it.TrunksPage)),
  workflows: lazy(() => import('./pages/workflows').then((it) => it.WorkflowsPage)),
  webhooks: lazy(() => import('./pages/webhooks/page').then((it) => it.WebhooksPage)),
  keys: lazy(() => import('./pages/keys').then((it) => it.KeysPage)),
  health: lazy(() => import('./pages/health').then((it) => it.HealthPage)),
}

const menu: [name: string, text: string, icon: IconName][] = [
  ['campaigns', 'Campaigns', 'campaigns'],
  ['trunks', 'Trunks', 'trunk'],
  ['workflows', 'Workflows', 'workflow'],
  ['webhooks', 'Webhooks', 'webhook'],
  ['keys', 'Keys', 'key'],
  ['health', 'Health', 'health'],
]

const home_of: Record<string, string> = { new: 'campaigns', runs: 'campaigns' }

const next_theme: Record<Choice, [Choice, IconName, string]> = {
  system: ['light', 'auto', 'Colours: as the system has them'],
  light: ['dark', 'sun', 'Colours: light'],
  dark: ['system', 'moon', 'Colours: dark'],
}

function ThemeButton() {
  const [next, icon, label] = next_theme[choice.value]
  return (
    <button class="button plain icon" aria-label={label} title={label} onClick={() => choose(next)}>
      <Icon name={icon} />
    </button>
  )
}

function Side({ here }: { here: string }) {
  return (
    <header class="side">
      <a class="brand" href="#/campaigns" aria-label="Ringmaster">
        <img src="/icon.svg" alt="" />
        <span>Ringmaster</span>
      </a>
      <nav class="menu" aria-label="Pages">
        {menu.map(([name, text, icon]) => (
          <a key={name} href={`#/${name}`} aria-current={here === name ? 'page' : undefined}>
            <Icon name={icon} />
            {text}
          </a>
        ))}
      </nav>
      <div class="side-foot">
        <Pulse />
        <ThemeButton />
      </div>
    </header>
  )
}

function Shown() {
  const { parts } = place.value
  const [first = 'campaigns', ...rest] = parts
  if (first === 'campaigns' && rest.length === 0) return <CampaignsPage />
  const Page = pages[first]
  if (Page) return <Page key={`${first}/${rest[0] ?? ''}`} parts={rest} />
  return (
    <Empty whole title="There is no such page">
      <a href="#/campaigns">To the campaigns</a>
    </Empty>
  )
}

export function App() {
  const first = place.value.parts[0] ?? 'campaigns'
  const where = place.value.parts.join('/')
  const page = place.value.parts.slice(0, 2).join('/')
  const opened = useRef(page)
  useEffect(() => scrollTo(0, 0), [where])
  // Whoever goes by keyboard or by ear starts each page at its beginning.
  useEffect(() => {
    if (opened.current !== page) document.getElementById('main')?.focus({ preventScroll: true })
    opened.current = page
  }, [page])
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        Skip to the page
      </a>
      <ConnectionBar />
      <div class="shell">
        <Side here={home_of[first] ?? first} />
        <main id="main" class="page" tabIndex={-1}>
          {key_wanted.value ? <KeyGate /> : <Shown />}
        </main>
      </div>
      <Confirm />
      <Toasts />
    </>
  )
}
