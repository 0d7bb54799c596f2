import { sql } from 'kysely';
import type { Db } from './database.ts';
import { type ClaimFiles, claimRows, type DueFile, type DueFileRow, toDueFile } from './due-files.ts';

export const paperKinds = ['review', 'timeline-csv', 'timeline-markdown'] as const;
export type PaperKind = (typeof paperKinds)[number];

/** A file about an incident, for somebody. */
export interface DuePaper extends DueFile {
  incident: number;
  kind: PaperKind;
  /** Who asked for it. */
  personId: string;
  /** Where it goes; `undefined` is the direct chat with whoever asked. */
  place: { conversation: string; thread: string | undefined } | undefined;
}

export async function insertPaper(db: Db, paper: Omit<DuePaper, 'attempts'>): Promise<void> {
  const { place } = paper;
  await sql`
    insert into papers (id, incident_id, kind, channel, chat_user, person_id, conversation, thread, audience)
    values (${paper.id}, ${paper.incident}, ${paper.kind}, ${paper.channel}, ${paper.chatUser}, ${paper.personId},
      ${place?.conversation ?? null}, ${place?.thread ?? null},
      ${JSON.stringify(paper.audience)}::jsonb)`.execute(db);
}

type PaperRow = DueFileRow & {
  incident_id: number;
  kind: PaperKind;
  person_id: string;
  conversation: string | null;
  thread: string | null;
};

export const claimPapers: ClaimFiles<DuePaper> = async (db, wish) =>
  (await claimRows<PaperRow>(db, 'papers', wish)).map((row) => ({
    ...toDueFile(row),
    incident: Number(row.incident_id),
    kind: row.kind,
    personId: row.person_id,
    place:
      row.conversation === null
        ? undefined
        : { conversation: row.conversation, thread: row.thread ?? undefined },
  }));
