import { hoursWithin } from '../time/hours.ts';
import { clip, joined, type Stretch, without } from '../time/stretch.ts';
import type { Layer, Rota } from './rota.ts';
import { inOrder, overlapsIn, type Span } from './spans.ts';

/** Something about a rota that somebody should look at before it is too late. */
export interface Trouble extends Stretch {
  kind: TroubleKind;
  rota: string;
  /** The layer that it is about; empty where it is about all of them. */
  layer: string;
  /** Ids of those whom it is about, in order. */
  who: string[];
  /** Why somebody cannot be called; empty for everything else. */
  because: string;
}

/**
 * `nobody`: in no layer is anybody who can be called. `gap`: a layer is empty, and another is not. `overlap`: two people in
 * one layer. `twice`: one person in two layers, so that nobody stands behind them. `unfit`: somebody who cannot be called.
 */
export type TroubleKind = 'nobody' | 'gap' | 'overlap' | 'twice' | 'unfit';

/** Who is on call in each layer, people by their ids as far as they are known. */
export interface LayerSpans {
  layer: Layer;
  spans: readonly Span[];
}

/** `unfit` says why somebody cannot be called. */
export function troublesOf(
  rota: Rota,
  layers: readonly LayerSpans[],
  stretch: Stretch,
  unfit: (who: string) => string | undefined,
): Trouble[] {
  const wanted =
    rota.covers.length === 0
      ? [stretch]
      : clip(joined(hoursWithin(rota.covers, stretch, rota.timeZone)), stretch);
  const all = layers.flatMap(({ spans }) => spans);
  const empty = without(
    wanted,
    all.filter(({ who }) => unfit(who) === undefined),
  );
  const trouble = (kind: TroubleKind, { from, to }: Stretch, more: Partial<Trouble> = {}): Trouble => ({
    ...{ kind, rota: rota.name, layer: '', who: [], because: '', ...more },
    from,
    to,
  });
  const found = [
    ...empty.map((one) => trouble('nobody', one)),
    ...layers.flatMap(({ layer, spans }, index) => [
      ...(hasToBeFull(layer, index) ? without(without(wanted, spans), empty) : []).map((one) =>
        trouble('gap', one, { layer: layer.name }),
      ),
      ...(layer.pairs ? [] : overlapsIn(spans)).map((one) =>
        trouble('overlap', one, { layer: layer.name, who: one.who }),
      ),
      ...alone(spans).flatMap((one) => {
        const because = unfit(one.who);
        return because ? [trouble('unfit', one, { layer: layer.name, who: [one.who], because })] : [];
      }),
    ]),
    ...twiceIn(layers).map((one) => trouble('twice', one, { who: one.who })),
  ];
  return found.toSorted((a, b) => a.from - b.from);
}

/** Of whoever is there by hours nobody expects more; the first is called at any time. */
const hasToBeFull = ({ shifts }: Layer, index: number): boolean =>
  index === 0 || shifts.every(({ hours }) => hours.length === 0);

/** Whatever the reason: a colleague's turn and an override of theirs are one absence. */
const alone = (spans: readonly Span[]): Span[] =>
  inOrder(spans.map((span) => ({ ...span, why: { kind: 'schedule' } })));

function twiceIn(layers: readonly LayerSpans[]): (Stretch & { who: string[] })[] {
  const people = new Set(layers.flatMap(({ spans }) => spans.map(({ who }) => who)));
  return [...people].flatMap((who) => {
    // As if each layer were a person: where two are there at once, this one is both of them.
    const as = layers.flatMap(({ layer, spans }) =>
      spans.filter((span) => span.who === who).map((span) => ({ ...span, who: layer.name })),
    );
    return joined(overlapsIn(as)).map((one) => ({ ...one, who: [who] }));
  });
}
