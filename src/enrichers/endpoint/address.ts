import type { DefenderMachine } from '../../azure/defender-endpoint.ts';
import { type Enrichment, nothingKnown, type Trait } from '../../incident/enrichment.ts';
import { firstFitting } from '../chip.ts';
import { machineLink } from './machine-link.ts';

const mostNamed = 5;

/** Whose address it is. Offices use the same ones as each other, so there may be several. */
export function owningAddress(machines: DefenderMachine[], portal: string): Enrichment {
  const [machine, ...others] = machines;
  if (!machine) return nothingKnown;
  return {
    facts: machines.slice(0, mostNamed).map(({ name, osPlatform, lastSeen }) => ({
      label: 'Machine',
      value: [name, osPlatform].filter(Boolean).join(', '),
      ...(lastSeen && { at: lastSeen }),
    })),
    traits: others.length === 0 ? [ofOne(machine)] : [ofMany(machines.length)],
    ...machineLink(machine, portal),
  };
}

function ofOne(machine: DefenderMachine): Trait {
  const [short = machine.name] = machine.name.split('.');
  const chip = firstFitting(short, 'one of our machines');
  return { chip, says: `is our ${machine.name}`, tone: 'neutral', isOurName: true };
}

function ofMany(count: number): Trait {
  return {
    chip: `${count} of our machines`,
    says: `was the address of ${count} of our machines`,
    tone: 'neutral',
  };
}
