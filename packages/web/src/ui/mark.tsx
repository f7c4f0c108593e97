/** The mark: two dots joined by a line that is open or closed; the on/off badge is the same drawing. */
const DOTS = '<circle cx="7" cy="16" r="4.5"/><circle cx="25" cy="16" r="4.5"/>';
const LINE = { closed: 'M7 16h18', open: 'M7 16 21 6' };

export function Mark({ open = false }: { open?: boolean }) {
  return (
    <svg className="mark" viewBox="0 0 32 16" aria-hidden="true">
      <path d={open ? 'M5 8 22 0' : 'M5 8h22'} />
      <circle cx="5" cy="8" r="4" />
      <circle cx="27" cy="8" r="4" />
    </svg>
  );
}

/** The tab's icon: open while it shows a disabled account. */
export function setFavicon(open: boolean): void {
  const color = open ? '#d9534a' : '#5b74ee';
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="${color}" stroke="${color}" ` +
    `stroke-width="3" stroke-linecap="round"><path d="${open ? LINE.open : LINE.closed}"/>${DOTS}</svg>`;
  document
    .querySelector('link[rel="icon"]')
    ?.setAttribute('href', `data:image/svg+xml,${encodeURIComponent(svg)}`);
}
