import fs from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { markOf, type Numbered } from '../alerts.ts';
import { type Child, launch } from '../child.ts';
import type { FarSide } from '../far-side/far-side.ts';
import type { Request } from '../load/press.ts';
import { conversationOf } from '../rooms.ts';

/**
 * Prometheus Alertmanager, the peer: it routes, groups and drops repeats as we do, keeps everything in memory, and
 * has neither owners nor buttons. Debian's package puts it there.
 */
const program = '/usr/bin/prometheus-alertmanager';
export const hasAlertmanager = (): boolean => fs.existsSync(program);

/** A card an alert at once, as we do; or one message a conversation, its way through a storm. */
export type Grouping = 'single' | 'by conversation';

const groupings = {
  single: { group_by: ['...'], group_wait: '0s', group_interval: '5m' },
  'by conversation': { group_by: ['channel'], group_wait: '1s', group_interval: '5s' },
} satisfies Record<Grouping, object>;

let started = 0;

export function startAlertmanager({ folder, chat }: FarSide, grouping: Grouping): Promise<Child> {
  started += 1;
  const settings = path.join(folder, `alertmanager-${started}.yml`);
  fs.writeFileSync(settings, stringify(settingsFor(grouping, `${chat.url}/slack/hook`)));
  return launch({
    file: 'Alertmanager',
    program,
    words: (port) => [
      `--config.file=${settings}`,
      `--storage.path=${path.join(folder, `alertmanager-${started}`)}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    env: {},
    log: path.join(folder, 'alertmanager.log'),
    alive: '/-/ready',
  });
}

function settingsFor(grouping: Grouping, hook: string): object {
  return {
    global: { resolve_timeout: '1h' },
    route: { receiver: 'slack', ...groupings[grouping], repeat_interval: '1h' },
    receivers: [
      {
        name: 'slack',
        slack_configs: [
          {
            api_url: hook,
            channel: '{{ .CommonLabels.channel }}',
            send_resolved: false,
            text: '{{ range .Alerts }}{{ .Labels.alertname }} {{ .Annotations.description }}\n{{ end }}',
          },
        ],
      },
    ],
  };
}

/** One alert as its API takes it, with as much text as ours. */
export function alertmanagerRequest({ n, room }: Numbered): Request {
  const mark = markOf(n);
  const alert = {
    labels: {
      alertname: `${mark}: failed SSH brute force attempt`,
      channel: conversationOf(room),
      severity: 'medium',
      instance: `vm-${room}-${mark}`,
    },
    annotations: {
      description:
        'Several failed sign-ins over SSH were seen from one address, with names that do not exist on the ' +
        'machine and with some that do. None of them succeeded so far. Somebody may be guessing passwords.',
      details: 'x'.repeat(1_100),
    },
  };
  return {
    path: '/api/v2/alerts',
    body: JSON.stringify([alert]),
    headers: { 'content-type': 'application/json' },
  };
}
