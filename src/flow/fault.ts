import type { CheckpointLine } from '../record/checkpoint.ts';
import type { KeyRing } from '../record/signature.ts';

/** What is wrong, and exactly where. */
export interface Fault {
  where: 'incident' | 'record' | 'checkpoint' | 'file';
  /** Of the incident, the record or the checkpoint. */
  number: number;
  /** Of the incident's event; `undefined` where it concerns the incident as a whole. */
  version?: number;
  what:
    | 'changed'
    | 'missing'
    | 'added'
    | 'out-of-order'
    | 'truncated'
    | 'state-differs'
    | 'signature-wrong'
    | 'uncovered';
  /** The rest of a sentence that begins with the place. */
  says: string;
}

/** What the database is held against. */
export interface Evidence {
  /** The file of checkpoints outside of the database, where there is one. */
  lines: AsyncIterable<CheckpointLine> | undefined;
  /** Public keys that are trusted; where none is, those that the database names. */
  trusted: KeyRing;
}

/** A fault in words: `INC-1042 version 7 is missing.` */
export function faultInWords({ where, number, version, says }: Fault): string {
  switch (where) {
    case 'incident':
      return `INC-${number}${version === undefined ? '' : ` version ${version}`} ${says}.`;
    case 'record':
      return `Record ${number} ${says}.`;
    case 'checkpoint':
      return `Checkpoint ${number} ${says}.`;
    case 'file':
      return `Checkpoint ${number} of the file ${says}.`;
  }
}
