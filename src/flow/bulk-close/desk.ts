import { type BulkPlan, drawBulkClosed, drawBulkPreview } from '../../channels/bulk-close.ts';
import type { ReplyView } from '../../channels/views.ts';
import type { BulkDesk } from '../../commands/bulk-desk.ts';
import { Refused } from '../../errors.ts';
import type { Closing, Owner } from '../../incident/alert.ts';
import { hashOfList, whyAlike, whyApart } from '../../incident/alike.ts';
import {
  type BulkClose,
  closed,
  commentOf,
  mostAtOnce,
  refuseConfirm,
  undo,
  wasTouched,
} from '../../incident/bulk-close.ts';
import { type Actor, type Incident, incidentName } from '../../incident/incident.ts';
import { isLead } from '../../people/permissions.ts';
import {
  insertBulk,
  listOpenOfRules,
  nextBulkNumber,
  readBulk,
  updateBulk,
} from '../../store/bulk-closes.ts';
import { type Draft, openDraft } from '../../store/draft.ts';
import { readStates } from '../../store/incidents.ts';
import { save } from '../../store/save.ts';
import { currentTrace } from '../../trace.ts';
import { change } from '../change.ts';
import { readFor } from '../reader.ts';
import { untilSaved } from '../until-saved.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** So many open ones of a rule are looked through; more are left for the next time. */
const mostLookedAt = 500;

export function openBulkDesk(floor: Watchfloor, { person, audience }: Visitor): BulkDesk {
  const me: Owner = { id: person.id, name: person.name, upn: person.upn };
  const by: Actor = { kind: 'person', ...me };
  const now = () => floor.now().toISOString();

  const plan = async (precedent: Incident): Promise<BulkPlan> => {
    const rules = precedent.alerts.map(({ type }) => type.toLowerCase());
    const forPerson = person.assurance === 'full' ? person.id : undefined;
    const open = await listOpenOfRules(floor.db, { rules, forPerson, limit: mostLookedAt });
    const closes: BulkPlan['closes'] = [];
    const apart: BulkPlan['apart'] = [];
    for (const incident of open) {
      const why = whyAlike(precedent, incident);
      if (!why) continue;
      const because = whyApart(precedent, incident, me);
      if (because) apart.push({ incident, why: because });
      else closes.push({ incident, why });
    }
    const more = Math.max(0, closes.length - mostAtOnce);
    return { precedent, closes: closes.slice(0, mostAtOnce), apart, more };
  };

  const precedentOf = async (id: number): Promise<{ precedent: Incident; closing: Closing }> => {
    const { incident } = await readFor(floor, person, id);
    const name = incidentName(id);
    if (incident.restrictedTo) throw new Refused(`${name} is restricted; nothing else is closed by it.`);
    if (incident.mergedInto !== undefined)
      throw new Refused(`${name} was merged into ${incidentName(incident.mergedInto)}. Take that one.`);
    if (incident.status !== 'closed' || !incident.closing)
      throw new Refused(`${name} is open. Close it first; then what is like it is closed as it was.`);
    return { precedent: incident, closing: incident.closing };
  };

  /** Both, or nothing: whoever dies in between has done nothing, and may be asked again. */
  const write = (draft: Draft, after: BulkClose, from: number) =>
    floor.db.transaction().execute(async (trx) => {
      await save(trx, draft);
      await updateBulk(trx, after, from);
    });

  const ring = () => {
    floor.ringDeliver();
    floor.ringWriteBack();
    floor.ringQuestions();
  };

  return {
    async preview(id): Promise<ReplyView> {
      const { precedent, closing } = await precedentOf(id);
      const planned = await plan(precedent);
      if (planned.closes.length + planned.apart.length === 0)
        return {
          kind: 'text',
          text: `Nothing open is like ${incidentName(id)}: same rule, and same entity or product.`,
        };
      const bulk: BulkClose = {
        number: await nextBulkNumber(floor.db),
        version: 1,
        state: 'previewed',
        by: me,
        precedent: id,
        closing,
        hash: hashOf(closing, planned),
        previewedAt: now(),
        closedAt: undefined,
        undoneAt: undefined,
        rows: [],
      };
      if (planned.closes.length > 0) await insertBulk(floor.db, bulk);
      return { kind: 'page', page: drawBulkPreview(bulk, planned, audience) };
    },

    async confirm(number): Promise<ReplyView> {
      const after = await untilSaved(async () => {
        const bulk = await needBulk(floor, number);
        const { precedent, closing } = await precedentOf(bulk.precedent);
        const { closes, ...rest } = await plan(precedent);
        refuseConfirm(bulk, me, now(), hashOf(closing, { closes, ...rest }));
        const draft = openDraft(currentTrace());
        const comment = commentOf(bulk, closes.length);
        const rows = closes.map(({ incident }) => {
          const intent = { type: 'close', closing: { ...bulk.closing, comment } } as const;
          const { id, version } = change(floor, draft, incident, intent, by);
          return {
            incident: id,
            was: incident.status === 'new' ? ('new' as const) : ('active' as const),
            version,
          };
        });
        const done = closed(bulk, now(), rows);
        await write(draft, done, bulk.version);
        return done;
      });
      ring();
      floor.log.info({ bulk: number, incidents: after.rows.length, by: me.id }, 'closed together');
      return { kind: 'page', page: drawBulkClosed(after) };
    },

    async undo(number): Promise<ReplyView> {
      const { reopened, touched } = await untilSaved(async () => {
        const bulk = await needBulk(floor, number);
        const after = undo(bulk, me, isLead(person), now());
        const states = await readStates(
          floor.db,
          bulk.rows.map(({ incident }) => incident),
        );
        const draft = openDraft(currentTrace());
        const reopened: number[] = [];
        const touched: number[] = [];
        for (const row of bulk.rows) {
          const incident = states.get(row.incident);
          if (!incident || wasTouched(row, incident)) {
            touched.push(row.incident);
            continue;
          }
          change(floor, draft, incident, { type: 'undo-close', was: row.was }, by);
          reopened.push(row.incident);
        }
        await write(draft, after, bulk.version);
        return { reopened, touched };
      });
      ring();
      const left =
        touched.length > 0
          ? ` Somebody has touched ${touched.map(incidentName).join(', ')} since: they stay as they are.`
          : '';
      const count = reopened.length === 1 ? '1 incident is' : `${reopened.length} incidents are`;
      return { kind: 'text', text: `${count} open again.${left}` };
    },
  };
}

const hashOf = (closing: Closing, { closes }: BulkPlan): string =>
  hashOfList(
    closing,
    closes.map(({ incident }) => incident),
  );

async function needBulk({ db }: Watchfloor, number: number): Promise<BulkClose> {
  const bulk = await readBulk(db, number);
  if (!bulk) throw new Refused(`There is no bulk ${number}.`);
  return bulk;
}
