import type { ConfirmationDialog } from '@slack/types';
import type { SandboxPerson } from '../../people.ts';
import type { SandboxState } from './state.ts';

export type Pane = 'teams' | 'slack' | 'controls';
export type Theme = 'auto' | 'light' | 'dark';

/** What this one browser tab shows. Everything that people share is in `state`, which the sandbox owns. */
export interface Screen {
  state: SandboxState | undefined;
  connected: boolean;
  acting: string;
  theme: Theme;
  pane: Pane;
  panelOpen: boolean;
  panelTab: 'alerts' | 'portal' | 'faults';
  teamsRoom: string;
  slackRoom: string;
  openThreads: ReadonlySet<string>;
  /** Private answers, toasts and dialogs that this person put away. */
  dismissed: ReadonlySet<string>;
  notice: string | undefined;
  asking: { confirm: ConfirmationDialog; proceed: () => void } | undefined;
  sampleSearch: string;
}

export const screen: Screen = {
  state: undefined,
  connected: true,
  acting: remembered('acting') ?? 'olivia',
  theme: asTheme(remembered('theme')),
  pane: 'teams',
  panelOpen: remembered('panel') !== 'closed',
  panelTab: 'alerts',
  teamsRoom: '19:soc@thread.tacv2',
  slackRoom: 'C0SOC',
  openThreads: new Set(),
  dismissed: new Set(),
  notice: undefined,
  asking: undefined,
  sampleSearch: '',
};

let redraw = () => {};
let scheduled = false;

export function onChange(draw: () => void): void {
  redraw = draw;
}

export function change(to: Partial<Screen>): void {
  Object.assign(screen, to);
  if (to.acting) remember('acting', to.acting);
  if (to.theme) remember('theme', to.theme);
  if (to.panelOpen !== undefined) remember('panel', to.panelOpen ? 'open' : 'closed');
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    redraw();
  });
}

export function toggleThread(id: string): void {
  const openThreads = new Set(screen.openThreads);
  if (!openThreads.delete(id)) openThreads.add(id);
  change({ openThreads });
}

export function dismiss(key: string): void {
  change({ dismissed: new Set([...screen.dismissed, key]) });
}

export function actingPerson(state: SandboxState): SandboxPerson {
  const person = state.people.find((p) => p.id === screen.acting) ?? state.people[0];
  if (!person) throw new Error('The sandbox has no people.');
  return person;
}

/** Runs a call of the sandbox; what goes wrong is shown at the foot of the page. */
export async function attempt<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    const answer = await work();
    if (screen.notice) change({ notice: undefined });
    return answer;
  } catch (error) {
    change({ notice: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function asTheme(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'auto';
}

function remembered(key: string): string | null {
  return localStorage.getItem(`watchfloor.${key}`);
}

function remember(key: string, value: string): void {
  localStorage.setItem(`watchfloor.${key}`, value);
}
