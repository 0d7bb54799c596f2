import { hang, isHidden } from '../../channels/clearance.ts';
import type { PageView } from '../../channels/page-view.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import type { QuietDigest } from '../../incident/quiet-settings.ts';
import { addNotices } from '../../store/notices.ts';
import { lastQuietDigest, quietDigestKey, quietSince } from '../../store/quiet-digest.ts';
import { audienceIn } from '../audience.ts';
import { atTimes, type Duty } from '../duties/duty.ts';
import type { Watchfloor } from '../watchfloor.ts';

const dayMs = 86_400_000;
/** Incidents that can be looked at by a press. */
const mostButtons = 4;

/** Once a day, what came and was shown nowhere for its low severity; nothing is said where nothing came. */
export function quietDigestDuties(floor: Watchfloor): Duty[] {
  const { digest } = floor.quiet.policy;
  if (!digest) return [];
  const [hour, minute] = digest.at.split(':').map(Number);
  return [
    {
      name: 'quiet digest',
      ...atTimes(`${minute} ${hour} * * *`, digest.timeZone),
      // What was missed is told with the next one.
      catchUp: 'last',
      run: (due) => tell(floor, digest, due),
    },
  ];
}

async function tell(floor: Watchfloor, digest: QuietDigest, due: Date): Promise<void> {
  const since = (await lastQuietDigest(floor.db, due)) ?? new Date(due.getTime() - dayMs);
  const found = await quietSince(floor.db, digest.severities, since, due);
  if (found.total === 0) return;
  const page = drawDigest(floor, digest, found, since);
  const to = { kind: 'room', ...digest.to } as const;
  const notice = { key: quietDigestKey(due), kind: 'digest', to, page } as const;
  await addNotices(floor.db, [{ ...notice, calls: [], incident: undefined, interrupts: false }], floor.now());
  floor.ringNotices();
}

function drawDigest(
  floor: Watchfloor,
  { severities, to }: QuietDigest,
  { incidents, total, open }: Awaited<ReturnType<typeof quietSince>>,
  since: Date,
): PageView {
  const what = `${total} ${total === 1 ? 'incident' : 'incidents'} of ${severities.join(' and ')} severity`;
  const audience = audienceIn(floor, to);
  const lineOf = (incident: Incident) => {
    const title = isHidden(incident, audience) ? '' : ` · ${hang(incident, audience)(incident.title, 120)}`;
    return { lead: incidentName(incident.id), text: `${incident.severity} · ${incident.status}${title}` };
  };
  return {
    title: `${what}, ${open} still open`,
    subtitle: `Since ${since.toISOString().slice(0, 16).replace('T', ' ')} UTC. They have no card until somebody takes them.`,
    tone: 'plain',
    facts: [],
    sections: [
      { title: '', body: { kind: 'lines', lines: incidents.map(lineOf), more: total - incidents.length } },
    ],
    buttons: incidents.slice(0, mostButtons).map(({ id }) => ({
      label: `Show ${incidentName(id)}`.slice(0, 20),
      words: `show ${incidentName(id)}`,
      primary: false,
      form: false,
    })),
    fallback: `${what} came since the last digest, ${open} still open.`,
  };
}
