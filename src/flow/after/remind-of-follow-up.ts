import { clean } from '../../channels/clean.ts';
import { type PageView, say } from '../../channels/page-view.ts';
import { incidentName } from '../../incident/incident.ts';
import type { Trx } from '../../store/database.ts';
import { recordReminded, takeDueFollowUp } from '../../store/follow-ups.ts';
import { readIncident } from '../../store/incidents.ts';
import { addNotices, type Notice } from '../../store/notices.ts';
import { currentTrace } from '../../trace.ts';

/** Tells whoever is to do it of one follow-up that is due; whether there was one. */
export async function remindOfFollowUp(trx: Trx, now: Date): Promise<boolean> {
  const due = await takeDueFollowUp(trx, now.toISOString());
  if (!due) return false;
  await recordReminded(trx, due.number);
  const name = incidentName(due.incident);
  const stored = await readIncident(trx, due.incident);
  const title = `Follow-up ${due.number} is due: ${clean(due.what, 100)}`;
  const page: PageView = {
    title: clean(title, 150),
    subtitle: `It is yours, from ${name}. You are reminded this once.`,
    tone: 'warning',
    facts: [
      { label: 'Incident', value: clean(`${name} ${stored?.incident.title ?? ''}`, 150) },
      ...(due.dueAt ? [{ label: 'Due', at: due.dueAt }] : []),
    ],
    sections:
      due.what.length > 100 ? [{ title: '', body: { kind: 'sentence', text: clean(due.what, 500) } }] : [],
    buttons: [
      say('It is done', `follow-up done ${due.number}`, { primary: true }),
      say('Show', `show ${name}`),
    ],
    fallback: `${title}.`,
  };
  const to = { kind: 'person' as const, personId: due.owner.id };
  const notice: Notice = {
    key: `follow-up/${due.number}`,
    kind: 'follow-up',
    to,
    calls: [],
    incident: due.incident,
    page,
    interrupts: true,
  };
  await addNotices(trx, [notice], now, currentTrace());
  return true;
}
