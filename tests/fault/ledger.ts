import { cardsIn, nameBefore, readRooms } from './cards.ts';
import { isStored } from './pushes.ts';
import { roomTitle, type Stage } from './stage.ts';

/** Where an incident stands, as everybody may see it. */
export type Stand = 'open' | 'taken' | 'closed';

/** One alert, and what must hold of it in the end. */
export interface Story {
  title: string;
  source: 'defender' | 'sentinel';
  /** Its name in Azure; `undefined` where it only ever came as a push. */
  alert: string | undefined;
  /** INC-1042, once its card was seen. */
  name: string | undefined;
  /** More than one where somebody acted and was not told what became of it. */
  may: Stand[];
  /** Somebody was told that something was done. */
  told: boolean;
  /** Somebody raised its severity in the portal. */
  raised: boolean;
  /** Where it goes in Slack, it also goes in Teams. */
  inTeams: boolean;
}

/** Everything that was accepted so far. */
export interface Ledger {
  stories: Story[];
  rooms: number;
  /** How many of the rooms have one in Teams beside them. */
  roomsInTeams: number;
  begun: number;
  /** Pushes that nobody was told are stored; their sender repeats them. */
  unheard: { story: Story; source: string; body: string }[];
}

export function openLedger(rooms = 0, roomsInTeams = rooms): Ledger {
  return { stories: [], rooms, roomsInTeams, begun: 0, unheard: [] };
}

/** A new story, spread over the rooms. */
export function begin(ledger: Ledger, source: Story['source'], alert: string | undefined): Story {
  ledger.begun += 1;
  const number = ledger.begun;
  const room = ledger.rooms > 0 ? (number % ledger.rooms) + 1 : 0;
  return {
    title: `Story number ${number} ${room > 0 ? roomTitle(room) : 'of many.'}`,
    inTeams: room <= ledger.roomsInTeams,
    source,
    alert,
    name: undefined,
    may: ['open'],
    told: false,
    raised: false,
  };
}

/** Notes the names of the incidents whose cards can be seen by now. */
export async function look(stage: Stage, ledger: Ledger): Promise<void> {
  if (ledger.stories.every((story) => story.name)) return;
  const cards = cardsIn((await readRooms(stage)).slack);
  for (const story of ledger.stories) {
    const [card] = cards.get(story.title) ?? [];
    story.name ??= card && nameBefore(card.text, story.title);
  }
}

/** Senders repeat what nobody told them is stored, byte for byte. */
export async function repeatUnheard(stage: Stage, ledger: Ledger): Promise<void> {
  for (const unheard of ledger.unheard.splice(0)) {
    if (await isStored(stage, unheard)) ledger.stories.push(unheard.story);
    else ledger.unheard.push(unheard);
  }
}
