import { expect, it } from 'vitest';
import { inTime } from '../../../src/channels/teams/in-time.ts';

const late = { answer: () => 'late', failed: () => undefined };

it('answers with the result where it comes in time', async () => {
  expect(await inTime(Promise.resolve('done'), late)).toBe('done');
});

it('passes on a failure that comes in time', async () => {
  await expect(inTime(Promise.reject(new Error('broken')), late)).rejects.toThrow('broken');
});

it('answers all the same where the work takes too long, and still hears of its failure', async () => {
  const work = Promise.withResolvers<string>();
  const failure = Promise.withResolvers<unknown>();
  const answer = await inTime(work.promise, { answer: () => 'late', failed: failure.resolve }, 5);
  expect(answer).toBe('late');
  work.reject(new Error('broken'));
  expect(await failure.promise).toMatchObject({ message: 'broken' });
});
