import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { badRequest, newerVersion } from './arm-error.ts';
import type { Author } from './incident.ts';

export const incidentComment = z.object({
  id: z.string(),
  name: z.string(),
  etag: z.string(),
  type: z.literal('Microsoft.SecurityInsights/Incidents/Comments'),
  properties: z.object({
    message: z.string(),
    createdTimeUtc: z.string(),
    lastModifiedTimeUtc: z.string(),
    author: z.object({
      objectId: z.string(),
      name: z.string(),
      email: z.string().nullable(),
      userPrincipalName: z.string().nullable(),
    }),
  }),
});
export type IncidentComment = z.infer<typeof incidentComment>;

/** https://learn.microsoft.com/azure/sentinel/sentinel-service-limits#incident-limits */
const MAX_COMMENTS = 100;
const MAX_CHARACTERS = 30_000;

const commentWrite = z.object({
  etag: z.string().optional(),
  properties: z.object({ message: z.string().min(1).max(MAX_CHARACTERS) }),
});

/** The comments under one incident, in the order they were made. */
export class IncidentComments {
  readonly #incidentId: string;
  readonly #comments: Map<string, IncidentComment>;

  constructor(incidentId: string, comments: IncidentComment[] = []) {
    this.#incidentId = incidentId;
    this.#comments = new Map(comments.map((comment) => [comment.name.toLowerCase(), comment]));
  }

  get count(): number {
    return this.#comments.size;
  }

  all(): IncidentComment[] {
    return [...this.#comments.values()];
  }

  find(name: string): IncidentComment | undefined {
    return this.#comments.get(name.toLowerCase());
  }

  /** Makes the comment, or changes it where the body's etag is the present one; throws 400 past Sentinel's limits, 409 otherwise. */
  put(
    name: string,
    body: unknown,
    at: string,
    author: Author,
  ): { comment: IncidentComment; created: boolean } {
    const parsed = commentWrite.safeParse(body);
    if (!parsed.success) throw badRequest(`The comment is not valid. ${z.prettifyError(parsed.error)}`);
    const { etag, properties } = parsed.data;
    const present = this.find(name);
    if (present && etag !== present.etag) throw newerVersion(present.id);
    if (!present && this.count >= MAX_COMMENTS) {
      throw badRequest(`An incident has at most ${MAX_COMMENTS} comments. Change one that is there.`);
    }
    const comment: IncidentComment = {
      id: `${this.#incidentId}/Comments/${name}`,
      name,
      etag: `"${randomUUID()}"`,
      type: 'Microsoft.SecurityInsights/Incidents/Comments',
      properties: {
        message: properties.message,
        createdTimeUtc: present?.properties.createdTimeUtc ?? at,
        lastModifiedTimeUtc: at,
        author: present?.properties.author ?? signature(author),
      },
    };
    this.#comments.set(name.toLowerCase(), comment);
    return { comment, created: !present };
  }

  delete(name: string): boolean {
    return this.#comments.delete(name.toLowerCase());
  }
}

/** Sentinel marks what an application wrote in the author's name. */
function signature({ type, name, ...rest }: Author): Omit<Author, 'type'> {
  return { ...rest, name: type === 'User' ? name : `Comment created from external application - ${name}` };
}
