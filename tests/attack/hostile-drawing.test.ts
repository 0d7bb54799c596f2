import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { BodyView } from '../../src/channels/body-view.ts';
import { drawCard, drawRow } from '../../src/channels/card.ts';
import { bound, clean } from '../../src/channels/clean.ts';
import { type Audience, named, revealed, unlisted } from '../../src/channels/clearance.ts';
import type { QueryView } from '../../src/channels/query-view.ts';
import { drawQuestion } from '../../src/channels/question.ts';
import { drawCard as drawInSlack } from '../../src/channels/slack/card.ts';
import { drawDialog as drawModal } from '../../src/channels/slack/dialog.ts';
import { viewFaults } from '../../src/channels/slack/limits.ts';
import { drawLog as drawLogInSlack } from '../../src/channels/slack/log.ts';
import { drawQuery as queryInSlack } from '../../src/channels/slack/query.ts';
import { drawQuestion as drawQuestionInSlack } from '../../src/channels/slack/question.ts';
import { drawReply as replyInSlack } from '../../src/channels/slack/reply.ts';
import { drawRun as runInSlack } from '../../src/channels/slack/run.ts';
import { drawSummary as summaryInSlack } from '../../src/channels/slack/summary.ts';
import { drawSummary } from '../../src/channels/summary.ts';
import { drawCard as drawInTeams } from '../../src/channels/teams/draw-card.ts';
import { drawDialog } from '../../src/channels/teams/draw-dialog.ts';
import { drawLog as drawLogInTeams } from '../../src/channels/teams/draw-log.ts';
import { drawQuestion as drawQuestionInTeams } from '../../src/channels/teams/draw-question.ts';
import { drawReply as replyInTeams } from '../../src/channels/teams/draw-reply.ts';
import { drawSummary as summaryInTeams } from '../../src/channels/teams/draw-summary.ts';
import { cardMessage } from '../../src/channels/teams/message.ts';
import { drawThread } from '../../src/channels/thread.ts';
import type { DialogView, ReplyView } from '../../src/channels/views.ts';
import { checkView } from '../../src/sandbox/slack/check-view.ts';
import { everywhere } from '../channels/questions.ts';
import { queryView } from '../channels/slack/queries.ts';
import { runView } from '../channels/slack/runs.ts';
import { findCardFaults } from '../channels/teams/card-faults.ts';
import { question } from '../incident/questions.ts';
import { cardFaults, endless, evil, incidentOf, made, slackFaults, teamsFaults } from './hostile-drawing.ts';

const masked: Audience = { shows: 'masked', hideHosts: true, alone: false };
const audiences = fc.constantFrom(unlisted, masked, named, revealed);
const around = (audience: Audience) => ({ reasons: [], failures: [], audience });

/** Nobody waits for a run that shrinks a megabyte. */
const patience = { timeout: 120_000 };

