import { clean } from '../../channels/clean.ts';
import { type Audience, hang, named } from '../../channels/clearance.ts';
import type { PageView } from '../../channels/page-view.ts';
import { matcherFor } from '../../channels/silence-page.ts';
import type { ReplyView } from '../../channels/views.ts';
import type { SourceName } from '../../incident/alert.ts';
import { silenceName } from '../../incident/silenced.ts';
import { sourceNames } from '../../incident/summary.ts';
import { maySee } from '../../people/people.ts';
import { countSilenced } from '../../store/silenced-incidents.ts';
import { listSilences, type StoredSilence } from '../../store/silences.ts';
import { noteViewed } from '../reader.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Rows of both together; more would not fit a phone. */
const listed = 20;
/** Silences that can be ended by a press. */
const mostButtons = 4;

/** What is kept quiet, what was, and what Azure does not hold of it. */
export async function showSilences(
  floor: Watchfloor,
  { person, audience, alone }: Visitor,
): Promise<ReplyView> {
  const now = floor.now().toISOString();
  const all = await listSilences(floor.db, now, listed);
  const theirs = all.filter((stored) => stored.restrictedTo && maySee(person, stored));
  for (const about of new Set(theirs.map(({ silence }) => silence.about ?? 0)))
    await noteViewed(floor, person, about, 'list');
  if (theirs.length > 0 || audience.shows !== 'whole') alone();
  const isActive = ({ silence, endedAt }: StoredSilence) => !endedAt && silence.until > now;
  const active = all.filter(isActive);
  const over = all.filter((stored) => !isActive(stored));
  const quiet = await countSilenced(floor.db);
  const count = `${active.length === 0 ? 'No' : active.length} ${active.length === 1 ? 'silence is' : 'silences are'} on`;
  const draw = (stored: StoredSilence) =>
    stored.restrictedTo && !maySee(person, stored)
      ? existenceOf(stored)
      : lineOf(stored, stored.restrictedTo ? named : audience);
  const page: PageView = {
    title: count,
    subtitle: `${quiet} open ${quiet === 1 ? 'incident is' : 'incidents are'} silenced: list --silenced.`,
    tone: active.some(({ rules }) => rules.some(({ failure }) => failure)) ? 'warning' : 'plain',
    facts: [],
    sections: [section('On', active, draw), section('Over', over, draw)].flat(),
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

interface Line {
  lead: string;
  text: string;
  at: string;
}

function section(
  title: string,
  silences: StoredSilence[],
  draw: (stored: StoredSilence) => Line,
): PageView['sections'] {
  if (silences.length === 0) return [];
  return [{ title, body: { kind: 'lines', lines: silences.map(draw), more: 0 } }];
}

/** Of one that was made from a restricted incident. */
function existenceOf({ silence, endedAt }: StoredSilence): Line {
  const { number, owner, until } = silence;
  const parts = ['of a restricted incident', clean(owner?.name ?? '', 60), 'until'];
  return { lead: silenceName(number), text: parts.join(' · '), at: endedAt ?? until };
}

function lineOf(stored: StoredSilence, audience: Audience): Line {
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
  if (!failure) return `${where} is being told`;
  const how = wanted === 'nothing' ? `NOT gone from ${where} yet` : `NOT held by ${where}`;
  return `${how}: ${clean(failure, 160)}`;
}
