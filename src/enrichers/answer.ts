import { z } from 'zod';
import { FarSideError } from '../errors.ts';
import {
  type Enrichment,
  longestChip,
  marks,
  type Tone,
  type Trait,
  verdictLevels,
} from '../incident/enrichment.ts';

/**
 * An enricher's answer as it may be stored and drawn: of the right shape, bounded, and without what a database refuses.
 * What far sides say ends up in here, and enrichers of a user's own folder may hand over anything.
 */
export function readAnswer(enricher: string, answer: unknown): Enrichment {
  const read = enrichment.safeParse(answer);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue ? `${issue.path.join('.') || 'the whole'}: ${issue.message}` : '';
  throw new FarSideError(
    'azure',
    'rejected',
    `The enricher ${enricher} answered in another form than agreed. ${place}`,
  );
}

/** jsonb knows neither NUL nor half a surrogate pair. */
const text = (most: number) =>
  z
    .string()
    .transform((said) => Array.from(said.toWellFormed().replaceAll('\0', '')).slice(0, most).join(''));
const at = z.iso.datetime();
const first = <Shape extends z.ZodType>(shape: Shape, most: number) =>
  z
    .array(z.unknown())
    .transform((all) => all.slice(0, most))
    .pipe(z.array(shape));

const tone = z.enum(['bad', 'warning', 'good', 'neutral']);

const fact = z.object({
  label: text(60),
  value: text(600),
  at: at.optional(),
  long: z.literal(true).optional(),
});

const trait = z.object({
  chip: text(longestChip),
  says: text(200),
  tone,
  mark: z.enum(marks).optional(),
  isOurName: z.literal(true).optional(),
});

/** A card has room for three beside a name, whoever tells them; the details for one more of each enricher. */
const mostTraits = 4;
const ranks: Record<Tone, number> = { bad: 1, warning: 2, good: 3, neutral: 4 };

/** Those that matter most: the first of each mark, for it makes the incident weigh more, then the worst. */
function foremost(traits: Trait[]): Trait[] {
  const isFirstOfMark = (one: Trait) => one.mark && traits.find(({ mark }) => mark === one.mark) === one;
  const ranked = traits.map((one) => ({ one, rank: isFirstOfMark(one) ? 0 : ranks[one.tone] }));
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, mostTraits)
    .map(({ one }) => one);
}

const map = z.object({
  title: text(120),
  nodes: first(
    z.object({
      id: text(300),
      label: text(60),
      kind: z.enum([
        'internet',
        'public-ip',
        'gateway',
        'network',
        'subnet',
        'nic',
        'rules',
        'machine',
        'peer',
      ]),
      tone,
    }),
    24,
  ),
  edges: first(z.object({ from: text(300), to: text(300), label: text(40) }), 60),
});

const enrichment = z.object({
  facts: first(fact, 30),
  traits: first(trait, 50).transform(foremost),
  verdict: z.object({ level: z.enum(verdictLevels), by: text(60), says: text(200) }).optional(),
  sentence: text(200).optional(),
  link: z.object({ label: text(60), url: z.url({ protocol: /^https$/ }).max(2_000) }).optional(),
  chart: z
    .object({ title: text(120), unit: text(30), points: first(z.object({ at, value: z.number() }), 60) })
    .optional(),
  map: map.optional(),
}) satisfies z.ZodType<Enrichment>;
