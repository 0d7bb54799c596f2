import type { Writer } from '../../../src/azure/writer.ts';
import { type Subject, subjectName } from '../../../src/incident/enrichment.ts';
import type { Playbook } from '../../../src/playbooks/playbook.ts';
import { machineNamed } from '../../../src/sandbox/logs/samples/estate.ts';
import type { PlayStage } from '../../contracts/playbook.ts';
import { startDefenderEndpoint } from '../../sandbox/defender-endpoint-stand-in.ts';

export interface EndpointStage extends PlayStage {
  side: Awaited<ReturnType<typeof startDefenderEndpoint>>;
  /** What was done to the target through Defender, newest first. */
  deeds(): Promise<Deed[]>;
  /** Somebody does it, with a role of their own. */
  somebody(verb: string, body?: object): Promise<void>;
}

export interface Deed {
  type: string;
  scope: string | null;
  status: string;
  requestorComment: string;
}

export const machine = (name: string, resourceId = machineNamed(name).id): Subject => ({
  kind: 'machine',
  name,
  resourceId,
});

export const context = () => ({ now: new Date(), signal: AbortSignal.timeout(10_000) });

/** Long enough for whatever Defender does to be over. */
const SETTLED_MS = 2_000;

/** A machine of Contoso, and Defender for Endpoint behind TLS. */
export async function openStage(
  create: (hands: { defender: Writer; defenderPortal: string }) => Playbook,
  { target = machine('vm-pay-web-01'), parameters = {}, roles }: Partial<StageOptions> = {},
): Promise<EndpointStage> {
  const side = await startDefenderEndpoint(roles);
  const play = create({ defender: side.writer, defenderPortal: 'https://security.microsoft.com' });
  const idOfTarget = async () => {
    const [found] = await side.defender.machinesNamed(subjectName(stage.target));
    return found?.id ?? '';
  };
  const stage: EndpointStage = {
    play,
    target,
    parameters,
    side,
    async deeds() {
      const id = await idOfTarget();
      return side.actions
        .list(side.now())
        .filter((deed): deed is Deed => Reflect.get(deed, 'machineId') === id);
    },
    async somebody(verb, body = {}) {
      const path = `/api/machines/${await idOfTarget()}/${verb}`;
      await side.writer.write('POST', path, { Comment: 'Called by the owner', ...body });
    },
    farSide: {
      state: () => side.actions.isolated(side.now()),
      effects: () => side.actions.count,
      settle: () => side.pass(SETTLED_MS),
    },
    refusals: [],
    stop: () => side.stop(),
  };
  return stage;
}

interface StageOptions {
  target: Subject;
  parameters: Record<string, string>;
  roles: string[];
}

/** It is meant to be done to another machine. */
export const aiming = (target: Subject) => (stage: PlayStage) => {
  stage.target = target;
};

/** What any of these refuses, whatever is done. */
export const refusedOfMachines: PlayStage['refusals'] = [
  {
    when: 'Defender does not know it',
    arrange: aiming(machine('vm-nobody', '')),
    says: /knows no machine vm-nobody/,
  },
  {
    when: 'there are two of its name',
    arrange: aiming(machine('ws-kiosk')),
    says: /knows 2 machines called ws-kiosk.*on the page of the right one/,
  },
  {
    when: 'it stands elsewhere in Azure',
    arrange: aiming(machine('vm-dc-01', machineNamed('vm-dc-02').id)),
    says: /knows no machine vm-dc-01/,
  },
  {
    when: 'it is not onboarded',
    arrange: aiming(machine('vm-report-01')),
    says: /vm-report-01 is not onboarded.*\(CanBeOnboarded\)/,
  },
  {
    when: 'it has long been silent',
    arrange: aiming(machine('vm-backup-01')),
    says: /vm-backup-01 has not reported .* since 20\d\d-\d\d-\d\d \d\d:\d\d UTC/,
  },
];
