import { z } from 'zod';
import type { ResourceManager } from '../../azure/resource-manager.ts';
import { FarSideError } from '../../errors.ts';
import { ownCommentName } from './address.ts';
import { apiVersion } from './fold.ts';
import { plainText } from './html.ts';

/** https://learn.microsoft.com/azure/sentinel/sentinel-service-limits#incident-limits */
const mostComments = 100;

/**
 * Makes our one comment at the incident say `text`. Returns whether it had to be written. Where people have filled the
 * incident with comments there is no room for ours, and that is no failure.
 */
export async function keepComment(
  arm: ResourceManager,
  incident: unknown,
  address: string,
  text: string,
): Promise<boolean> {
  const { commentsCount } = countShape.parse(incident).properties.additionalData;
  const path = `${address}/comments/${ownCommentName(address)}?${apiVersion}`;
  const present = commentsCount === 0 ? undefined : await find(arm, path);
  // Sentinel may tidy the markup of what it was given, so the words are compared.
  if (present && words(present.properties.message) === words(text)) return false;
  if (!present && commentsCount >= mostComments) return false;
  await arm.put(path, { ...(present?.etag && { etag: present.etag }), properties: { message: text } });
  return true;
}

const countShape = z
  .object({ properties: z.object({ additionalData: z.object({ commentsCount: z.number() }) }) })
  .catch({ properties: { additionalData: { commentsCount: 1 } } });

const commentShape = z.object({
  etag: z.string().optional(),
  properties: z.object({ message: z.string().catch('') }),
});

async function find(arm: ResourceManager, path: string): Promise<z.infer<typeof commentShape> | undefined> {
  try {
    return commentShape.parse(await arm.get(path));
  } catch (error) {
    if (error instanceof FarSideError && error.reason === 'not-found') return undefined;
    throw error;
  }
}

function words(html: string): string {
  return plainText(html).replace(/\s+/g, ' ').trim();
}
