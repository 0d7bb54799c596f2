import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FileView } from '../../../src/channels/channel.ts';
import { Refused } from '../../../src/errors.ts';
import { type Company, createCompany, SOC } from './company.ts';
import { queryId } from './query-views.ts';

const olivia = '00000001-5a1e-4c0d-9b7a-3f6e2d81c0a1';
const chat = 'a:1olivia';
const csv = 'TimeGenerated,IPAddress\r\n2026-11-21 09:58:12,203.0.113.9\r\n';
const file: FileView = {
  key: queryId,
  name: 'query 2026-11-21.csv',
  type: 'text/csv',
  content: new TextEncoder().encode(csv),
  about: '214 rows of SigninLogs, <at>asked</at> by Olivia Marsh.',
};

let company: Company;
beforeAll(async () => {
  company = await createCompany();
});
afterAll(() => company.stop());
beforeEach(() => {
  company.rest();
  company.faults.set('teams', { kind: 'none' });
  company.desk.file = async () => file;
  company.asked.length = 0;
});

const last = () => company.messages(chat).at(-1);
const offer = async () => {
  await company.teams.channel.sendFile({ conversation: SOC, thread: undefined }, olivia, file);
  return last()?.id ?? '';
};
const answer = (activity: string, action: 'accept' | 'decline') =>
  company.act('consent', { as: 'olivia', conversation: chat, activity, action });
const read = async (url = '') => (await fetch(url)).text();

describe('a file in Teams', () => {
  it('is offered in the direct chat of whoever asked, wherever they asked, and is not sent yet', async () => {
    const before = company.messages(SOC).length;
    await offer();
    expect(last()?.attachments).toEqual([
      {
        contentType: 'application/vnd.microsoft.teams.card.file.consent',
        name: 'query 2026-11-21.csv',
        content: {
          description: '214 rows of SigninLogs, ‹at›asked‹/at› by Olivia Marsh.',
          sizeInBytes: file.content.length,
          acceptContext: { key: queryId },
          declineContext: { key: queryId },
        },
      },
    ]);
    expect(company.messages(SOC)).toHaveLength(before);
    expect(JSON.stringify(last())).not.toContain('203.0.113.9');
  });

  it('is made anew once they say yes, put into their OneDrive, and shown where it is', async () => {
    const offered = await offer();
    expect((await answer(offered, 'accept')).status).toBe(200);
    expect(company.asked).toMatchObject([{ what: 'file', user: { id: olivia }, with: [queryId] }]);
    const [attachment] = last()?.attachments ?? [];
    expect(attachment).toMatchObject({
      contentType: 'application/vnd.microsoft.teams.card.file.info',
      name: 'query 2026-11-21.csv',
      content: { fileType: 'csv' },
    });
    expect(await read(attachment?.contentUrl)).toBe(csv);
    expect(company.messages(chat).map(({ id }) => id)).not.toContain(offered);
  });

  it('goes nowhere where they say no, and the question is gone', async () => {
    const offered = await offer();
    await answer(offered, 'decline');
    expect(company.asked).toEqual([]);
    expect(company.messages(chat).map(({ id }) => id)).not.toContain(offered);
  });

  it('is not sent to somebody who may not have it by now', async () => {
    const offered = await offer();
    company.desk.file = async () => {
      throw new Refused('The rows of this query are no longer kept. Run it again.');
    };
    await answer(offered, 'accept');
    expect(last()?.text).toBe('The rows of this query are no longer kept. Run it again.');
    expect(company.messages(chat).map(({ id }) => id)).toContain(offered);
  });

  it('is never sent to a host that Teams does not keep files on', async () => {
    for (const uploadUrl of [
      'https://evil.example/upload',
      'https://sharepoint.com.evil.example/',
      'http://127.0.0.1:9/x',
    ]) {
      const said = company.messages(chat).length;
      const value = {
        type: 'fileUpload',
        action: 'accept',
        context: { key: queryId },
        uploadInfo: {
          contentUrl: 'https://contoso-my.sharepoint.com/x.csv',
          name: 'x.csv',
          uploadUrl,
          uniqueId: '1',
          fileType: 'csv',
        },
      };
      company.rest();
      await company.send(
        company.message({
          type: 'invoke',
          name: 'fileConsent/invoke',
          text: undefined,
          value,
          conversation: { id: chat, conversationType: 'personal', tenantId: tenantOf(company) },
        }),
      );
      expect(company.messages(chat)).toHaveLength(said + 1);
      expect(last()?.text).toContain('the fault is on our side');
    }
  });

  it('is told to have failed where OneDrive does not take it', async () => {
    const offered = await offer();
    company.desk.file = async () => ({ ...file, content: new Uint8Array() });
    await answer(offered, 'accept');
    expect(last()?.text).toContain('the fault is on our side');
  });

  it('is asked of nobody where the consent is not of our files', async () => {
    await company.send(
      company.message({
        type: 'invoke',
        name: 'fileConsent/invoke',
        text: undefined,
        value: { action: 'accept' },
      }),
    );
    expect(company.asked).toEqual([]);
  });
});

function tenantOf(of: Company): string {
  const { channelData } = of.message() as { channelData: { tenant: { id: string } } };
  return channelData.tenant.id;
}
