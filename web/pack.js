// Writes the built dashboard down as one C++ file: `node pack.js DIST OUT.cpp`.
// Every file is there as it is, and as gzip and brotli where that is smaller.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join, relative } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const [dist, out] = process.argv.slice(2)

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((it) => {
    const at = join(folder, it.name)
    return it.isDirectory() ? filesIn(at) : [at]
  })
}

const pathOf = (file) => '/' + relative(dist, file).replace(/^index\.html$/, '')
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 20)

/** The service worker keeps every file but itself, under a name that changes with any of them. */
function finishServiceWorker(files) {
  const worker = join(dist, 'sw.js')
  const kept = files.filter((it) => it !== worker)
  const version = digest(kept.map((it) => pathOf(it) + digest(readFileSync(it))).join('\n'))
  const text = readFileSync(worker, 'utf8')
    .replace('__VERSION__', version)
    .replace('[/* files */]', JSON.stringify(kept.map(pathOf)))
  writeFileSync(worker, text)
}

function codings(bytes) {
  const squeezed = {
    gzip: gzipSync(bytes, { level: 9 }),
    brotli: brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  }
  const smaller = Object.entries(squeezed).filter(([, it]) => it.length < bytes.length * 0.95)
  return { plain: bytes, ...Object.fromEntries(smaller) }
}

const files = filesIn(dist).sort()
finishServiceWorker(files)
const packed = out + '.d'
rmSync(packed, { recursive: true, force: true })
mkdirSync(packed, { recursive: true })
mkdirSync(dirname(out), { recursive: true })

const blobs = []
const entries = files.map((file) => {
  const bytes = readFileSync(file)
  const path = pathOf(file)
  const symbols = {}
  for (const [coding, content] of Object.entries(codings(bytes))) {
    const symbol = `ringmaster_page_${blobs.length}`
    writeFileSync(join(packed, symbol), content)
    blobs.push({ symbol, size: content.length })
    symbols[coding] = `{${symbol}, ${content.length}}`
  }
  return `  {.path = "${path}",
   .type = "${types[extname(file)] ?? 'application/octet-stream'}",
   .tag = "${digest(bytes)}",
   .lasting = ${path.startsWith('/assets/')},
   .plain = ${symbols.plain},
   .gzip = ${symbols.gzip ?? '{}'},
   .brotli = ${symbols.brotli ?? '{}'}},`
})

const asm = blobs.map(
  ({ symbol }) =>
    `asm(".pushsection .rodata\\n.global ${symbol}\\n${symbol}: .incbin \\"${join(packed, symbol)}\\"\\n.byte 0\\n.popsection");`,
)
const declarations = blobs.map(({ symbol, size }) => `extern "C" const char ${symbol}[${size + 1}];`)

writeFileSync(
  out,
  `// Written by web/pack.js.
#include "web/dashboard.hpp"

${asm.join('\n')}
${declarations.join('\n')}

namespace ringmaster::web {

std::span<const http::page> dashboard() {
  static const http::page pages[] = {
${entries.join('\n')}
  };
  return pages;
}

} // namespace ringmaster::web
`,
)
