import type { PageView } from '../../channels/page-view.ts';
import type { ReplyView } from '../../channels/views.ts';
import type { PreparationDesk } from '../../commands/preparation-desk.ts';
import { Refused } from '../../errors.ts';
import { listProofs } from '../../store/proofs.ts';
import { readReconciliation } from '../../store/reconciliations.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { lookAtContacts } from './contacts/look.ts';
import { drawContacts } from './contacts/page.ts';
import { drawProofs, shownProofs } from './proof/page.ts';
import { drawReconciled } from './reconciling/page.ts';

/** What is proven and looked after by itself, for whoever asks. */
export function openPreparationDesk(floor: Watchfloor): PreparationDesk {
  return {
    async proofs() {
      const { proof } = prepared(floor).policy;
      const proofs = await listProofs(floor.db, shownProofs);
      if (proofs.length === 0 && proof.rooms.length === 0)
        throw new Refused('Nothing is proven yet: name a room under preparation.proof in the settings.');
      const looksBack = [...floor.channels.values()].some(({ find }) => find !== undefined);
      return page(drawProofs(proofs, proof.everyMinutes, looksBack));
    },

    async reconciled() {
      const last = await readReconciliation(floor.db);
      if (!last) throw new Refused('Nothing was compared yet: it is done by itself every hour.');
      return page(drawReconciled(last));
    },

    async contacts() {
      const { contacts } = prepared(floor);
      if (contacts.subscriptions.length === 0) throw new Refused('No subscription is watched.');
      return page(drawContacts(await lookAtContacts(contacts)));
    },
  };
}

function prepared({ preparation }: Watchfloor) {
  if (!preparation) throw new Refused('It is still being started. Ask again in a moment.');
  return preparation;
}

const page = (drawn: PageView): ReplyView => ({ kind: 'page', page: drawn });
