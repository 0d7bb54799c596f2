import type { Request, Response, Server } from 'restify';
import { z } from 'zod';
import { people, type SandboxPerson } from '../people.ts';
import { type ActivitySetting, composeInvoke, composeMembership, composeMessage } from './activity.ts';
import type { Answers } from './answers.ts';
import { composeForgery, forgery } from './forge.ts';
import type { Message } from './message.ts';
import type { Answer, Product } from './product.ts';
import { readActionAnswer, readFetchAnswer, readSubmitAnswer } from './read-answer.ts';
import { Refusal } from './refusal.ts';
import { BOT, type Conversation, chatOf, type Rooms } from './rooms.ts';

interface ControlParts {
  rooms: Rooms;
  answers: Answers;
  product: Product;
  setting: () => ActivitySetting;
  state: () => object;
  changed: () => void;
  install: (change: 'add' | 'remove') => Promise<Answer>;
}

export const place = z.object({ as: z.string(), conversation: z.string() });
const values = z.record(z.string(), z.unknown()).default({});
const bodies = {
  press: place.extend({
    activity: z.string(),
    verb: z.string(),
    id: z.string().optional(),
    data: values,
    inputs: values,
    trigger: z.enum(['manual', 'automatic']).default('manual'),
  }),
  open: place.extend({ activity: z.string(), data: values, inputs: values }),
  submit: place.extend({ data: values }),
  close: z.object({ as: z.string() }),
  search: place.extend({ dataset: z.string(), value: z.string() }),
  say: place.extend({ text: z.string().min(1), replyTo: z.string().optional() }),
  install: z.object({ change: z.enum(['add', 'remove']).default('add') }).default({ change: 'add' }),
  membership: place.extend({ change: z.enum(['add', 'remove']) }),
};

/** Teams asks for this many and shows no more. */
const MOST_CHOICES = 15;

