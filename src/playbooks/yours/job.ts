import { z } from 'zod';
import { safe } from '../../azure/failure.ts';
import { lastSegment } from '../../azure/resource-id.ts';
import type { Writer } from '../../azure/writer.ts';
import { FarSideError } from '../../errors.ts';
import { safeParse } from '../../safe-parse.ts';
import type { Output, Step } from '../playbook.ts';
import { linkTo, unreadable } from './resource.ts';

export const jobVersion = 'api-version=2023-11-01';

interface Place {
  /** Resource Manager id. */
  runbook: string;
  /** Path of its Automation account. */
  account: string;
  run: string;
}

/** How far a job is, as Azure tells of it, and what it gave back where it is over. */
export async function followJob(
  arm: Writer,
  place: Place,
  told: unknown,
  signal: AbortSignal,
): Promise<Step> {
  const { data } = safeParse(jobShape, told);
  if (!data) throw unreadable(place.runbook);
  const { status, exception } = data.properties;
  const ended = endOf(lastSegment(place.runbook), status, exception ?? '');
  return ended
    ? { ...ended, outputs: await outputsOf(arm, place, signal) }
    : { state: 'under-way', says: `The job is at work (${status}).`, handle: null };
}

/** https://learn.microsoft.com/azure/automation/automation-runbook-execution#job-statuses */
function endOf(
  name: string,
  status: string,
  exception: string,
): { state: 'done' | 'failed'; says: string } | undefined {
  const why = exception && ` ${safe(exception)}`;
  switch (status) {
    case 'Completed':
      return { state: 'done', says: `${name} has run to its end.` };
    case 'Failed':
      return {
        state: 'failed',
        says: `${name} failed.${why} What it had done by then stands: look at its output.`,
      };
    case 'Stopped':
      return { state: 'failed', says: `Somebody stopped ${name} in Azure. What it had done by then stands.` };
    case 'Suspended':
      return { state: 'failed', says: `${name} was suspended.${why} Resume or stop its job in Azure.` };
    case 'Blocked':
      return { state: 'failed', says: `${name} was blocked by Azure.${why}` };
    case 'Removing':
      return { state: 'failed', says: `${name} was taken away while it ran.` };
    default:
      return undefined;
  }
}

async function outputsOf(
  arm: Writer,
  { runbook, account, run }: Place,
  signal: AbortSignal,
): Promise<Output[]> {
  const streams = `${account}/jobs/${run}/streams?${jobVersion}&$filter=${encodeURIComponent("properties/streamType eq 'Error'")}`;
  const [said, wrong] = await Promise.all([
    arm.text(`${account}/jobs/${run}/output?${jobVersion}`, { signal }).catch(unlessTooLong),
    arm.get(streams, { signal }),
  ]);
  const errors = (safeParse(streamsShape, wrong).data?.value ?? []).map(
    ({ properties }) => properties.summary ?? '',
  );
  return [
    ...(said.trim() ? [{ label: 'Output', text: bounded(said) }] : []),
    ...(errors.length > 0 ? [{ label: 'Errors', text: bounded(errors.join('\n')) }] : []),
    linkTo(runbook),
  ];
}

/** A message holds no more. */
const mostCodePoints = 4_000;

function bounded(text: string): string {
  const points = [...text.trim()];
  return points.length > mostCodePoints
    ? `${points.slice(0, mostCodePoints - 1).join('')}…`
    : points.join('');
}

function unlessTooLong(error: unknown): string {
  if (error instanceof FarSideError && error.reason === 'rejected') return 'It is too long to be shown here.';
  throw error;
}

const jobShape = z.object({ properties: z.object({ status: z.string(), exception: z.string().nullish() }) });
const streamsShape = z.object({
  value: z.array(z.object({ properties: z.object({ summary: z.string().nullish().catch('') }) })),
});
