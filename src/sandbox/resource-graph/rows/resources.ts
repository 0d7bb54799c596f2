import type { GraphRow } from '../row.ts';
import { automationRows } from './automation.ts';
import { containerRows } from './containers.ts';
import { healthRows } from './health.ts';
import { machineRows } from './machines.ts';
import { networkRows } from './networks.ts';
import { thingRows } from './things.ts';

/** What Contoso owns in Azure, what it is kept in, and how it is. */
export const resourceRows = (now: Date): GraphRow[] => [
  ...containerRows(),
  ...machineRows(),
  ...networkRows(),
  ...thingRows(),
  ...automationRows(),
  ...healthRows(now),
];