describe(
  'whatever attackers write, nothing that is sent mentions, links, formats or breaks out',
  patience,
  () => {
    afterAll(() => expect(made.texts).toBeGreaterThan(120_000));

    it('in sentences and lines that answer words', () => {
      fc.assert(
        fc.property(evil, evil, (text, lead) => {
          const views: Exclude<ReplyView, { kind: 'none' }>[] = [
            { kind: 'text', text },
            { kind: 'lines', title: lead, rows: [{ lead, text }] },
          ];
          for (const view of views) {
            expect(slackFaults(replyInSlack(view))).toEqual([]);
            expect(teamsFaults(replyInTeams(view))).toEqual([]);
          }
        }),
        { numRuns: 16_000 },
      );
    });

    it('in cards and logs, for every kind of room', () => {
      fc.assert(
        fc.property(incidentOf(evil), audiences, (incident, audience) => {
          const view = drawCard(incident, around(audience));
          expect(slackFaults(drawInSlack(view))).toEqual([]);
          expect(teamsFaults(cardMessage(drawInTeams(view, view.title), view.fallback))).toEqual([]);
          const log = drawThread(incident, audience);
          if (!log) return;
          expect(slackFaults(drawLogInSlack(log))).toEqual([]);
          expect(teamsFaults(cardMessage(drawLogInTeams(log), log.fallback))).toEqual([]);
        }),
        { numRuns: 5_000 },
      );
    });

    it('in summaries of storms and lists', () => {
      fc.assert(
        fc.property(
          fc.array(incidentOf(evil), { minLength: 1, maxLength: 6 }),
          audiences,
          (incidents, audience) => {
            const since = '2026-11-21T02:14:09.000Z';
            const storm = { id: 'storm', since, total: incidents.length, open: 1, incidents };
            const view = drawSummary(storm, audience);
            expect(slackFaults(summaryInSlack(view))).toEqual([]);
            expect(teamsFaults(cardMessage(summaryInTeams(view), view.fallback))).toEqual([]);
            const rows = incidents.map((incident) => drawRow(incident, audience));
            const list: ReplyView = { kind: 'incidents', title: 'Open', rows, more: 3 };
            expect(slackFaults(replyInSlack(list))).toEqual([]);
            expect(teamsFaults(replyInTeams(list))).toEqual([]);
          },
        ),
        { numRuns: 900 },
      );
    });

    it('in dialogs', () => {
      fc.assert(
        fc.property(evil, evil, evil, evil, (...texts) => {
          // As views hold them, save what a person has typed, which comes back as it is.
          const [about, label, placeholder] = texts.map((text) => clean(text, 75)) as [
            string,
            string,
            string,
          ];
          const value = bound(texts[3], 500);
          const choices = [{ value: 'x', label, description: placeholder }];
          const view: DialogView = {
            incident: 1042,
            version: 3,
            verb: 'restrict',
            title: label,
            about,
            submit: label,
            fields: [
              { kind: 'choice', id: 'choice', label, required: true, choices },
              { kind: 'person', id: 'person', label, required: false },
              { kind: 'says', id: 'says', label, text: placeholder },
              { kind: 'text', id: 'text', label, required: true, maxLength: 500, placeholder, filled: value },
            ],
            carried: { choice: value },
          };
          const modal = drawModal(view, 'C0SOC');
          expect([...viewFaults(modal), ...checkView(modal)]).toEqual([]);
          const typed = { values: { text: value }, faults: { text: value } };
          expect(cardFaults(drawDialog(view, choices, typed))).toEqual([]);
        }),
        { numRuns: 2_500 },
      );
    });

    it('in questions to people', () => {
      fc.assert(
        fc.property(evil, evil, (text, name) => {
          const asked = { question: { ...question(everywhere(text)) }, askedBy: name, outcome: undefined };
          const view = drawQuestion(1042, asked);
          expect(slackFaults(drawQuestionInSlack(view))).toEqual([]);
          expect(cardFaults(drawQuestionInTeams(view))).toEqual([]);
        }),
        { numRuns: 2_000 },
      );
    });

    it('in queries in Slack, whoever wrote the rows, the columns or the query itself', () => {
      fc.assert(
        fc.property(evil, evil, evil, evil, (...texts) => {
          const [name, cell, typed, label] = texts.map((text) => clean(text, 200)) as [
            string,
            string,
            string,
            string,
          ];
          for (const body of bodiesOf(name, cell)) {
            const one = { ...queryView(), headline: name, text: texts[2], warning: cell, fallback: cell };
            const fault = { message: cell, excerpt: texts[2] };
            const facts = [{ label: name, value: cell }];
            const sections = [{ title: name, body, more: undefined }];
            const several = [...sections, { title: typed, body, more: '1' }, { title: '', body, more: '2' }];
            const button = { verb: 'next', label, primary: false, dialog: false } as const;
            const alone: QueryView = { ...one, facts, fault, sections, buttons: [button] };
            expect(slackFaults(queryInSlack(alone))).toEqual([]);
            expect(slackFaults(queryInSlack({ ...alone, sections: several }))).toEqual([]);
          }
          const row = { id: 'hunt', name, about: cell, tags: label, usage: cell, isReady: false };
          const rows = [row, { ...row, isReady: true }];
          expect(slackFaults(replyInSlack({ kind: 'hunts', title: name, rows, more: 1 }))).toEqual([]);
        }),
        { numRuns: 600 },
      );
    });

    it('in runs of playbooks in Slack, whoever named what is changed or said how it ended', () => {
      fc.assert(
        fc.property(evil, evil, evil, fc.webUrl(), (text, label, output, url) => {
          const view = runView({
            headline: text,
            effect: label,
            facts: [{ label, value: text }],
            warning: text,
            progress: label,
            outputs: [
              { label, text: output },
              { label: text, url },
            ],
            buttons: [{ verb: 'approve', label, style: 'danger', dialog: true }],
            fallback: output,
          });
          expect(slackFaults(runInSlack(view))).toEqual([]);
        }),
        { numRuns: 2_000 },
      );
    });

    it('in a megabyte of it, and that in time', () => {
      fc.assert(
        fc.property(incidentOf(endless), audiences, (incident, audience) => {
          const view = drawCard(incident, around(audience));
          expect(slackFaults(drawInSlack(view))).toEqual([]);
          expect(teamsFaults(cardMessage(drawInTeams(view), view.fallback))).toEqual([]);
        }),
        { numRuns: 40 },
      );
    });

    it('and Microsoft’s own renderer and types agree', () => {
      fc.assert(
        fc.property(incidentOf(evil), audiences, (incident, audience) => {
          const view = drawCard(incident, around(audience));
          expect(findCardFaults(drawInTeams(view))).toEqual([]);
        }),
        { numRuns: 150 },
      );
    });
  },
);

/** Every kind of answer, all of whose words somebody else wrote. */
function bodiesOf(name: string, text: string): BodyView[] {
  const columns = [
    { name, isNumber: false },
    { name: text, isNumber: true },
  ];
  const rows = [
    [text, name],
    [name, text],
  ];
  const axes = { title: name, xTitle: text, yTitle: name, labels: [text, name] };
  const series = [
    { name, values: [1, Number.NaN] },
    { name: text, values: [-3] },
  ];
  return [
    { kind: 'sentence', text },
    { kind: 'number', value: text, label: name },
    { kind: 'facts', facts: [{ label: name, value: text }] },
    { kind: 'table', table: { columns, rows, from: 1, total: 2 } },
    { kind: 'chart', chart: { shape: 'line', ...axes, series } },
    { kind: 'chart', chart: { shape: 'pie', ...axes, series: series.slice(0, 1) } },
  ];
}
