/** Our own icons: 24 units square, drawn with one line; never the only bearer of a meaning. */
const paths = {
  flow: 'M4 5h6v5H4zM14 14h6v5h-6zM7 10v4a2.5 2.5 0 0 0 2.5 2.5H14',
  settings:
    'M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5M8 14.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5',
  agents:
    'M9 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M2.5 20c0-3.6 2.9-5.5 6.5-5.5s6.5 1.9 6.5 5.5M16 5a3.5 3.5 0 0 1 0 6.5M18.5 15c2 .8 3 2.5 3 5',
  activity: 'M3 12h4l3-8 4 16 3-8h4',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4.5 20.5c0-4 3.4-6 7.5-6s7.5 2 7.5 6',
  accounts: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  language:
    'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M3 12h18M12 3c5 5.5 5 12.5 0 18M12 3c-5 5.5-5 12.5 0 18',
  light:
    'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M19 5l-1.4 1.4M6.4 17.6 5 19',
  dark: 'M20 14.5A8.5 8.5 0 1 1 9.5 4 7 7 0 0 0 20 14.5z',
  auto: 'M3 5h18v11H3zM8 20h8M12 16v4',
  'sign-out': 'M14 4H5v16h9M10 12h11M17.5 8.5 21 12l-3.5 3.5',
  unfold: 'M7.5 9.5 12 5l4.5 4.5M7.5 14.5 12 19l4.5-4.5',
  menu: 'M4 7h16M4 12h16M4 17h16',
  external: 'M13 4h7v7M20 4l-9 9M18 14v6H4V6h6',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'M4.5 12.5 10 18 20 6.5',
  warning: 'M12 3.5 22 20.5H2zM12 10v5M12 17.5v.5',
  info: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M12 11v5.5M12 7.5v.5',
  clock: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M12 7v5l3.5 2',
  add: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6 6 18',
  delete: 'M4 7h16M9.5 7V4h5v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5',
  arrow: 'M4 12h15M13 6l6 6-6 6',
  lock: 'M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3',
  key: 'M8 11.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8M11 12.5 20 4M16 8l3 3',
  building: 'M5 20V4h9v16M14 9h5v11M3 20h18M8.5 8h2M8.5 12h2M8.5 16h2',
  code: 'M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14',
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M15.5 15.5 21 21',
  more: 'M5 11.5a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1M12 11.5a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1M19 11.5a.5.5 0 1 1 0 1 .5.5 0 0 1 0-1',
  down: 'M6 9.5l6 6 6-6',
  up: 'M6 14.5l6-6 6 6',
  download: 'M12 4v11M7 10.5l5 5 5-5M4 20h16',
} as const;

export type IconName = keyof typeof paths;

/** Those that point somewhere: forward is the other way in Hebrew. */
const directed = new Set<IconName>(['sign-out', 'arrow', 'external', 'flow']);

export function Icon({ name }: { name: IconName }) {
  const flips = directed.has(name);
  return (
    <svg className={flips ? 'icon flips' : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
