// Which rows of a long table are in sight.

export interface Window {
  total: number
  row_px: number
  view_px: number
}

/** Browsers hold no box higher than some 17 million pixels: beyond this, scrolling goes faster. */
const most_px = 15_000_000

export const height_of = ({ total, row_px }: Window): number => Math.min(total * row_px, most_px)

/** The row at the upper edge, with a fraction, when the box is scrolled to `top_px`. */
export function first_row_at(of: Window, top_px: number): number {
  const full = of.total * of.row_px
  if (full <= most_px) return top_px / of.row_px
  const scrollable = most_px - of.view_px
  return (Math.min(top_px, scrollable) / scrollable) * ((full - of.view_px) / of.row_px)
}
