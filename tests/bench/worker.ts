import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { keepTrackOf } from './child.ts';

/** A process of the bench's own that answers questions: what presses and what is pressed share no event loop. */
export interface Worker {
  pid: number;
  ask<Reply>(question: string, about: unknown, reply: z.ZodType<Reply>): Promise<Reply>;
  stop(): Promise<void>;
}

/** @param file relative to this folder */
export function startWorker(file: string): Worker {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { serialization: 'advanced' });
  const ended = keepTrackOf(child);
  const waiting = collectReplies(child, ended, file);
  let asked = 0;
  return {
    pid: child.pid ?? 0,
    ask(question, about, reply) {
      asked += 1;
      const id = asked;
      return new Promise((resolve, reject) => {
        waiting.set(id, ({ said, fault }) => {
          const read = reply.safeParse(said);
          if (fault === undefined && read.success) resolve(read.data);
          else reject(new Error(`${file}, asked ${question}: ${fault ?? read.error?.message}`));
        });
        child.send({ id, question, about }, (error) => error && reject(error));
      });
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** The other end: the process answers each question by its name. Throwing is an answer, too. */
export function answerWith(answers: Record<string, (about: unknown) => unknown>): void {
  process.on('message', async (message) => {
    const { id, question, about } = asking.parse(message);
    try {
      process.send?.({ id, said: await answers[question]?.(about) });
    } catch (error) {
      process.send?.({ id, fault: error instanceof Error ? error.message : String(error) });
    }
  });
  process.once('disconnect', () => process.exit());
}

type Told = z.infer<typeof telling>;
const asking = z.object({ id: z.number(), question: z.string(), about: z.unknown().optional() });
const telling = z.object({ id: z.number(), said: z.unknown().optional(), fault: z.string().optional() });

function collectReplies(child: ChildProcess, ended: Promise<void>, file: string) {
  const waiting = new Map<number, (told: Told) => void>();
  const settle = (told: Told) => {
    waiting.get(told.id)?.(told);
    waiting.delete(told.id);
  };
  child.on('message', (message) => settle(telling.parse(message)));
  void ended.then(() => {
    for (const id of waiting.keys()) settle({ id, said: undefined, fault: `${file} has ended` });
  });
  return waiting;
}
