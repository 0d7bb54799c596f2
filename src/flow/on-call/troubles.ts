import { type Trouble, troublesOf } from '../../people/rota-troubles.ts';
import { clip, type Stretch } from '../../time/stretch.ts';
import type { RotaBook } from './book.ts';

/** What somebody should look at within a part of the stretch that was read. */
export function troublesIn({ rota, layers, holders }: RotaBook, stretch: Stretch): Trouble[] {
  const within = layers.map(({ layer, spans }) => ({ layer, spans: clip(spans, stretch) }));
  return troublesOf(rota, within, stretch, (who) => holders.get(who)?.unfit);
}
