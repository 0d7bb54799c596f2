import fs from 'node:fs';
import { expect, it } from 'vitest';
import { hang, unlisted } from '../../../src/channels/clearance.ts';
import { writeReview } from '../../../src/flow/after/review.ts';
import { reviewTemplate } from '../../../src/flow/after/review-template.ts';
import { bot, type IncidentEvent } from '../../../src/incident/incident.ts';
import { defenderAlert } from '../../incident/alerts.ts';
import { incidentAfter } from '../../incident/given.ts';

const opened = { type: 'opened', alert: defenderAlert({ title: '[a](https://evil.example) <b>' }) } as const;
const incident = incidentAfter(opened);
const story: IncidentEvent[] = [{ ...opened, at: '2026-11-21T10:00:00.000Z', by: bot }];
const show = hang(incident, unlisted);
const about = { incident, story, followUps: [], show, audience: unlisted, now: '2026-11-22T10:00:00.000Z' };
const write = (template?: string) =>
  Buffer.from(writeReview('key', about, template).content).toString('utf8');

it('is written by our template, which stands among the examples, unless the team has its own', () => {
  expect(fs.readFileSync('examples/review-template.md', 'utf8')).toBe(reviewTemplate);
  expect(write()).toContain('## Which guard rail failed\n\n*Not written down yet: type `lessons INC-1042`.*');
  expect(write('# {{name}}, {{#times}}{{what}} {{took}}; {{/times}}')).toBe(
    '# INC-1042, acknowledged not yet; contained not yet; remediated not yet; ',
  );
});

it('lets nothing of a stranger through that three braces ask for', () => {
  expect(write('{{{title}}} {{&title}}')).toBe(write('{{title}} {{title}}'));
  expect(write('{{{title}}}')).toBe('\\[a\\]\\(hxxps://evil\\[.\\]example\\) \\<b\\>');
});
