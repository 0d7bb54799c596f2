import { completeMs } from '../support/stories.ts';
import { medianOf, type Row, ratioTo } from './figures.ts';
import { amount, printColumns } from './report.ts';

/** What the product has to reach, and whether it does. */
export interface Goal {
  name: string;
  /** `undefined` where the part was not measured. */
  figure: number | undefined;
  limit: number;
  /** Whether more is better. */
  least: boolean;
  unit: string;
}

/** Goals are for PostgreSQL. */
export function judgeGoals(rows: Row[]): Goal[] {
  const named = (start: string) => rows.find(({ name }) => name.startsWith(start));
  const ours = (name: string) => {
    const row = named(name);
    return row && medianOf(row, 'ours');
  };
  const to = (other: 'floor' | 'peer', name: string) => {
    const row = named(name);
    return row && ratioTo(row, other);
  };
  const burst = rows.find(({ name }) => name.startsWith('burst of'))?.name.split(':')[0] ?? 'burst';
  const most = (name: string, figure: number | undefined, limit: number, unit = '') => ({
    name,
    figure,
    limit,
    least: false,
    unit,
  });
  const least = (name: string, figure: number | undefined, limit: number, unit = '') => ({
    ...most(name, figure, limit, unit),
    least: true,
  });
  return [
    most('alert → card p50 at 25/s, to the floor', to('floor', 'alert → card at 25/s, p50'), 2, '×'),
    most('alert → card p50 at 25/s, to Alertmanager', to('peer', 'alert → card at 25/s, p50'), 2.5, '×'),
    most('alert → card p99 at 25/s, to the floor', to('floor', 'alert → card at 25/s, p99'), 3, '×'),
    least('accepted durably, to Alertmanager', to('peer', `${burst}: accepted, 16`), 1 / 1.5, '×'),
    most(
      'CPU per alert of the burst with the database, to Alertmanager',
      to('peer', `${burst}: CPU per 1,000, with`),
      1,
      '×',
    ),
    most('storm: lost', ours('storm: lost'), 0),
    most('storm: answers 429 provoked', ours('storm: answers 429'), 0),
    most('storm: messages a conversation', ours('storm: messages'), 3),
    most('storm: last visible, to Alertmanager by conversation', to('peer', 'storm: last visible'), 2, '×'),
    most('storm: accepted, p99', ours('storm: accepted, p99'), 100, 'ms'),
    most('kill: lost', ours('kill: lost'), 0),
    most('kill: shown twice', ours('kill: shown twice'), 0),
    most('kill: second cards for alerts sent again', ours('kill: second cards'), 0),
    most('kill: accepting again', ours('kill: accepting again'), 2_000, 'ms'),
    most('kill: first recovered card', ours('kill: first recovered'), 3_000, 'ms'),
    ...(['Slack', 'Teams'] as const).flatMap((channel) => [
      most(
        `${channel} click → answer p50, to the floor`,
        to('floor', `${channel} click → answer, p50`),
        2,
        '×',
      ),
      most(
        `${channel} click → answer p99, to the floor`,
        to('floor', `${channel} click → answer, p99`),
        3,
        '×',
      ),
    ]),
    most('click → answer in the storm, p99', ours('Slack click → answer in the storm, p99'), 300, 'ms'),
    most('history: click p50, to none', ours('history: click'), 1.1, '×'),
    most('history: new alert p50, to none', ours('history: new alert'), 1.1, '×'),
    most('history: start, to none', ours('history: start'), 1.25, '×'),
    most('memory in the burst, most', ours(`${burst}: memory`), 256, 'MB'),
    most('enrichment: slowest whole card', ours('enrichment: slowest whole card'), completeMs, 'ms'),
    least('slow disk: accepted, to the same disk unhurried', ours('slow disk: accepted, to'), 0.4, '×'),
  ];
}

export const isReached = ({ figure, limit, least }: Goal): boolean =>
  figure !== undefined && (least ? figure >= limit : figure <= limit);

export function printGoals(goals: Goal[]): void {
  console.log('\nGoals, on PostgreSQL');
  printColumns([
    ['', 'figure', 'goal', ''],
    ...goals.map((goal) => [
      goal.name,
      goal.figure === undefined ? 'not measured' : `${amount(goal.figure)} ${goal.unit}`.trimEnd(),
      `${goal.least ? '≥' : '≤'} ${amount(goal.limit)} ${goal.unit}`.trimEnd(),
      goal.figure === undefined ? '' : isReached(goal) ? 'reached' : 'MISSED',
    ]),
  ]);
}
