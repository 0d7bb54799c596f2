import { createHash } from 'node:crypto';
import type { HomeView } from '@slack/types';
import type { PageView } from '../page-view.ts';
import { firstFittingTab } from './limits.ts';
import { drawPageBlocks, pageSizes } from './page.ts';
import { line, richText, words } from './text.ts';

/** A page as somebody's Home tab; above it what they were told last, where they pressed something there. */
export function drawHomeTab(view: PageView, said: string): HomeView {
  const version = createHash('sha256')
    .update(JSON.stringify([view, said]))
    .digest('hex')
    .slice(0, 8);
  return firstFittingTab(pageSizes, (size) =>
    tabOf([...drawSaid(said), ...drawPageBlocks(view, version, size)]),
  );
}

/** Nothing but a sentence: who may see nothing is told why. */
export function drawSaidTab(said: string): HomeView {
  return tabOf(drawSaid(said));
}

function drawSaid(said: string) {
  return said ? [richText('said', [line(words(said, 1_000))])] : [];
}

/** `@slack/types` knows no charts, which Slack draws in a Home tab as well. */
function tabOf(blocks: unknown[]): HomeView {
  return { type: 'home', blocks: blocks as HomeView['blocks'] };
}
