import type { FileView } from '../../channels/channel.ts';
import type { Incident } from '../../incident/incident.ts';
import { listFollowUps } from '../../store/follow-ups.ts';
import { readStory } from '../../store/history.ts';
import { type DuePaper, type PaperKind, paperKinds } from '../../store/papers.ts';
import type { StoredAudience } from '../../store/queries.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { hangOver } from './look.ts';
import { writeReview } from './review.ts';
import { timelineAsCsv, timelineAsMarkdown } from './timeline.ts';

const prefix = 'paper/';

/** What a file is made anew from: `paper/review/1042`. */
function paperKey({ kind, incident }: Pick<DuePaper, 'kind' | 'incident'>): string {
  return `${prefix}${kind}/${incident}`;
}

/** Which file a key stands for; `undefined` of one that is none of ours. */
export function readPaperKey(key: string): { kind: PaperKind; incident: number } | undefined {
  const [, said, digits] = /^paper\/([a-z-]+)\/(\d{1,12})$/.exec(key) ?? [];
  const kind = paperKinds.find((one) => one === said);
  return kind && digits ? { kind, incident: Number(digits) } : undefined;
}

/** The file as its readers may read it, of the incident as it is now. */
export async function makePaper(
  floor: Watchfloor,
  incident: Incident,
  kind: PaperKind,
  audience: StoredAudience,
): Promise<FileView> {
  const { id } = incident;
  const story = await readStory(floor.db, id);
  const show = hangOver(incident, story, audience);
  const key = paperKey({ kind, incident: id });
  const now = floor.now().toISOString();
  switch (kind) {
    case 'timeline-csv':
      return timelineAsCsv(key, id, story, show, now);
    case 'timeline-markdown':
      return timelineAsMarkdown(key, id, story, show, now);
    case 'review': {
      const [forPerson] = incident.restrictedTo ?? [];
      const followUps = await listFollowUps(floor.db, { incident: id, forPerson: forPerson?.id, limit: 200 });
      return writeReview(key, { incident, story, followUps, show, audience, now }, floor.after.template);
    }
  }
}
