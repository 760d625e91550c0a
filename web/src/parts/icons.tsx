// Line drawings of 16 by 16, in the colour of the text around them.
const drawings = {
  campaigns: 'M2.5 12.5v-4M6.2 12.5v-7M9.8 12.5V7M13.5 12.5v-9',
  plus: 'M8 3v10M3 8h10',
  trunk: 'M2 11.5h12M4 11.5V7M8 11.5V4M12 11.5V8.5',
  workflow: 'M3 3.5h10v6.8H8L5 13v-2.7H3z',
  key: 'M10.2 9.2a3.2 3.2 0 1 0-3-2.2L2.5 11.7v1.8h2.2v-1.6h1.6v-1.6l1-1',
  webhook: 'M2.5 8h6M8.5 8 6 5.5M8.5 8 6 10.5M11 3.5h1a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-1',
  health: 'M1.5 8.5h3l1.8-4.5 3 8L11 8.5h3.5',
  play: 'M5 3.2v9.6L12.5 8z',
  pause: 'M5.2 3.5v9M10.8 3.5v9',
  warn: 'M8 2.2 14.4 13H1.6zM8 6.4v3M8 11.2v.2',
  close: 'M4 4l8 8M12 4l-8 8',
  download: 'M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.2h10',
  upload: 'M8 10.5V3M4.8 6 8 2.8 11.2 6M3 13.2h10',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.6v1.2M8 13.2v1.2M1.6 8h1.2M13.2 8h1.2M3.5 3.5l.8.8M11.7 11.7l.8.8M12.5 3.5l-.8.8M4.3 11.7l-.8.8',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6z',
  auto: 'M2.5 3.5h11v7h-11zM6 13h4',
  phone: 'M4 2.5h2.2l1 3-1.5 1a7 7 0 0 0 3.8 3.8l1-1.5 3 1V12a1.5 1.5 0 0 1-1.6 1.5A10.3 10.3 0 0 1 2.5 4 1.5 1.5 0 0 1 4 2.5z',
  check: 'M3 8.5 6.5 12 13 4.5',
  trash: 'M3 4.5h10M6.2 4.5V3h3.6v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5',
} as const
export type IconName = keyof typeof drawings

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={drawings[name]} />
    </svg>
  )
}
