type Token = (at: Date) => string;

const shown = (options: Intl.DateTimeFormatOptions): Token => {
  const format = new Intl.DateTimeFormat(undefined, options);
  return (at) => format.format(at);
};

const long = shown({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const short = shown({ day: 'numeric', month: 'short', year: 'numeric' });
const plain = shown({ day: 'numeric', month: 'long', year: 'numeric' });

/** The tokens of Slack's `<!date^…>`, in the reader's own zone and language. */
const tokens: Record<string, Token> = {
  date_num: (at) => at.toLocaleDateString('sv-SE'),
  date: plain,
  date_short: short,
  date_long: long,
  date_pretty: (at) => pretty(at, plain),
  date_short_pretty: (at) => pretty(at, short),
  date_long_pretty: (at) => pretty(at, long),
  time: shown({ hour: '2-digit', minute: '2-digit' }),
  time_secs: shown({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  ago: (at) => ago(at, Date.now()),
};

/** Undefined where the format has a token that Slack does not know: the fallback is shown then. */
export function formatSlackDate(seconds: number, format: string): string | undefined {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return undefined;
  const names = [...format.matchAll(/\{([a-z_]+)\}/g)].map((match) => match[1] ?? '');
  if (names.length === 0 || names.some((name) => !(name in tokens))) return undefined;
  return format.replace(/\{([a-z_]+)\}/g, (all, name: string) => tokens[name]?.(at) ?? all);
}

function pretty(at: Date, otherwise: Token): string {
  const day = 86_400_000;
  for (const [name, offset] of [
    ['today', 0],
    ['yesterday', -day],
    ['tomorrow', day],
  ] as const) {
    if (at.toDateString() === new Date(Date.now() + offset).toDateString()) return name;
  }
  return otherwise(at);
}

function ago(at: Date, now: number): string {
  const format = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  const minutes = Math.round((at.getTime() - now) / 60_000);
  if (Math.abs(minutes) < 60) return format.format(minutes, 'minute');
  if (Math.abs(minutes) < 60 * 24) return format.format(Math.round(minutes / 60), 'hour');
  return format.format(Math.round(minutes / 60 / 24), 'day');
}
