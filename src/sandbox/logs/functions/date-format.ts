import { dateText } from '../convert.ts';

const two = (value: number) => String(value).padStart(2, '0');

/** `yyyy-MM-dd HH:mm:ss.fff`: the letters of .NET that Kusto takes; anything else stands for itself. */
export function formatDate(at: number, format: string): string {
  const date = new Date(Math.floor(at));
  const fraction = dateText(at).slice(20, 27);
  const [year, hour] = [date.getUTCFullYear(), date.getUTCHours()];
  return format.replace(/y+|M+|d+|H+|h+|m+|s+|f+|F+|t+/g, (letters) => {
    switch (letters[0]) {
      case 'y':
        return letters.length > 2 ? String(year).padStart(4, '0') : two(year % 100);
      case 'M':
        return padded(date.getUTCMonth() + 1, letters);
      case 'd':
        return padded(date.getUTCDate(), letters);
      case 'H':
        return padded(hour, letters);
      case 'h':
        return padded(hour % 12 || 12, letters);
      case 'm':
        return padded(date.getUTCMinutes(), letters);
      case 's':
        return padded(date.getUTCSeconds(), letters);
      case 't':
        return hour < 12 ? 'AM' : 'PM';
      case 'F':
        return fraction.slice(0, letters.length).replace(/0+$/, '');
      default:
        return fraction.slice(0, letters.length);
    }
  });
}

const padded = (value: number, letters: string) => (letters.length > 1 ? two(value) : String(value));

/** `d.hh:mm:ss.fff`, likewise. */
export function formatSpan(span: number, format: string): string {
  const whole = Math.abs(span);
  const fraction = String(Math.round((whole % 1000) * 10_000)).padStart(7, '0');
  const parts: Record<string, number> = {
    d: Math.floor(whole / 86_400_000),
    H: Math.floor(whole / 3_600_000) % 24,
    h: Math.floor(whole / 3_600_000) % 24,
    m: Math.floor(whole / 60_000) % 60,
    s: Math.floor(whole / 1000) % 60,
  };
  const said = format.replace(/d+|H+|h+|m+|s+|f+|F+/g, (letters) => {
    const part = parts[letters[0] ?? ''];
    if (part === undefined) return fraction.slice(0, letters.length);
    return String(part).padStart(letters.length, '0');
  });
  return span < 0 ? `-${said}` : said;
}
