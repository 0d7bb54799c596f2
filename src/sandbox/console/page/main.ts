import { render } from 'lit-html';
import { fetchState } from './calls.ts';
import { drawPage } from './page.ts';
import { change, onChange, screen } from './screen.ts';
import './type-ahead.ts';

onChange(() => {
  document.documentElement.dataset.theme = screen.theme;
  render(drawPage(), document.body);
});

let fetching = false;
let askedAgain = false;

/** One fetch at a time: what changes meanwhile is in the next one. */
async function refresh(): Promise<void> {
  askedAgain = fetching;
  if (fetching) return;
  fetching = true;
  try {
    change({ state: await fetchState(), connected: true });
  } catch {
    change({ connected: false });
  }
  fetching = false;
  if (askedAgain) await refresh();
}

const changes = new EventSource('/api/changes');
changes.addEventListener('change', refresh);
// Also after each reconnection: events of the meantime are lost.
changes.addEventListener('open', refresh);
changes.addEventListener('error', () => change({ connected: false }));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => change({}));
await refresh();
