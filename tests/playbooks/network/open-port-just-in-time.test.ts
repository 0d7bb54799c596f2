import { describe, expect, it } from 'vitest';
import { createOpenPortJustInTime } from '../../../src/playbooks/open-port-just-in-time.ts';
import { machine, web } from '../../azure/network-stand-in.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { context, on, openNetwork } from './network-stage.ts';

const second = web.replace('web-01', 'web-02');
const watcher = web
  .replace('rg-payments', 'rg-edge')
  .replace(/Microsoft.Compute.*$/, 'Microsoft.Network/networkWatchers/nw-westeurope');

const open = (parameters: Record<string, string> = {}, target = second) =>
  openNetwork({
    create: createOpenPortJustInTime,
    target: machine(target),
    parameters: { port: '22', from: '203.0.113.9', ...parameters },
    felt: /^POST .*initiate/,
    refusals: [
      {
        when: 'we may not ask for access',
        arrange: ({ azure }) =>
          azure.state.forbid('Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action'),
        says: /It needs Microsoft.Security\/locations\/jitNetworkAccessPolicies\/initiate\/action/,
        at: 'act',
      },
    ],
  });

describe('opening a port for a while', () => {
  playbookContract(open);

  it(
    'lets that address in by that port, until Azure closes it',
    on(open, async (stage) => {
      const reach = (from: string) =>
        stage.azure.watcher.ipFlowVerify(
          watcher,
          {
            machineId: second,
            nicId: second.replace(
              /Microsoft.Compute.*$/,
              'Microsoft.Network/networkInterfaces/nic-vm-pay-web-02',
            ),
            protocol: 'tcp',
            from,
            to: '10.20.4.12',
            port: 22,
          },
          context().signal,
        );
      expect(await reach('203.0.113.9')).toMatchObject({ isAllowed: false });
      const { warning, memory } = await stage.play.look(orderOf(stage), context());
      expect(warning).toContain('It cannot be taken back');
      expect(stage.play.undo).toBeUndefined();
      const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
      expect(done.says).toMatch(
        /^Port 22 of vm-pay-web-02 is open to 203\.0\.113\.9 until \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/,
      );
      expect(await reach('203.0.113.9')).toMatchObject({ isAllowed: true });
      expect(await reach('203.0.113.10')).toMatchObject({ isAllowed: false });
      for (const group of stage.azure.state.groups.values())
        for (const rule of group.rules) if (rule.until) rule.until = 0;
      expect(await reach('203.0.113.9')).toMatchObject({ isAllowed: false });
    }),
  );

  it.each([
    [{ from: '*' }, /Say the address/],
    [{ from: '0.0.0.0/0' }, /Say the address/],
    [{ from: '203.0.0.0/8' }, /Say the address/],
    [{ from: '' }, /Say the address/],
    [{ port: '3389' }, /is for ports 22\./],
  ])('does not open it for %j', (parameters, says) =>
    on(
      () => open(parameters),
      async (stage) => {
        await expect(stage.play.look(orderOf(stage), context())).rejects.toThrow(says);
      },
    )(),
  );

  it(
    'opens it for no longer than the policy allows',
    on(
      () => open({ minutes: '300' }),
      async (stage) => {
        await expect(stage.play.look(orderOf(stage), context())).rejects.toThrow('for at most 180 minutes');
      },
    ),
  );

  it(
    'says where to turn it on for a machine that has none',
    on(
      () => open({}, web),
      async (stage) => {
        await expect(stage.play.look(orderOf(stage), context())).rejects.toThrow(
          'vm-pay-web-01 has no just-in-time access. Turn it on',
        );
      },
    ),
  );

  it(
    'has failed where it was closed again before anybody saw it open',
    on(open, async (stage) => {
      const { memory } = await stage.play.look(orderOf(stage), context());
      await stage.play.act(orderOf(stage, memory), context());
      for (const request of stage.azure.state.accessRequests) request.endTimeUtc = '2026-01-01T00:00:00.000Z';
      await expect(toTheEnd(stage, 'act', orderOf(stage, memory))).rejects.toThrow(
        'closed the port again: Expired',
      );
    }),
  );
});
