import { describe, expect, it } from 'vitest';
import { createCapturePackets } from '../../../src/playbooks/capture-packets.ts';
import { things } from '../../../src/sandbox/logs/samples/estate.ts';
import { jump, machine, web } from '../../azure/network-stand-in.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { context, on, openNetwork } from './network-stage.ts';

const open = (parameters: Record<string, string> = {}, target = web) =>
  openNetwork({
    create: createCapturePackets,
    target: machine(target),
    parameters: { storage: things.shopStorage, ...parameters },
    felt: /^PUT .*packetCaptures/,
    refusals: [
      {
        when: 'we may not capture',
        arrange: ({ azure }) => azure.state.forbid('Microsoft.Network/networkWatchers/packetCaptures/write'),
        says: /It needs Microsoft.Network\/networkWatchers\/packetCaptures/,
        at: 'act',
      },
      {
        when: 'Azure fails at it',
        arrange: ({ azure }) => azure.state.work.breakNext(),
        says: /^Nothing of it was left standing.*not carried out/,
        at: 'act',
      },
    ],
  });

describe('capturing packets', () => {
  playbookContract(open);

  it(
    'says where the file will be, and stops by itself should nobody stop it',
    on(open, async (stage) => {
      const { memory } = await stage.play.look(orderOf(stage), context());
      const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
      expect(done.outputs).toEqual([
        {
          label: 'File',
          text: expect.stringMatching(
            /^https:\/\/stcontososhop\.blob\.core\.windows\.net\/network-watcher-logs\/subscriptions\/.*vm-pay-web-01.*\.cap$/,
          ),
        },
      ]);
      const [capture] = stage.azure.state.captures.values();
      expect(capture?.properties).toMatchObject({
        timeLimitInSeconds: 1_800,
        totalBytesPerSession: 1_073_741_824,
      });
    }),
  );

  it(
    'is stopped before it is removed, so that its file is kept',
    on(open, async (stage) => {
      const { memory } = await stage.play.look(orderOf(stage), context());
      const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
      await toTheEnd(stage, 'undo', done.order);
      const path = /packetCaptures\/watchfloor-RUN-7/;
      expect(
        stage.azure.state.changes.filter((each) => path.test(each.path)).map(({ method }) => method),
      ).toEqual(['PUT', 'POST', 'DELETE']);
    }),
  );

  it(
    'is removed without being stopped where its time was over already',
    on(open, async (stage) => {
      const { memory } = await stage.play.look(orderOf(stage), context());
      const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
      for (const capture of stage.azure.state.captures.values()) capture.status = 'Stopped';
      expect(await toTheEnd(stage, 'undo', done.order)).toMatchObject({ state: 'done' });
      expect(stage.azure.state.changes.map(({ method }) => method)).toEqual(['PUT', 'DELETE']);
    }),
  );

  it(
    'finds a storage account by its name',
    on(
      () => open({ storage: 'stcontososhop' }),
      async (stage) => {
        const { facts } = await stage.play.look(orderOf(stage), context());
        expect(facts).toContainEqual({ label: 'Storage account', value: 'stcontososhop' });
      },
    ),
  );

  it(
    'does not listen to a machine that is off',
    on(open, async (stage) => {
      await stage.azure.ask('POST', `${web}/deallocate?api-version=2024-07-01`);
      await expect(stage.play.look(orderOf(stage), context())).rejects.toThrow(
        /vm-pay-web-01 is deallocat\w+: nothing can be captured/,
      );
    }),
  );

  it(
    'says what is missing on a machine that has no agent for it',
    on(
      () => open({}, jump),
      async (stage) => {
        await expect(stage.play.look(orderOf(stage), context())).rejects.toThrow(
          'vm-jump-01 has no Network Watcher agent. Install the extension AzureNetworkWatcherExtension',
        );
      },
    ),
  );
});
