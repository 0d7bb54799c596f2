import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean } from '../../src/channels/clean.ts';
import { drawDialog } from '../../src/channels/teams/draw-dialog.ts';
import { drawQuery } from '../../src/channels/teams/draw-query.ts';
import { drawReply } from '../../src/channels/teams/draw-reply.ts';
import { cardMessage } from '../../src/channels/teams/message.ts';
import { findCardFaults } from '../channels/teams/card-faults.ts';
import { narrowDialog } from '../channels/teams/query-views.ts';
import { cardFaults, endless, evil, teamsFaults } from './hostile-drawing.ts';
import { huntsOf, queryOf } from './hostile-queries.ts';

/** Nobody waits for a run that shrinks a megabyte. */
const patience = { timeout: 180_000 };

describe(
  'whatever rows, columns and queries hold, in Teams nothing mentions, links or breaks out',
  patience,
  () => {
    it('in queries, from their place in line to their answer', () => {
      fc.assert(
        fc.property(queryOf(evil), evil, (view, told) => {
          expect(teamsFaults(cardMessage(drawQuery(view, told), view.fallback))).toEqual([]);
        }),
        { numRuns: 400 },
      );
    });

    it('in hunts that are offered, and in their dialogs', () => {
      fc.assert(
        fc.property(huntsOf(evil), evil, evil, (hunts, name, typed) => {
          expect(teamsFaults(drawReply(hunts))).toEqual([]);
          const [label, description] = [clean(name, 75), clean(typed, 75)];
          const fields = [
            {
              kind: 'hunt' as const,
              id: 'hunt',
              label,
              required: true,
              suggested: [{ value: 'x', label, description }],
            },
          ];
          const view = { ...narrowDialog(), about: label, fields };
          expect(
            cardFaults(drawDialog(view, [], { values: { hunt: typed }, faults: { hunt: name } })),
          ).toEqual([]);
        }),
        { numRuns: 400 },
      );
    });

    it('in a megabyte of it', () => {
      fc.assert(
        fc.property(queryOf(endless.map((text) => text.slice(0, 4_000))), (view) => {
          expect(teamsFaults(cardMessage(drawQuery(view), view.fallback))).toEqual([]);
        }),
        { numRuns: 20 },
      );
    });

    it('and Microsoft’s own renderer and types agree', () => {
      fc.assert(
        fc.property(queryOf(evil), (view) => {
          expect(findCardFaults(drawQuery(view))).toEqual([]);
        }),
        { numRuns: 30 },
      );
    });
  },
);
