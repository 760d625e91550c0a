// A trunk while it is written.
import type { Problem } from '../api/http'
import type { Trunk } from '../api/types'
import type { Faults } from './settings'

export interface TrunkForm {
  name: string
  provider: string
  settings: string // JSON
  secrets: string // name=value, one on each line; of one that is there those that change
  caller_ids: string
  channels: number
  calls_per_second: number
  rate_window_seconds: number
  concurrent: number // calls that show one number at once; 0: no limit
  per_day: number // dials of one number; 0: no limit
}

interface Provider {
  text: string
  settings: object // what each such trunk needs
  secrets: string
}

export const providers: Record<string, Provider> = {
  simulated: { text: 'Simulated carrier, calls nobody', settings: {}, secrets: '' },
  twilio: { text: 'Twilio and alike', settings: { account: '' }, secrets: 'auth_token=' },
  sip: { text: 'SIP trunk', settings: { server: '', username: '', agent: '' }, secrets: 'password=' },
  agent_webhook: { text: 'Platform of voice agents', settings: { url: '' }, secrets: 'api_key=' },
}

const written = (settings: object): string => JSON.stringify(settings, null, 2)

/** What is there of a provider's settings is of no use to another. */
export const of_provider = (it: TrunkForm, provider: string): TrunkForm => ({
  ...it,
  provider,
  settings: written(providers[provider]?.settings ?? {}),
  secrets: providers[provider]?.secrets ?? '',
})

export const blank_trunk: TrunkForm = {
  name: '',
  provider: 'simulated',
  settings: '{}',
  secrets: '',
  caller_ids: '',
  channels: 10,
  calls_per_second: 0,
  rate_window_seconds: 1,
  concurrent: 0,
  per_day: 0,
}

export const form_of = (it: Trunk): TrunkForm => ({
  name: it.name,
  provider: it.provider,
  settings: written(it.settings),
  secrets: '',
  caller_ids: it.caller_ids.join(', '),
  channels: it.channels,
  calls_per_second: it.calls_per_second,
  rate_window_seconds: it.rate_window_seconds,
  concurrent: it.caller_id_limits.concurrent,
  per_day: it.caller_id_limits.per_day,
})

/** Empty ones are not given. A value may have a = of its own. */
function secrets_in(text: string): Record<string, string> {
  const pairs = text.split('\n').map((it) => /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(it))
  return Object.fromEntries(pairs.flatMap((it) => (it?.[2] ? [[it[1]!, it[2]]] : [])))
}

/** What can be seen to be wrong without asking the server. */
export function check_trunk(it: TrunkForm): Faults {
  const faults: Faults = {}
  if (!it.name.trim()) faults['name'] = 'A trunk has a name.'
  try {
    JSON.parse(it.settings || '{}')
  } catch {
    faults['settings'] = 'This is not JSON.'
  }
  if (it.secrets.split('\n').some((line) => line.trim() && !line.includes('=')))
    faults['secrets'] = 'Each line has a name, = and the secret.'
  return faults
}

/** `before`: what is there, of which settings that nobody touched are not sent again: they are
 *  refused while calls are up. */
export function body_of(it: TrunkForm, before?: TrunkForm): Record<string, unknown> {
  const secrets = secrets_in(it.secrets)
  return {
    name: it.name.trim(),
    caller_ids: it.caller_ids.split(/[\s,]+/).filter(Boolean),
    channels: it.channels,
    calls_per_second: it.calls_per_second,
    rate_window_seconds: it.rate_window_seconds,
    caller_id_limits: { concurrent: it.concurrent, per_day: it.per_day },
    ...(before ? {} : { provider: it.provider }),
    ...(before?.settings === it.settings ? {} : { settings: JSON.parse(it.settings || '{}') as unknown }),
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
  }
}

/** The server's faults, each at its field: /caller_ids/0 is about the caller ids. */
export function trunk_faults(problem: Problem): Faults {
  const faults: Faults = {}
  for (const it of problem.faults) {
    const [first = '', second = ''] = it.field.split('/').slice(1)
    faults[first === 'caller_id_limits' ? second : first] ??= it.detail
  }
  if (Object.keys(faults).length === 0) faults[''] = problem.message
  return faults
}
