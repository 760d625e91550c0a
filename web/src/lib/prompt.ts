// Prompts with {{variables}} in them.

const variable = /\{\{\s*([^{}]+?)\s*\}\}/g

/** The names in `prompt`, each once, in the order they come. */
export function variables_in(prompt: string): string[] {
  return [...new Set([...prompt.matchAll(variable)].map((it) => it[1]!))]
}

export type Piece = { text: string; variable?: string; missing?: boolean }

/** What the agent is told for one contact, in pieces, so that what was filled in can be shown. */
export function preview(prompt: string, contact: Record<string, string>): Piece[] {
  const pieces: Piece[] = []
  let upto = 0
  for (const it of prompt.matchAll(variable)) {
    if (it.index > upto) pieces.push({ text: prompt.slice(upto, it.index) })
    const value = contact[it[1]!]
    pieces.push(value ? { text: value, variable: it[1]! } : { text: it[0], variable: it[1]!, missing: true })
    upto = it.index + it[0].length
  }
  if (upto < prompt.length) pieces.push({ text: prompt.slice(upto) })
  return pieces
}
