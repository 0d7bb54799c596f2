import { bound, clean } from '../../channels/clean.ts';
import { type PageSection, type PageView, say } from '../../channels/page-view.ts';
import type { Span } from '../../people/spans.ts';
import type { RotaBook } from './book.ts';
import { troublesIn } from './troubles.ts';
import { between, nameOf, onWall, scheduleName, troubleInWords } from './words.ts';

type Line = { lead: string; text: string };

/** Later turns that are told where one rota is asked about. */
const turnsAhead = 2;
const mostLines = 30;
/** A phone holds no more. */
const mostRotas = 10;

/** Who is on call at a moment and who is next, layer by layer; each in the zone of its rota. */
export function rotaPage(books: readonly RotaBook[], at: number, isNow: boolean): PageView {
  const [one, another] = books;
  const alone = one && !another ? one : undefined;
  const sections = books.slice(0, mostRotas).map(
    (book): PageSection => ({
      title: alone ? '' : `${book.rota.name}, ${onWall(at, book.rota.timeZone)} ${book.rota.timeZone}`,
      body: lines(
        book.layers.flatMap(({ layer, spans }) =>
          layerLines(book, layer.name, spans, at, alone !== undefined),
        ),
      ),
    }),
  );
  const notes = books.flatMap((book) => notesOf(book, at));
  const name = alone?.rota.name ?? '';
  const called = books.map((book) => `${book.rota.name}: ${calledAt(book, at)}`).join('; ');
  return {
    title: alone ? `On call: ${name}` : 'Who is on call',
    subtitle: alone
      ? `${onWall(at, alone.rota.timeZone)}, by the clock of ${alone.rota.timeZone}${isNow ? '' : ', as it is planned now'}`
      : '',
    tone: notes.length > 0 ? 'warning' : 'plain',
    facts: [],
    sections: [...sections, ...(notes.length > 0 ? [{ title: 'To look at', body: lines(notes) }] : [])],
    buttons: alone
      ? [
          say('Gaps', `oncall gaps ${name}`),
          say('Take over …', `oncall override --rota ${name}`, { form: true }),
          say('My calendar', 'oncall calendar mine'),
        ]
      : [],
    fallback: bound(`On call, ${called}.`, 300),
  };
}

/** Gaps, overlaps and people who cannot be called, in the days to come. */
export function troublePage(
  books: readonly RotaBook[],
  { from, days, title }: { from: number; days: number; title: string },
): PageView {
  const stretch = { from, to: from + days * 86_400_000 };
  const sections = books.flatMap((book): PageSection[] => {
    const found = [...troublesIn(book, stretch).map((one) => troubleInWords(one, book)), ...staleLines(book)];
    return found.length > 0
      ? [{ title: `${book.rota.name}, ${book.rota.timeZone}`, body: lines(found) }]
      : [];
  });
  const subtitle = `The next ${days} days of ${books.map(({ rota }) => rota.name).join(', ')}`;
  return sections.length === 0
    ? {
        ...{ title: 'No gaps', subtitle: bound(subtitle, 300), tone: 'good', facts: [], buttons: [] },
        sections: [
          {
            title: '',
            body: {
              kind: 'sentence',
              text: 'Somebody who can be called is there all the time that somebody has to be.',
            },
          },
        ],
        fallback: `No gaps. ${subtitle}.`,
      }
    : {
        ...{
          title,
          subtitle: bound(subtitle, 300),
          tone: 'warning',
          facts: [],
          sections: sections.slice(0, mostRotas),
        },
        buttons: [say('Who is on call', 'oncall')],
        fallback: bound(`${title}. ${subtitle}.`, 300),
      };
}

function layerLines(
  book: RotaBook,
  layer: string,
  spans: readonly Span[],
  at: number,
  isLong: boolean,
): Line[] {
  const { rota, holders } = book;
  const now = spans.filter(({ from, to }) => from <= at && at < to);
  const later = spans.filter(({ from }) => from > at);
  const [next] = later;
  const says = (span: Span) =>
    `${nameOf(holders, span.who)}${holders.get(span.who)?.unfit ? ' (cannot be called)' : ''}${why(book, span)}`;
  const last = spans.at(-1)?.to ?? at;
  const until = (span: Span) =>
    span.to < last || later.length > 0 ? ` until ${onWall(span.to, rota.timeZone)}` : '';
  const first: Line = {
    lead: layer,
    text:
      now.length > 0
        ? now.map((span) => `${says(span)}${until(span)}`).join(' and ')
        : `nobody${next ? ` until ${onWall(next.from, rota.timeZone)}` : ''}`,
  };
  if (isLong)
    return [
      first,
      ...later
        .slice(0, turnsAhead)
        .map((span) => ({ lead: `${layer}, then`, text: `${says(span)}, ${between(span, rota.timeZone)}` })),
    ];
  return [next ? { ...first, text: `${first.text}, then ${says(next)}` } : first];
}

function why({ overrides }: RotaBook, { why }: Span): string {
  switch (why.kind) {
    case 'shift':
      return why.name ? ` (${why.name})` : '';
    case 'schedule':
      return '';
    case 'holiday':
      return ` (holiday, for ${why.layer})`;
    case 'override': {
      const { madeBy, reason } = overrides.find(({ number }) => number === why.number) ?? {};
      const by = madeBy ? ` by ${clean(madeBy.name, 60)}` : '';
      return ` (override ${why.number}${by}${reason ? `: ${clean(reason, 80)}` : ''})`;
    }
  }
}

/** What is wrong right now. */
function notesOf(book: RotaBook, at: number): Line[] {
  const now = troublesIn(book, { from: at, to: at + 1 });
  return [
    ...now.flatMap(({ kind, who, because, layer }) => {
      if (kind === 'unfit')
        return [
          {
            lead: `${who.map((one) => nameOf(book.holders, one)).join(' and ')}`,
            text: `${layer} of ${book.rota.name}: ${because}`,
          },
        ];
      return kind === 'nobody' ? [{ lead: 'Nobody', text: `of ${book.rota.name} can be called` }] : [];
    }),
    ...staleLines(book),
  ];
}

/** What is shown although nobody knows whether it is so still. */
function staleLines({ rota, schedules, layers }: RotaBook): Line[] {
  const failing = schedules.flatMap(({ key, readAt, failing }) => {
    if (!failing) return [];
    const asOf = readAt ? `shown as of ${onWall(Date.parse(readAt), rota.timeZone)}` : 'and never could';
    const since = onWall(Date.parse(failing.since), rota.timeZone);
    return [
      {
        lead: scheduleName(key),
        text: `cannot be read since ${since}, ${asOf}: ${clean(failing.reason, 200)}`,
      },
    ];
  });
  const unread = layers.flatMap(({ layer: { schedule } }) =>
    schedule && !schedules.some(({ key }) => key === schedule)
      ? [{ lead: scheduleName(schedule), text: 'was not read yet' }]
      : [],
  );
  return [...failing, ...unread];
}

function calledAt({ layers, holders }: RotaBook, at: number): string {
  const names = layers.flatMap(({ spans }) =>
    spans.filter(({ from, to }) => from <= at && at < to).map(({ who }) => nameOf(holders, who)),
  );
  return names.join(', ') || 'nobody';
}

const lines = (all: Line[]): PageSection['body'] => ({
  kind: 'lines',
  lines: all.slice(0, mostLines),
  more: Math.max(0, all.length - mostLines),
});
