import type { Room } from '../../setting-shapes.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Where people are told of what was found missing: said by the settings, or where leads are asked, or where everything leads. */
export function roomsToTell({ preparation, plays, route, channels }: Watchfloor): Room[] {
  const said = [preparation?.policy.rooms ?? [], plays.policy.rooms, route.to ?? []];
  const rooms = said.find((some) => some.length > 0) ?? [];
  return rooms.filter(({ channel }) => channels.has(channel));
}
