import { findPerson, people, type SandboxPerson } from '../people.ts';
import type { Credentials } from './credentials.ts';
import type { JsonObject } from './json.ts';
import type { Product } from './product.ts';
import { ControlRefusal } from './refusal.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Triggers } from './triggers.ts';
import type { Uploads } from './uploads.ts';
import type { Conversation, OpenView, Workspace } from './workspace.ts';

/** All that what people do in Slack needs. */
export interface FarSide {
  credentials: Credentials;
  workspace: Workspace;
  triggers: Triggers;
  uploads: Uploads;
  responseUrls: ResponseUrls;
  product: Product;
  now: () => number;
  /** Options the product offered last, by view or message and action id. */
  suggested: Map<string, JsonObject[]>;
  /** Waiting times before Slack sends an event again. */
  retryMs: readonly number[];
}

export function actingAs(id: string): SandboxPerson {
  if (people.some((person) => person.id === id)) return findPerson(id);
  throw new ControlRefusal(
    `No person "${id}". There are ${people.map((person) => person.id).join(', ')}.`,
    404,
  );
}

/** The room, as somebody in it sees it. */
export function roomFor(workspace: Workspace, channel: string, person: SandboxPerson): Conversation {
  const room = workspace.conversation(channel);
  if (!room) throw new ControlRefusal(`No conversation "${channel}".`, 404);
  if (room.members.includes(person.slackId)) return room;
  throw new ControlRefusal(`${person.name} is not in ${room.name}.`);
}

export function viewFor(workspace: Workspace, id: string, person: SandboxPerson): OpenView {
  const all = [...workspace.views, ...workspace.homes];
  const open = all.find((one) => one.id === id && one.user === person.slackId);
  if (open) return open;
  throw new ControlRefusal(`${person.name} has no open view "${id}".`, 404);
}
