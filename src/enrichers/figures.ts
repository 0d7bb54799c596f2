/** Numbers as people read them. */

/** `4,120`; `1.5` and `0.02` where it is small. */
export function figure(value: number): string {
  const digits = Math.abs(value) < 1 ? 2 : Math.abs(value) < 10 ? 1 : 0;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** `41 GB`: by thousands, as Azure's portal counts. */
export function bytes(value: number): string {
  const step = Math.min(Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)), units.length - 1);
  return `${figure(value / 1_000 ** step)} ${units[step]}`;
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `just now`, `3 min ago`, `2 h ago`, `5 d ago`. */
export function ago(at: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(at)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / 1_440)} d ago`;
}

/** The first `most` of them, and how many there are besides: `a, b and 3 more`. */
export function listed(names: readonly string[], most: number): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${figure(more)} more` : names.join(', ');
}
