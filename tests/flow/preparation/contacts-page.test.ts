import { describe, expect, it } from 'vitest';
import { drawContacts } from '../../../src/flow/preparation/contacts/page.ts';

const set = { subscription: 'payments', contact: undefined, shortcomings: [] };

describe('whom Azure would warn', () => {
  it('is never all well where Azure did not answer', () => {
    const page = drawContacts([set, { subscription: 'shared', failure: 'Azure answered 403.' }]);
    expect(page).toMatchObject({ tone: 'warning', title: '1 of 2 subscriptions could not be asked' });
    expect(JSON.stringify(page.sections)).toContain('Azure answered 403.');
  });

  it('is all well where every subscription says whom', () => {
    const page = drawContacts([set]);
    expect(page).toMatchObject({
      tone: 'good',
      title: 'Security contacts: the subscription knows whom to warn',
    });
  });
});
