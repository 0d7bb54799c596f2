import { bound } from '../clean.ts';
import type { DetailsSubject, DetailsView } from '../details-view.ts';
import type { Pictures } from '../pictures.ts';
import { drawChips } from './draw-chips.ts';
import { drawPart, type PartSize } from './draw-details-part.ts';
import { firstToFit } from './fit.ts';
import { inert, inertSentence } from './inert.ts';
import { type Card, fill } from './templates.ts';

interface Size extends PartSize {
  subjects: number;
  parts: number;
}

/** A picture is worth more than the last facts of a list; beside five of each it is given up for words. */
const sizes: [Size, ...Size[]] = [
  { subjects: 8, parts: 12, facts: 30, text: 300, charts: 3, hasPictures: true },
  { subjects: 8, parts: 12, facts: 10, text: 200, charts: 2, hasPictures: true },
  { subjects: 8, parts: 12, facts: 5, text: 120, charts: 1, hasPictures: true },
  { subjects: 8, parts: 12, facts: 5, text: 120, charts: 0, hasPictures: true },
  { subjects: 8, parts: 12, facts: 30, text: 300, charts: 3, hasPictures: false },
  { subjects: 8, parts: 12, facts: 14, text: 200, charts: 2, hasPictures: false },
  { subjects: 8, parts: 12, facts: 8, text: 160, charts: 2, hasPictures: false },
  { subjects: 8, parts: 12, facts: 5, text: 120, charts: 1, hasPictures: false },
  { subjects: 8, parts: 10, facts: 3, text: 100, charts: 1, hasPictures: false },
  { subjects: 8, parts: 8, facts: 2, text: 80, charts: 0, hasPictures: false },
  { subjects: 8, parts: 6, facts: 1, text: 60, charts: 0, hasPictures: false },
  { subjects: 6, parts: 3, facts: 1, text: 30, charts: 0, hasPictures: false },
  { subjects: 3, parts: 2, facts: 1, text: 16, charts: 0, hasPictures: false },
];

/** What is known, one subject under the other; the first is open, the others open at a press. */
export function drawDetails(view: DetailsView, pictures: Pictures<Uint8Array>): Card {
  return firstToFit(sizes, (size) => draw(view, pictures, size));
}

function draw(view: DetailsView, pictures: Pictures<Uint8Array>, size: Size): Card {
  const shown = view.subjects.slice(0, size.subjects);
  const more = view.more + view.subjects.length - shown.length;
  const charted = shown
    .flatMap(({ parts }) => parts.slice(0, size.parts))
    .filter(({ chart }) => chart !== undefined);
  const charts = new Set(charted.slice(0, size.charts));
  return fill('reply-details', {
    title: inert(bound(view.title, Math.min(size.text, 150))),
    fallback: inertSentence(bound(view.fallback, Math.min(size.text * 4, 1_000))),
    subjects: shown.map((subject, n) => {
      // Whom it is about first is worth more of the room.
      const own = n === 0 ? { ...size, facts: size.facts * 2 } : size;
      const parts = subject.parts.slice(0, size.parts);
      return {
        ...drawHead(subject, n, size),
        hasParts: parts.length > 0,
        parts: [
          ...parts.flatMap((part) => drawPart(part, charts.has(part), pictures, own)),
          ...drawLeft(subject, size),
        ],
      };
    }),
    more: more > 0 ? `and ${more} more` : '',
    hasMissing: view.missing.length > 0,
    missing: view.missing.slice(0, 10).map((text) => ({ text: inert(bound(text, size.text)) })),
  });
}

function drawHead({ kind, name, chips, verdict }: DetailsSubject, n: number, { text }: Size) {
  const cut = (words: string, most: number) => inert(bound(words, Math.min(most, text)));
  return {
    id: `subject-${n + 1}`,
    isOpen: n === 0,
    toggle: inertSentence(bound(`Show or hide what is known: ${kind} ${name}`, Math.min(text + 40, 120))),
    kind: cut(kind, 40),
    name: cut(name, 150),
    chips: drawChips(chips.slice(0, 8), text),
    verdict: cut(verdict, 300),
  };
}

function drawLeft({ parts }: DetailsSubject, size: Size): object[] {
  const titles = parts.slice(size.parts).map(({ title }) => title);
  if (titles.length === 0) return [];
  const text = inert(bound(`Not shown: ${titles.join(', ')}.`, size.text));
  return [{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, size: 'Small', isSubtle: true }] }];
}
