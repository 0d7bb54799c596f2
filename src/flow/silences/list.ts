import { clean } from '../../channels/clean.ts';
import { type Audience, hang } from '../../channels/clearance.ts';
import type { PageView } from '../../channels/page-view.ts';
import { matcherFor } from '../../channels/silence-page.ts';
import type { ReplyView } from '../../channels/views.ts';
import type { SourceName } from '../../incident/alert.ts';
import { silenceName } from '../../incident/silenced.ts';
import { sourceNames } from '../../incident/summary.ts';
import { countSilenced } from '../../store/silenced-incidents.ts';
import { listSilences, type StoredSilence } from '../../store/silences.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Rows of both together; more would not fit a phone. */
const listed = 20;
/** Silences that can be ended by a press. */
const mostButtons = 4;

/** What is kept quiet, what was, and what Azure does not hold of it. */
export async function showSilences(floor: Watchfloor, audience: Audience): Promise<ReplyView> {
  const now = floor.now().toISOString();
  const all = await listSilences(floor.db, now, listed);
  const isActive = ({ silence, endedAt }: StoredSilence) => !endedAt && silence.until > now;
  const active = all.filter(isActive);
  const over = all.filter((stored) => !isActive(stored));
  const quiet = await countSilenced(floor.db);
  const count = `${active.length === 0 ? 'No' : active.length} ${active.length === 1 ? 'silence is' : 'silences are'} on`;
  const page: PageView = {
    title: count,
    subtitle: `${quiet} open ${quiet === 1 ? 'incident is' : 'incidents are'} silenced: list --silenced.`,
    tone: active.some(({ rules }) => rules.some(({ failure }) => failure)) ? 'warning' : 'plain',
    facts: [],
    sections: [section('On', active, audience), section('Over', over, audience)].flat(),
    buttons: active.slice(0, mostButtons).map(({ silence: { number } }) => ({
      label: `End ${silenceName(number)}`,
      words: `silence end ${number}`,
      primary: false,
      form: false,
    })),
    fallback: `${count}; ${quiet} open incidents are silenced.`,
  };
  return { kind: 'page', page };
}

function section(title: string, silences: StoredSilence[], audience: Audience): PageView['sections'] {
  if (silences.length === 0) return [];
  const lines = silences.map((stored) => lineOf(stored, audience));
  return [{ title, body: { kind: 'lines', lines, more: 0 } }];
}

function lineOf(stored: StoredSilence, audience: Audience): { lead: string; text: string; at: string } {
  const { silence, endedAt, endedBy, hidden } = stored;
  const { number, matcher, reason, owner, window, until } = silence;
  const whose = window ? 'maintenance window' : clean(owner?.name ?? '', 60);
  const show = hang({ alerts: [], inquiries: [], deeds: [] }, audience);
  const parts = [
    matcherFor(matcher, audience, 200),
    show(reason, 120),
    whose,
    `hid ${hidden}`,
    ...(endedBy ? [`ended by ${clean(endedBy, 60)}`] : []),
    ...stored.rules.map(ruleInWords).filter(Boolean),
    'until',
  ];
  return { lead: silenceName(number), text: parts.join(' · '), at: endedAt ?? until };
}

function ruleInWords({ source, wanted, held, failure }: StoredSilence['rules'][number]): string {
  const where = sourceNames[source as SourceName];
  if (wanted === held) return held === 'nothing' ? '' : `held by ${where}`;
  return failure ? `NOT held by ${where}: ${clean(failure, 160)}` : `${where} is being told`;
}
