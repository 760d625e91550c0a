import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/parts.css'
import './styles/forms.css'
import './styles/pages.css'

import { render } from 'preact'

import { App } from './app'
import { follow_address } from './router'
import { apply } from './theme'

apply()
follow_address()
render(<App />, document.getElementById('app')!)
if ('serviceWorker' in navigator && import.meta.env.PROD) void navigator.serviceWorker.register('/sw.js')
