import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/channels/run-view.ts';
import { cardLimit, sizeOf } from '../../../src/channels/teams/check-card.ts';
import { drawDialog } from '../../../src/channels/teams/draw-dialog.ts';
import { drawRun } from '../../../src/channels/teams/draw-run.ts';
import { findCardFaults } from './card-faults.ts';
import { findAll } from './find-all.ts';
import {
  actPage,
  failedView,
  refuseDialog,
  runEverywhereIn,
  runId,
  runView,
  standingView,
} from './run-views.ts';

describe('a run in Teams', () => {
  it.each([
    ['asks', runView()],
    ['standing', standingView()],
    ['failed', failedView()],
  ])('that %s is drawn as agreed', async (name, view) => {
    const card = drawRun(view);
    expect(findCardFaults(card)).toEqual([]);
    expect(card).toMatchObject({ version: '1.5', msteams: { width: 'full' }, fallbackText: view.fallback });
    expect(card).not.toHaveProperty('refresh');
    expect(sizeOf(card)).toBeLessThan(10_000);
    await expect(`${JSON.stringify(card, null, 2)}\n`).toMatchFileSnapshot(
      `../golden/teams-run-${name}.json`,
    );
  });

  it('says how it stands in words, and in colour beside them', () => {
    const strips = (['asks', 'busy', 'done', 'standing', 'failed', 'over'] satisfies RunView['tone'][]).map(
      (tone) => drawRun(runView({ tone })).body,
    );
    expect(strips).toMatchObject(
      ['warning', 'accent', 'good', 'accent', 'attention', 'emphasis'].map((style) => ({ 0: { style } })),
    );
    expect(runsOf(strips[0])).toContain(runView().headline);
  });

  it('tells what follows, what is known, and what to heed, before there is anything to press', () => {
    const shown = runsOf(drawRun(runView()));
    expect(shown).toEqual([
      runView().headline,
      runView().effect,
      ...['Asked by', 'Adam Keller', 'Why', 'Reverse shell to 203.0.113[.]9, still open'],
      ...['Now', 'Not isolated, last seen 2 minutes ago', 'Taken back', 'Released after 4 hours'],
      'Decide by',
      runView().warning,
    ]);
    expect(findAll(drawRun(runView()), 'TextBlock').map(({ text }) => text)).toEqual([
      '{{DATE(2026-11-20T23:34:00Z, COMPACT)}} {{TIME(2026-11-20T23:34:00Z)}}',
    ]);
    const [box] = findAll(drawRun(runView()), 'Container').filter(
      ({ style }, n) => n > 0 && style === 'warning',
    );
    expect(runsOf(box)).toEqual([runView().warning]);
  });

  it('carries a run, a verb and what was seen in its buttons, never a right', () => {
    const [approve, refuse, change] = buttonsOf(drawRun(runView()));
    const about = { run: runId, revision: 3 };
    expect(approve).toEqual({
      type: 'Action.Execute',
      title: 'Approve',
      style: 'destructive',
      associatedInputs: 'none',
      verb: 'watchfloor/run/approve',
      data: about,
      fallback: {
        type: 'Action.Submit',
        title: 'Approve',
        style: 'destructive',
        associatedInputs: 'none',
        data: { verb: 'run/approve', ...about },
      },
    });
    expect(refuse).toMatchObject({
      type: 'Action.Submit',
      data: { msteams: { type: 'task/fetch' }, verb: 'run/refuse', ...about },
    });
    expect(change).not.toHaveProperty('style');
    expect(buttonsOf(drawRun(standingView()))).toMatchObject([{ style: 'positive' }, {}]);
  });

  it('shows at most five buttons in a row, and loses none', () => {
    const sixth = { verb: 'confirm', label: 'Do it', style: 'primary', dialog: false } as const;
    const card = drawRun(runView({ buttons: [...runView().buttons, sixth] }));
    const rows = findAll(card, 'ActionSet').map(({ actions }) =>
      (actions as { title: string }[]).map(({ title }) => title),
    );
    expect(rows).toEqual([
      ['Approve', 'Refuse', 'Change', 'Cancel', 'More actions'],
      ['Break glass', 'Do it'],
    ]);
    expect(findAll(drawRun(failedView()), 'ActionSet')).toEqual([]);
  });

  it('shows what it gave back in letters of even width, and links only by https', () => {
    const card = drawRun(standingView());
    expect(findAll(card, 'CodeBlock')).toMatchObject([
      {
        codeSnippet: 'vm-pay-web-01   isolated\n    last seen 23:04 UTC',
        language: 'PlainText',
        fallback: { type: 'RichTextBlock' },
      },
    ]);
    expect(findAll(card, 'Action.OpenUrl')).toMatchObject([
      { title: 'Investigation package', url: 'https://watchfloor.contoso.com/files/7d9c3c52' },
    ]);
    for (const url of [
      'javascript:alert(1)',
      'http://evil.example/',
      `https://e.example/${'x'.repeat(2_000)}`,
    ]) {
      const odd = drawRun(runView({ outputs: [{ label: 'Package', url }] }));
      expect(findAll(odd, 'Action.OpenUrl')).toEqual([]);
      expect(findAll(odd, 'CodeBlock')).toHaveLength(1);
    }
  });

  it('tells the presser alone what is told to them', () => {
    expect(runsOf(drawRun(runView(), 'You asked for it yourself.'))).toContain('You asked for it yourself.');
    expect(runsOf(drawRun(runView()))).not.toContain('You asked for it yourself.');
  });
});

