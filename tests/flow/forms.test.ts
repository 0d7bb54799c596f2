import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskCommand } from '../../src/commands/command.ts';
import { commands } from '../../src/commands/index.ts';
import { Denied, Refused } from '../../src/errors.ts';
import { formsOfWords } from '../../src/flow/forms.ts';
import type { Database } from '../../src/store/database.ts';
import { owner } from '../incident/alerts.ts';
import { company, peopleOf } from '../people/company.ts';
import { appendTo, openStore, storeIncident } from '../store/open.ts';
import { databases } from '../support/databases.ts';
import { people, setStage, userOf } from './queries/stage.ts';

/** Says who signs for what is named, and asks first where a button says too little. */
const sign: DeskCommand = {
  kind: 'desk',
  name: 'review-run',
  aliases: [],
  usage: 'review-run INC-1042 <reason>',
  summary: 'Signs.',
  namesIncident: true,
  answer: async () => ({ kind: 'text', text: '' }),
  form: {
    draw: async ({ incident, rest }) => ({
      title: 'Sign',
      about: `INC-${incident} ${rest}`,
      submit: 'Sign it',
      fields: [{ kind: 'text', id: 'reason', label: 'Why', required: true, maxLength: 100, placeholder: '' }],
    }),
    read: async ({ reason = '' }, { person, incident }) =>
      reason
        ? { kind: 'text', text: `${person.name} signs for INC-${incident}: ${reason}` }
        : { faults: { reason: 'Say why.' } },
  },
};

describe.each(databases)('a form that words open, on $name', (kind) => {
  let store: Database;
  let forms: ReturnType<typeof formsOfWords>;
  beforeAll(async () => {
    store = await openStore(kind);
    const known = [...commands, sign];
    forms = formsOfWords(setStage(store).floor, peopleOf(people), known);
  });
  afterAll(() => store.close());

  it('is drawn by the command that the words begin with, and carries them', async () => {
    expect(await forms.openForm(userOf('lena'), 'review-run INC-1042 audit', 'C0SOC')).toMatchObject({
      title: 'Sign',
      about: 'INC-1042 audit',
      words: 'review-run INC-1042 audit',
    });
  });

  it('is read by it, for the one who submits: what to mend, or the answer', async () => {
    const submit = (fields: Record<string, string>) =>
      forms.submitForm(userOf('lena'), 'review-run INC-1042', fields, 'C0SOC');
    expect(await submit({})).toEqual({ faults: { reason: 'Say why.' } });
    const text = 'Lena Fischer signs for INC-1042: audit';
    expect(await submit({ reason: 'audit' })).toEqual({ view: { kind: 'text', text }, private: false });
  });

  it('is for them alone where the incident is restricted or they said so', async () => {
    const incident = await storeIncident(store.db);
    await appendTo(store.db, incident, { type: 'restricted', to: [owner(company.lena)] });
    for (const words of [`review-run INC-${incident.id}`, 'review-run INC-1042 --private'])
      expect(await forms.submitForm(userOf('lena'), words, { reason: 'x' }, 'C0SOC')).toMatchObject({
        private: true,
      });
  });

  it('is refused to whoever may not say the words, when it is opened and when it is submitted', async () => {
    const opened = forms.openForm(userOf('adam'), 'review-run INC-1042', 'C0SOC');
    await expect(opened).rejects.toBeInstanceOf(Denied);
    const submitted = forms.submitForm(userOf('adam'), 'review-run INC-1042', { reason: 'x' }, 'C0SOC');
    await expect(submitted).rejects.toBeInstanceOf(Denied);
  });

  it('is none where the words have none', async () => {
    for (const words of ['take INC-1042', 'contained', 'whoami', 'gibberish'])
      await expect(forms.openForm(userOf('lena'), words, 'C0SOC')).rejects.toBeInstanceOf(Refused);
  });
});
