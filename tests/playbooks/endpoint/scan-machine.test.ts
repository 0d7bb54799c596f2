import { describe, expect, it, onTestFinished } from 'vitest';
import { createScanMachine } from '../../../src/playbooks/scan-machine.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { allRoles } from '../../sandbox/defender-endpoint-stand-in.ts';
import { context, type EndpointStage, machine, openStage, refusedOfMachines } from './stage.ts';

async function open(options: Parameters<typeof openStage>[1] = {}): Promise<EndpointStage> {
  const stage = await openStage(createScanMachine, options);
  stage.refusals.push(...refusedOfMachines, {
    when: 'it is being scanned already',
    arrange: () => stage.somebody('runAntiVirusScan', { ScanType: 'Quick' }),
    says: /^The scan of vm-pay-web-01 is under way already: begun by .*\(Called by the owner\)/,
  });
  return stage;
}
async function stageFor(options: Parameters<typeof openStage>[1] = {}) {
  const stage = await open(options);
  onTestFinished(() => stage.stop());
  return stage;
}
const lookAt = (stage: EndpointStage) => stage.play.look(orderOf(stage), context());

describe('scanning a machine', () => {
  playbookContract(open);

  it('tells when it was scanned last, and what a full scan costs', async () => {
    const stage = await stageFor({ target: machine('vm-dc-01'), parameters: { type: 'full' } });
    const { facts, warning } = await lookAt(stage);
    expect(facts[0]?.label).toBe('Last scan from Defender');
    expect(facts[0]?.value).toMatch(/^20\d\d-.* UTC$/);
    expect(warning).toBe('A full scan takes up to half of its processors while it lasts.');
  });

  it('warns where the antivirus is off, or has not learned of late', async () => {
    const warningOf = async (name: string) =>
      (await lookAt(await stageFor({ target: machine(name) }))).warning;
    expect(await warningOf('vm-build-01')).toBe('Its antivirus is switched off.');
    expect(await warningOf('vm-jump-01')).toMatch(/^Its antivirus is not up to date/);
  });

  it.each([
    ['quick', 'Quick'],
    ['full', 'Full'],
  ])('is %s where that was wished for', async (type, scope) => {
    const stage = await stageFor({ parameters: { type } });
    const done = await toTheEnd(stage, 'act', orderOf(stage, (await lookAt(stage)).memory));
    expect(done.says).toMatch(/^vm-pay-web-01 was scanned\./);
    expect(await stage.deeds()).toMatchObject([{ type: 'RunAntiVirusScan', scope, status: 'Succeeded' }]);
  });

  it('waits where another began one since it was looked at', async () => {
    const stage = await stageFor();
    const { memory } = await lookAt(stage);
    await stage.somebody('runAntiVirusScan', { ScanType: 'Full' });
    await expect(toTheEnd(stage, 'act', orderOf(stage, memory))).rejects.toThrow(/Wait for it to end\.$/);
    expect(stage.side.actions.count).toBe(1);
  });

  it('names the role that is missing', async () => {
    const stage = await stageFor({ roles: allRoles.filter((role) => role !== 'Machine.Scan') });
    const { memory } = await lookAt(stage);
    await expect(toTheEnd(stage, 'act', orderOf(stage, memory))).rejects.toThrow(
      /required roles: Machine\.Scan/,
    );
  });
});
