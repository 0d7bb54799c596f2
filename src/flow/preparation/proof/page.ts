import type { PageView } from '../../../channels/page-view.ts';
import { type Proof, type ProofStep, proofStepInWords, secondsOf } from '../../../incident/proof.ts';

/** So many proofs fit a phone. */
export const shownProofs = 10;

/** The last proofs, newest first, and what exactly they prove. */
export function drawProofs(proofs: Proof[], everyMinutes: number, looksBack: boolean): PageView {
  const [last] = proofs;
  const title = last ? `Delivery proof: ${stateOf(last)}` : 'Delivery proof: none yet';
  const lines = proofs.map(lineOf);
  return {
    title,
    subtitle: `Every ${everyMinutes} min; seconds from the made-up alert on, seen four times a second.`,
    tone: last?.state === 'failed' ? 'urgent' : last?.state === 'done' ? 'good' : 'plain',
    facts: [],
    sections: [
      ...(lines.length > 0 ? [{ title: '', body: { kind: 'lines' as const, lines, more: 0 } }] : []),
      { title: 'What is proven', body: { kind: 'sentence', text: proven(looksBack) } },
    ],
    buttons: [],
    fallback: `${title}.`,
  };
}

const shown: [ProofStep, string][] = [
  ['posted', 'card'],
  ['read', 'read back'],
  ['edited', 'decided and shown'],
  ['held', 'told back'],
];

function lineOf(proof: Proof): { lead: string; text: string; at: string } {
  const seconds = new Map(secondsOf(proof).map((one) => [one.step, one.seconds]));
  const times = shown.map(([step, name]) => {
    const took = seconds.get(step);
    return `${name} ${took === undefined ? '–' : `${took.toFixed(1)} s`}`;
  });
  return { lead: leadOf[proof.state], text: times.join(', '), at: proof.dueAt };
}

const leadOf = { running: 'Under way', done: 'Arrived', failed: 'Missing' } as const;

function stateOf({ state, missing }: Proof): string {
  if (state === 'running') return 'one is under way';
  return state === 'done' || !missing ? 'the last one arrived' : `not seen that ${proofStepInWords[missing]}`;
}

function proven(looksBack: boolean): string {
  const read = looksBack
    ? 'read back from Slack (Teams lets a bot read nothing: there its answer to the post counts)'
    : 'taken by Teams, which lets a bot read nothing back';
  return `The alert goes from our own source through intake to a real card, ${read}; it is acknowledged by the bot as a press would be, the card is edited, and the write back reaches our own source. Not proven: that Azure reaches us, that a press of a person reaches us, and that Azure takes a write.`;
}
