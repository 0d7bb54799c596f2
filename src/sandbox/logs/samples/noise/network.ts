import type { LogEvent } from '../../ingest.ts';
import { customerIp, humans, machineNamed, machines } from '../estate.ts';
import { firewall, flow, lookup } from '../events/network.ts';
import { type Hour, times } from './hour.ts';

const names = [
  'outlook.office.com',
  'contoso.sharepoint.com',
  'login.microsoftonline.com',
  'sql-payments.database.windows.net',
  'kv-payments.vault.azure.net',
  'shop.contoso.com',
  'updates.example',
  'news.example',
];

/** Names are asked, packets flow, the firewall says yes and no. */
export function networkNoise({ dice, busy, some, time }: Hour): LogEvent[] {
  const anyMachine = () => dice.pick(machines);
  const web = () => machineNamed(dice.pick(['vm-pay-web-01', 'vm-pay-web-02', 'vm-shop-001', 'vm-shop-002']));
  return [
    ...times(some(10 * busy + 6), () =>
      lookup(dice, {
        at: time(),
        client: dice.chance(0.5) ? anyMachine() : machineNamed(dice.pick(humans).device),
        name: dice.pick(names),
        answer: `203.0.113.${dice.between(200, 240)}`,
      }),
    ),
    ...times(some(0.7), () =>
      lookup(dice, {
        at: time(),
        client: anyMachine(),
        name: dice.chance(0.5) ? `${dice.between(1, 254)}.4.20.10.in-addr.arpa` : 'wpad.contoso.com',
        type: 'PTR',
        code: 3,
      }),
    ),
    ...times(some(6 + 6 * busy), () => {
      const machine = web();
      return flow(dice, {
        at: time(),
        from: customerIp(dice.between(0, 99)),
        to: machine.ip,
        port: 443,
        direction: 'Inbound',
        allowed: true,
        machine,
        rule: 'AllowHttpsIn',
        country: 'de',
      });
    }),
    ...times(some(5), () => {
      const machine = web();
      return flow(dice, {
        at: time(),
        from: machine.ip,
        to: '10.20.9.4',
        port: 1433,
        direction: 'Outbound',
        allowed: true,
        machine,
      });
    }),
    ...times(some(3), () => {
      const machine = anyMachine();
      return flow(dice, {
        at: time(),
        from: `192.0.2.${dice.between(30, 60)}`,
        to: machine.ip,
        port: dice.pick([22, 23, 3389, 445, 5900]),
        direction: 'Inbound',
        allowed: false,
        machine,
        country: 'us',
      });
    }),
    ...times(some(2), () => {
      const machine = anyMachine();
      return flow(dice, {
        at: time(),
        from: machine.ip,
        to: '10.10.1.4',
        port: 53,
        direction: 'Outbound',
        protocol: 'U',
        allowed: true,
        machine,
      });
    }),
    ...times(some(9 * busy + 2), () => {
      const person = dice.pick(humans);
      const allowed = dice.chance(0.92);
      const host = allowed
        ? dice.pick(['news.example', 'supplier.example', 'updates.example'])
        : 'games.example';
      return firewall(dice, {
        at: time(),
        from: machineNamed(person.device).ip,
        to: `203.0.113.${dice.between(200, 240)}`,
        port: 443,
        allowed,
        url: `https://${host}/`,
        user: `contoso\\${person.name}`,
      });
    }),
    ...times(some(2), () =>
      firewall(dice, {
        at: time(),
        from: `192.0.2.${dice.between(30, 60)}`,
        to: '203.0.113.9',
        port: dice.pick([22, 445, 3389, 8080]),
        allowed: false,
      }),
    ),
  ];
}
