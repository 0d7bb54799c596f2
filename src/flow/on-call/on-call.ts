import { clean } from '../../channels/clean.ts';
import type { Incident } from '../../incident/incident.ts';
import { mismatch } from '../../incident/match.ts';
import type { OnCall } from '../../people/on-call.ts';
import type { People } from '../../people/people.ts';
import type { Person } from '../../people/roster.ts';
import type { Rota } from '../../people/rota.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { openBook } from './book.ts';

/** Who is on call by the rotas of the settings, with all that changes them. */
export function openOnCall(floor: Watchfloor, people: People): OnCall {
  const { rotas } = floor.rotas.policy;
  return {
    rotas: () => rotas.map(({ name }) => name),

    async on(name, at) {
      const rota = rotas.find((one) => one.name === name);
      if (!rota) return [];
      const from = at.getTime();
      const { layers, holders } = await openBook(floor, people, rota, { from, to: from + 1 });
      const called = new Map<string, Person>();
      for (const { layer, spans } of layers) {
        for (const { who } of spans) {
          const { person, unfit, name } = holders.get(who) ?? {};
          if (person && !unfit) called.set(person.id, person);
          else
            floor.log.warn(
              { rota: rota.name, layer: layer.name, who: clean(name ?? who, 80), reason: unfit },
              'on call, and cannot be called',
            );
        }
      }
      return [...called.values()];
    },

    rotaFor: (incident) => rotaFor(rotas, incident)?.name,
  };
}

/** The first that is meant for one of its alerts; else the first that is meant for whatever there is. */
function rotaFor(rotas: readonly Rota[], { alerts }: Incident): Rota | undefined {
  const meant = rotas.find(({ match }) => match && alerts.some((alert) => !mismatch(match, alert)));
  return meant ?? rotas.find(({ match }) => !match);
}
