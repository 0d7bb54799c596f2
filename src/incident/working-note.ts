/** What whoever works on an incident thinks, does next and waits for. Untrusted text as it was written; empty where nothing. */
export interface WorkingNote {
  hypothesis: string;
  /** The next step. */
  next: string;
  waitingOn: string;
}

/** What of it is said anew; empty takes back what was said before. */
export type Noted = { [part in keyof WorkingNote]?: string };

export const noteParts = ['hypothesis', 'next', 'waitingOn'] as const satisfies (keyof WorkingNote)[];

const nothing: WorkingNote = { hypothesis: '', next: '', waitingOn: '' };

/** The note after something of it was said anew. */
export function renote(note: WorkingNote | undefined, noted: Noted): WorkingNote {
  const { hypothesis, next, waitingOn } = { ...nothing, ...note, ...noted };
  return { hypothesis, next, waitingOn };
}

/** What of it is said anew, leaving out what stands there already. */
export function whatIsNew(note: WorkingNote | undefined, noted: Noted): Noted {
  const known = note ?? nothing;
  return Object.fromEntries(
    noteParts.flatMap((part) => {
      const said = noted[part];
      return said === undefined || said === known[part] ? [] : [[part, said]];
    }),
  );
}

/** What its parts are called. */
export const noteLabels: Record<keyof WorkingNote, string> = {
  hypothesis: 'Hypothesis',
  next: 'Next step',
  waitingOn: 'Waiting on',
};

/** `hypothesis: a stolen token; next step: revoke sessions; waiting on: nobody any more`. */
export function notedInWords(noted: Noted): string {
  return noteParts
    .flatMap((part) => {
      const said = noted[part];
      if (said === undefined) return [];
      return [
        `${noteLabels[part].toLowerCase()}: ${said || (part === 'waitingOn' ? 'nobody any more' : 'none any more')}`,
      ];
    })
    .join('; ');
}
