import type { Desks } from '../commands/command.ts';
import { openAfterDesk } from './after/desk.ts';
import { openBulkDesk } from './bulk-close/desk.ts';
import { openCatchUpDesk } from './catch-up/desk.ts';
import { openDigestDesk } from './digest/desk.ts';
import { openHandoverDesk } from './handover/desk.ts';
import { openOnCallDesk } from './on-call/desk.ts';
import { openPreparationDesk } from './preparation/desk.ts';
import { openDrillDesk } from './preparation/drills/desk.ts';
import { openPlayDesk } from './runs/play-desk.ts';
import { openSilenceDesk } from './silences/desk.ts';
import type { Visitor } from './visitor.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Every desk, for one visitor. */
export function openDesks(floor: Watchfloor, visitor: Visitor): Desks {
  return {
    digests: openDigestDesk(floor, visitor),
    after: openAfterDesk(floor, visitor),
    plays: openPlayDesk(floor, visitor),
    onCall: openOnCallDesk(floor, visitor),
    drills: openDrillDesk(floor, visitor),
    preparation: openPreparationDesk(floor),
    handovers: openHandoverDesk(floor, visitor),
    catchUps: openCatchUpDesk(floor, visitor),
    bulks: openBulkDesk(floor, visitor),
    silences: openSilenceDesk(floor, visitor),
  };
}