/** What people do in Teams, as calls; each answers with what the product answered. */
export function mountControls(plain: Server, parts: ControlParts): void {
  const { rooms, answers, product, setting, changed } = parts;

  plain.get(
    '/api/teams',
    controlled(async () => parts.state()),
  );

  plain.post(
    '/api/teams/press',
    controlled(async ({ body }) => {
      const { activity, verb, id, data, inputs, trigger, ...where } = bodies.press.parse(body);
      const { person, room } = enter(rooms, where);
      const message = rooms.message(room, activity);
      const action = { type: 'Action.Execute', ...(id && { id }), verb, data: { ...data, ...inputs } };
      const answer = await product.send(
        composeInvoke(setting(), person, room, {
          name: 'adaptiveCard/action',
          value: { action, trigger },
          about: message,
        }),
      );
      answers.show(person, { conversation: room.id, activity, message }, readActionAnswer(answer));
      changed();
      return answer;
    }),
  );

  plain.post(
    '/api/teams/open',
    controlled(async ({ body }) => {
      const { activity, data, inputs, ...where } = bodies.open.parse(body);
      const { person, room } = enter(rooms, where);
      const message = rooms.message(room, activity);
      const value = {
        data: { msteams: { type: 'task/fetch' }, ...data, ...inputs },
        context: { theme: 'default' },
      };
      const answer = await product.send(
        composeInvoke(setting(), person, room, { name: 'task/fetch', value, about: message }),
      );
      answers.show(person, { conversation: room.id, activity }, readFetchAnswer(answer));
      changed();
      return answer;
    }),
  );

  plain.post(
    '/api/teams/submit',
    controlled(async ({ body }) => {
      const { data, ...where } = bodies.submit.parse(body);
      const { person, room } = enter(rooms, where);
      const dialog = answers.dialogOf(person);
      if (!dialog || dialog.conversation !== room.id) {
        throw new Refusal(404, 'NoDialog', `${person.name} has no dialog open in this conversation.`);
      }
      const about = room.messages.find(({ id }) => id === dialog.activity) ?? { id: dialog.activity };
      const value = { data: { msteams: { type: 'task/submit' }, ...data }, context: { theme: 'default' } };
      const answer = await product.send(
        composeInvoke(setting(), person, room, { name: 'task/submit', value, about }),
      );
      answers.show(person, dialog, readSubmitAnswer(answer));
      changed();
      return answer;
    }),
  );

  plain.post(
    '/api/teams/forge',
    controlled(async ({ body }) => {
      const forged = forgery.parse(body);
      const { room } = rooms.find(forged.conversation);
      return product.send(composeForgery(setting(), findWho(forged.as), room, forged));
    }),
  );

  plain.post(
    '/api/teams/close',
    controlled(async ({ body }) => {
      answers.close(findWho(bodies.close.parse(body).as));
      changed();
      return {};
    }),
  );

  plain.post(
    '/api/teams/search',
    controlled(async ({ body }) => {
      const { dataset, value: queryText, ...where } = bodies.search.parse(body);
      const { person, room } = enter(rooms, where);
      const dialog = answers.dialogOf(person);
      const about = room.messages.find(({ id }) => id === dialog?.activity);
      const value = { kind: 'search', queryText, dataset, queryOptions: { skip: 0, top: MOST_CHOICES } };
      return product.send(
        composeInvoke(setting(), person, room, { name: 'application/search', value, about }),
      );
    }),
  );

  plain.post(
    '/api/teams/say',
    controlled(async ({ body }) => {
      const { text, replyTo, ...where } = bodies.say.parse(body);
      const { person, room, root } = enter(rooms, where);
      const above = replyTo === undefined ? undefined : rooms.message(room, replyTo);
      const thread = room.kind === 'channel' ? (above?.root ?? above?.id ?? root) : undefined;
      const said = rooms.post(
        room,
        { id: person.id, name: person.name },
        { text, textFormat: 'plain', attachments: [] },
        thread,
      );
      changed();
      // A bot hears of a channel only what mentions it.
      if (!hears(room, said)) return { status: 204 };
      return product.send(composeMessage(setting(), person, room, said));
    }),
  );

  plain.del(
    '/api/teams/messages/:conversation/:activity',
    controlled(async ({ params }) => {
      const { room } = rooms.find(params.conversation);
      rooms.remove(room, rooms.message(room, params.activity));
      changed();
      return {};
    }),
  );

  plain.post(
    '/api/teams/membership',
    controlled(({ body }) => {
      const { change, ...where } = bodies.membership.parse(body);
      const { person, room } = enter(rooms, where);
      return product.send(composeMembership(setting(), person, room, change));
    }),
  );

  plain.post(
    '/api/teams/install',
    controlled(({ body }) => parts.install(bodies.install.parse(body ?? undefined).change)),
  );
}

function hears(room: Conversation, said: Message): boolean {
  return room.kind === 'direct' || new RegExp(`@${BOT.name}\\b`, 'i').test(said.text ?? '');
}

export function enter(rooms: Rooms, where: z.infer<typeof place>) {
  const person = findWho(where.as);
  const found = rooms.find(where.conversation);
  if (found.room.kind === 'direct' && found.room.id !== chatOf(person)) {
    throw new Refusal(400, 'Forbidden', `${person.name} is not in this chat.`);
  }
  return { person, ...found };
}

function findWho(id: string): SandboxPerson {
  const person = people.find((each) => each.id === id);
  if (!person)
    throw new Refusal(404, 'NotFound', `No person "${id}". There are ${people.map((p) => p.id).join(', ')}.`);
  return person;
}

export function controlled(work: (request: Request) => Promise<object>) {
  return async (request: Request, response: Response): Promise<void> => {
    try {
      response.send(200, await work(request));
    } catch (error) {
      if (error instanceof z.ZodError) response.send(400, { error: z.prettifyError(error) });
      else if (error instanceof Refusal)
        response.send(error.status === 404 ? 404 : 400, { error: error.message });
      else throw error;
    }
  };
}
