import { expect, it } from 'vitest';
import { bot, type Deed } from '../../src/incident/incident.ts';
import { deedInWords } from '../../src/incident/summary.ts';
import { adam, owner, priya } from './alerts.ts';

const at = '2026-11-21T10:00:00.000Z';
const fromPortal = { kind: 'source', source: 'sentinel', name: 'Lena Fischer' } as const;

it.each<{ deed: Deed; said: string }>([
  { deed: { type: 'assigned', owner: owner(adam), at, version: 2, by: adam }, said: 'Adam Keller took it' },
  {
    deed: { type: 'assigned', owner: owner(priya), at, version: 2, by: adam },
    said: 'Adam Keller assigned it to Priya Nair',
  },
  {
    deed: { type: 'assigned', owner: undefined, at, version: 2, by: adam },
    said: 'Adam Keller removed the owner',
  },
  {
    deed: { type: 'acknowledged', at, version: 2, by: fromPortal },
    said: 'Lena Fischer in Microsoft Sentinel acknowledged',
  },
  {
    deed: {
      type: 'closed',
      closing: { classification: 'true-positive', reason: 'suspicious-activity', comment: 'contained' },
      at,
      version: 2,
      by: priya,
    },
    said: 'Priya Nair closed it as true positive, suspicious activity: contained',
  },
  { deed: { type: 'merged', into: 1001, at, version: 2, by: bot }, said: 'Merged into INC-1001' },
])('the story says: $said', ({ deed, said }) => {
  expect(deedInWords(deed)).toBe(said);
});
