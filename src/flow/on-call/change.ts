import { clean } from '../../channels/clean.ts';
import { type PageView, say } from '../../channels/page-view.ts';
import type { Owner } from '../../incident/alert.ts';
import type { Rota } from '../../people/rota.ts';
import type { Notice } from '../../store/notices.ts';
import type { Stretch } from '../../time/stretch.ts';
import type { Watchfloor } from '../watchfloor.ts';
import type { RotaBook } from './book.ts';
import { between } from './words.ts';

/** A change of who is on call, as it is told and put on record. */
export interface Change extends Stretch {
  rota: Rota;
  layer: string;
  /** `Adam Keller takes first of soc over`. */
  says: string;
  reason: string;
  by: Owner;
}

/** Tells one person that something of theirs has changed; nobody is told of what they did themselves. */
export function changeNotice(key: string, change: Change, to: Owner): Notice[] {
  if (to.id === change.by.id) return [];
  return [
    {
      key: `${key}/${to.id}`,
      kind: 'on-call',
      to: { kind: 'person', personId: to.id },
      calls: [],
      incident: undefined,
      interrupts: false,
      page: changePage(change),
    },
  ];
}

export function changePage({ rota, layer, says, reason, by, ...stretch }: Change): PageView {
  const when = between(stretch, rota.timeZone);
  return {
    title: says,
    subtitle: `${when}, by the clock of ${rota.timeZone}`,
    tone: 'plain',
    facts: [
      { label: 'Layer', value: `${layer} of ${rota.name}` },
      { label: 'By', value: clean(by.name, 60) },
      ...(reason ? [{ label: 'Why', value: clean(reason, 200) }] : []),
    ],
    sections: [],
    buttons: [say('Who is on call', `oncall ${rota.name}`)],
    fallback: `${says}, ${when}.`,
  };
}

/** Whoever was to be on call then, each once. */
export function holdersWithin({ layers, holders }: RotaBook, layer: string, { from, to }: Stretch): Owner[] {
  const spans = layers.find((one) => one.layer.name === layer)?.spans ?? [];
  const ids = new Set(spans.filter((span) => span.from < to && from < span.to).map(({ who }) => who));
  return [...ids].flatMap((id) => holders.get(id)?.person ?? []);
}

export async function noteChange(
  floor: Watchfloor,
  change: Change,
  what: string,
  number: number,
): Promise<void> {
  const { rota, layer, by, says, from, to } = change;
  await floor.recorder.note({
    at: floor.now().toISOString(),
    by: { kind: 'person', id: by.id, name: by.name },
    type: 'on-call-changed',
    data: { what, number, rota: rota.name, layer, says, from: instant(from), to: instant(to) },
  });
}

export const instant = (at: number): string => new Date(at).toISOString();
export const ownerOf = ({ id, name, upn }: Owner): Owner => ({ id, name, upn });
