/**
 * Conversations that alerts are spread over. Slack takes one message a second in each: with few of them the bench
 * would show Slack's limit and nothing of ours. Every part has its own, so that no storm of one is met by the next.
 */
export type Wing = 'steady' | 'clicks' | 'teams' | 'storm' | 'rush' | 'burst' | 'warm' | 'few';

const wings: Record<Wing, { letter: string; blocks: number }> = {
  steady: { letter: 'a', blocks: 8 },
  clicks: { letter: 'c', blocks: 8 },
  teams: { letter: 't', blocks: 8 },
  storm: { letter: 's', blocks: 2 },
  rush: { letter: 'r', blocks: 2 },
  burst: { letter: 'b', blocks: 16 },
  warm: { letter: 'w', blocks: 4 },
  few: { letter: 'f', blocks: 2 },
};
const roomsPerBlock = 25;

/** The n-th room of a wing, round and round: `a03-17`. A wing may be asked to use only its first `most` rooms. */
export function roomOf(wing: Wing, n: number, most = Number.POSITIVE_INFINITY): string {
  const { letter, blocks } = wings[wing];
  const room = n % Math.min(most, blocks * roomsPerBlock);
  return `${letter}${two(Math.floor(room / roomsPerBlock))}-${two(room % roomsPerBlock)}`;
}

/** Where a room's cards come: Slack's conversation, or a channel of a team. */
export const conversationOf = (room: string): string =>
  room.startsWith(wings.teams.letter) ? `19:bench-${room}@thread.tacv2` : `C0${room.toUpperCase()}`;

/** Rules that lead each alert to its room, two deep, so that finding one takes some 75 comparisons at most. */
export function routes(): object {
  return {
    name: 'everything',
    to: [{ slack: 'C0BENCH' }],
    routes: Object.values(wings).flatMap(({ letter, blocks }) =>
      upTo(blocks).map((block) => ({
        name: `block ${letter}${block}`,
        match: { target: `vm-${letter}${block}-*` },
        routes: upTo(roomsPerBlock).map((n) => ruleFor(`${letter}${block}-${n}`)),
      })),
    ),
  };
}

function ruleFor(room: string): object {
  const conversation = conversationOf(room);
  const to = conversation.startsWith('19:') ? { teams: conversation } : { slack: conversation };
  return { name: `room ${room}`, match: { target: `vm-${room}-*` }, to: [to] };
}

const two = (n: number) => String(n).padStart(2, '0');
const upTo = (count: number) => Array.from({ length: count }, (_, n) => two(n));
