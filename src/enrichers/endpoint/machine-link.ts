import { type DefenderMachine, machinePageOf } from '../../azure/defender-endpoint.ts';
import type { Enrichment } from '../../incident/enrichment.ts';

/** To the page of the machine in the portal. */
export function machineLink({ id }: DefenderMachine, portal: string): Pick<Enrichment, 'link'> {
  return { link: { label: 'Open in Defender', url: machinePageOf(portal, id) } };
}
