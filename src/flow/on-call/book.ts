import type { People } from '../../people/people.ts';
import type { Person } from '../../people/roster.ts';
import { type Override, plannedSpans, type Rota, type RotaFacts, takenOver } from '../../people/rota.ts';
import type { LayerSpans } from '../../people/rota-troubles.ts';
import { unfitness } from '../../people/unfit.ts';
import { overridesWithin, type StoredOverride } from '../../store/on-call-overrides.ts';
import { readSchedules, type StoredSchedule } from '../../store/on-call-schedules.ts';
import type { Stretch } from '../../time/stretch.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** A rota as it is for a stretch of time, people by their object ids as far as anybody knows them. */
export interface RotaBook {
  rota: Rota;
  layers: LayerSpans[];
  /** Everybody who is on call in it, by the id that spans call them. */
  holders: Map<string, Holder>;
  overrides: StoredOverride[];
  /** Those that it is read from. */
  schedules: StoredSchedule[];
}

export interface Holder {
  id: string;
  /** As the directory or whoever wrote the rota has it: untrusted text. */
  name: string;
  /** `undefined` where nobody of that name has a role here. */
  person: Person | undefined;
  /** Why they cannot be called. */
  unfit: string | undefined;
}

/** Reads it: settings, overrides, and what other schedules said last. `holds` tells which overrides it is read with. */
export async function openBook(
  floor: Watchfloor,
  people: People,
  rota: Rota,
  stretch: Stretch,
  holds: (override: StoredOverride) => boolean = () => true,
): Promise<RotaBook> {
  const { db } = floor;
  const within = { from: instant(stretch.from), to: instant(stretch.to) };
  const keys = [...rota.layers.flatMap(({ schedule }) => schedule ?? []), rota.holidayCalendar ?? ''];
  const [all, schedules] = await Promise.all([
    overridesWithin(db, within),
    readSchedules(db, keys.filter(Boolean)),
  ]);
  const overrides = all.filter((one) => one.rota === rota.name && holds(one));
  const turns = new Map(schedules.map(({ key, turns }) => [key, turns]));
  const facts: RotaFacts = { schedule: (key) => turns.get(key) ?? [] };
  const changes = overrides.map(
    ({ number, rota, layer, person, instead, from, to }): Override => ({
      ...{ number, rota, layer, who: person.id, instead },
      ...{ from: Date.parse(from), to: Date.parse(to) },
    }),
  );
  const holders = new Map<string, Holder>();
  const known = new Map<string, Holder>();
  const holderOf = async (who: string): Promise<Holder> => {
    const found = known.get(who) ?? (await holder(people, who));
    known.set(who, found);
    holders.set(found.id, found);
    return found;
  };
  const layers: LayerSpans[] = [];
  for (const layer of rota.layers) {
    const planned = [];
    for (const span of plannedSpans(rota, layer, stretch, facts))
      planned.push({ ...span, who: (await holderOf(span.who)).id });
    const spans = takenOver(rota, layer, stretch, planned, changes);
    for (const { who } of spans) await holderOf(who);
    layers.push({ layer, spans });
  }
  return { rota, layers, holders, overrides, schedules };
}

async function holder(people: People, who: string): Promise<Holder> {
  const entry = await people.entry(who);
  const unfit = unfitness(entry);
  if (!entry) return { id: who, name: who, person: undefined, unfit };
  const { person } = entry;
  return { id: person.id, name: person.name, person, unfit };
}

const instant = (at: number): string => new Date(at).toISOString();
