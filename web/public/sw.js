// Keeps the dashboard itself, so that it opens without a network from the first
// visit on. Answers of the API are never kept: they hold people's data.
const version = '__VERSION__'
const files = [/* files */]

self.addEventListener('install', (event) => {
  const keep = async () => {
    const cache = await caches.open(version)
    await cache.addAll(files.map((it) => new Request(it, { cache: 'no-cache' })))
    await self.skipWaiting()
  }
  event.waitUntil(keep())
})

self.addEventListener('activate', (event) => {
  const take = async () => {
    const names = await caches.keys()
    await Promise.all(names.filter((it) => it !== version).map((it) => caches.delete(it)))
    await self.clients.claim()
  }
  event.waitUntil(take())
})

// A page that is already open may still ask for a file of the version before:
// that one comes from the network, or not at all.
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  const ours = url.origin === self.location.origin && files.includes(url.pathname)
  if (event.request.method !== 'GET' || !ours) return
  const answer = async () => {
    const kept = await caches.match(url.pathname, { cacheName: version })
    return kept ?? fetch(event.request)
  }
  event.respondWith(answer())
})
