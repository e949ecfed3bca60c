// Icons are decorative: the text beside them, or the button's label, names the action.
const paths = {
  content: "M5 4h14v16H5z M8.5 9h7 M8.5 13h7 M8.5 17h4",
  analytics: "M5 20V10 M12 20V4 M19 20v-7",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7 M2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6 M16 4.4a3.5 3.5 0 0 1 0 6.2 M18 14.5c2.1.8 3.5 2.8 3.5 5.5",
  invitations: "M3.5 6h17v12h-17z M3.5 7l8.5 6.5L20.5 7",
  exports: "M12 4v11 M7.5 11l4.5 4.5 4.5-4.5 M4.5 20h15",
  organization: "M4 20V6l8-3 8 3v14 M9 20v-5h6v5 M9 9h.01 M15 9h.01 M9 12h.01 M15 12h.01",
  check: "M5 12.5l4.5 4.5L19 7.5",
  missing: "M12 8v5 M12 16.5h.01 M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17",
  up: "M12 19V5 M6 11l6-6 6 6",
  down: "M12 5v14 M6 13l6 6 6-6",
  sort: "M8 10l4-4 4 4 M8 14l4 4 4-4",
  plus: "M12 5v14 M5 12h14",
  copy: "M9 9h11v11H9z M5 15H4V4h11v1",
  chevronDown: "M6 9.5l6 6 6-6",
  chevronRight: "M9.5 6l6 6-6 6",
  back: "M19 12H5 M11 6l-6 6 6 6",
  edit: "M4.5 19.5l1-4L16.5 4.5l3 3L8.5 18.5z",
  trash: "M5 7h14 M9 7V4.5h6V7 M7 7l1 13h8l1-13",
  external: "M10 5H5v14h14v-5 M14 4.5h5.5V10 M19 5l-8 8",
  more: "M5.5 12h.01 M12 12h.01 M18.5 12h.01",
  lock: "M6 11h12v9H6z M8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8 M12 2.5v2 M12 19.5v2 M2.5 12h2 M19.5 12h2 M5.3 5.3l1.4 1.4 M17.3 17.3l1.4 1.4 M18.7 5.3l-1.4 1.4 M6.7 17.3l-1.4 1.4",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13 M15.5 15.5L20 20",
  filter: "M4 6h16 M7 12h10 M10 18h4",
  view: "M5 4h14v16l-7-4.5L5 20z",
  columns: "M4 5h16v14H4z M9.3 5v14 M14.6 5v14",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1 M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
  mail: "M3.5 6h17v12h-17z M3.5 7l8.5 6.5L20.5 7",
  upload: "M12 16V5 M7.5 9.5L12 5l4.5 4.5 M4.5 20h15",
  menu: "M4 7h16 M4 12h16 M4 17h16",
  close: "M6 6l12 12 M18 6L6 18",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.8} strokeLinecap="round" strokeLinejoin="round" aria-hidden focusable="false" style={{ flexShrink: 0 }}>
      <path d={paths[name]} />
    </svg>
  );
}
