import type { Classification, Entity, Severity } from './alert.ts';

/** A story to practise with: what comes in when, and what people are expected to do about it. */
export interface Scenario {
  /** `ransomware`: the word that is typed. */
  name: string;
  /** `Ransomware on a file server`. */
  title: string;
  /** Two sentences for whoever chooses. */
  about: string;
  /** After so long it is over, whatever was done. */
  minutes: number;
  /** In order of their time; the first comes at once. */
  alerts: ScenarioAlert[];
  /** In the order in which a report tells of them. */
  expect: Expectation[];
}

export interface ScenarioAlert {
  afterMinutes: number;
  title: string;
  description: string;
  severity: Severity;
  type: string;
  product: string;
  target: string;
  entities: Entity[];
  tactics: string[];
  techniques: string[];
  remediation: string[];
}

/** What is expected, counted from the first alert. */
export type Expectation = { withinMinutes: number } & (
  | { step: 'acknowledge' | 'assign' | 'look' }
  /** A playbook is asked for; and what was asked for has everybody's yes. */
  | { step: 'run' | 'approve'; play: string }
  | { step: 'close'; as: Classification | undefined }
);

/** What people read of it: `isolate-machine is asked for`. */
export function expectationInWords(expected: Expectation): string {
  switch (expected.step) {
    case 'acknowledge':
      return 'Acknowledged';
    case 'assign':
      return 'Somebody has it';
    case 'look':
      return 'Looked into: a query, a hunt or the details';
    case 'run':
      return `${expected.play} asked for`;
    case 'approve':
      return `${expected.play} has its yes`;
    case 'close':
      return expected.as ? `Closed as ${expected.as.replaceAll('-', ' ')}` : 'Closed';
  }
}
