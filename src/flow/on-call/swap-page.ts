import { clean } from '../../channels/clean.ts';
import { type PageSection, type PageView, say } from '../../channels/page-view.ts';
import type { Owner } from '../../incident/alert.ts';
import type { Rota } from '../../people/rota.ts';
import type { Notice } from '../../store/notices.ts';
import type { StoredSwap } from '../../store/on-call-swaps.ts';
import type { Stretch } from '../../time/stretch.ts';
import { between } from './words.ts';

export const questionKey = (number: number): string => `on-call/swap/${number}/asked`;

/** What is asked of the other one. */
export function questionOf(swap: StoredSwap, rota: Rota, clashes: string[]): Notice {
  const button = (label: string, verb: string, primary: boolean) =>
    say(label, `oncall ${verb} ${swap.number}`, { primary });
  const page = swapPage(swap, rota, `${clean(swap.askedBy.name, 60)} asks you to swap`, clashes);
  return {
    key: questionKey(swap.number),
    kind: 'on-call',
    to: { kind: 'person', personId: swap.asked.id },
    calls: [],
    incident: undefined,
    interrupts: false,
    page: { ...page, buttons: [button('Agree', 'agree', true), button('Decline', 'decline', false)] },
  };
}

/** A swap as it stands, without buttons. `clashes` says what speaks against it. */
export function swapPage(swap: StoredSwap, rota: Rota, title: string, clashes: string[] = []): PageView {
  const { askedBy, asked, layer } = swap;
  const line = (who: Owner, times: { from: string; to: string }) => ({
    lead: clean(who.name, 60),
    text: `takes ${between(stretchOf(times), rota.timeZone)}`,
  });
  const lines = [line(asked, swap.gives), ...(swap.gets ? [line(askedBy, swap.gets)] : [])];
  return {
    title,
    subtitle: `${layer} of ${rota.name}, by the clock of ${rota.timeZone}. ${stateInWords[swap.state]}`,
    tone: clashes.length > 0 ? 'warning' : swap.state === 'agreed' ? 'good' : 'plain',
    facts: [],
    sections: [
      { title: '', body: { kind: 'lines', lines, more: 0 } },
      ...clashes.map((text): PageSection => ({ title: '', body: { kind: 'sentence', text } })),
    ],
    buttons: [],
    fallback: `${title}: ${lines.map(({ lead, text }) => `${lead} ${text}`).join('; ')}.`,
  };
}

const stateInWords: Record<StoredSwap['state'], string> = {
  asked: 'Nothing is changed before both agree',
  agreed: 'Both agreed: it is so now',
  declined: 'Nothing is changed',
  withdrawn: 'Nothing is changed',
};

export const stretchOf = ({ from, to }: { from: string; to: string }): Stretch => ({
  from: Date.parse(from),
  to: Date.parse(to),
});