describe('a form about a run', () => {
  it('carries the run, and says what follows before anything is filled in', () => {
    const card = drawDialog(refuseDialog(), []);
    expect(findCardFaults(card)).toEqual([]);
    expect(findAll(card, 'Action.Submit')).toMatchObject([
      { title: 'Refuse', data: { verb: 'run/refuse', run: runId, revision: 3 } },
    ]);
    expect(runsOf(card)).toEqual([refuseDialog().about, 'What follows', 'Adam Keller is told why.']);
    expect(findAll(card, 'Input.Text')).toMatchObject([{ id: 'reason', isRequired: true }]);
  });

  it('has what usually stands there filled in, and keeps what a person made of it', () => {
    const minutes = (values: Record<string, string>) =>
      findAll(drawDialog(actPage(), [], { values, faults: {} }), 'Input.Text')[0]?.value;
    expect(minutes({})).toBe('240');
    expect(minutes({ minutes: '60' })).toBe('60');
    expect(minutes({ minutes: '' })).toBe('');
  });

  it('carries what was chosen on the page before', () => {
    const card = drawDialog(actPage(), []);
    expect(findCardFaults(card)).toEqual([]);
    expect(findAll(card, 'Action.Submit')).toMatchObject([
      { data: { verb: 'act', incident: 1042, version: 1, carried: { play: 'isolate-machine' } } },
    ]);
  });
});

describe('whatever somebody else wrote into a run', () => {
  it('fits into 25 kB, however much there is, and is visibly cut', () => {
    for (const unit of ['x', '漢', '😀', '"', '\\', '<', '{{', 'İ', '\n', '\u0001']) {
      const card = drawRun(runEverywhereIn(unit.repeat(1_600)), unit.repeat(1_600));
      expect(sizeOf(card)).toBeLessThanOrEqual(cardLimit);
      expect(findCardFaults(card)).toEqual([]);
      if (/[x漢]/.test(unit))
        expect(runsOf(card).filter((text) => text.endsWith('…')).length).toBeGreaterThan(20);
    }
  });

  it('is text, and no mention, link, date or template', () => {
    const hostile = fc.constantFrom(
      '<at>SOC</at>',
      '[press](https://evil.example)',
      '{{DATE(2026-01-01T00:00:00Z)}}',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what attackers write looks like templates.
      '${string(actions)}',
      '"}],"actions":[',
      '**b** `c` https://evil.example',
      '\u202Egnp.exe',
    );
    const says = (text: string) => ({ kind: 'says', id: 'says', label: text, text }) as const;
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (parts) => {
        const text = parts.join(' ');
        const dialog = actPage({ about: text, fields: [says(text), ...actPage().fields] });
        for (const card of [drawRun(runEverywhereIn(text), text), drawDialog(dialog, [])]) {
          expect(findAll(card, 'TextBlock')).toEqual([]);
          expect(findAll(card, 'FactSet')).toEqual([]);
          expect(findAll(card, 'Action.OpenUrl')).toEqual([]);
          expect(card).not.toHaveProperty('msteams.entities');
          for (const shown of textsIn(card)) expect(shown).not.toMatch(/\{\{|<\s*at\b|\u202E/);
          for (const spoken of [card.fallbackText, card.speak]) expect(spoken).not.toMatch(/\]\(|[<>]/);
          expect(findCardFaults(card)).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function buttonsOf(card: unknown): object[] {
  return findAll(card, 'ActionSet').at(-1)?.actions as object[];
}

function runsOf(node: unknown): string[] {
  return findAll(node, 'TextRun').map(({ text }) => String(text));
}

/** Every text of a card that a client may read for marks, whatever it is called. */
function textsIn(node: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(node, (key, value) => {
    if (typeof value === 'string' && key !== 'type') found.push(value);
    return value;
  });
  return found;
}
