import type { Question } from '../../src/incident/question.ts';
import { adam, owner } from './alerts.ts';

/** Adam is asked in Teams about a mass download; a test says what else. */
export function question(changes: Partial<Question> = {}): Question {
  return {
    id: '5f0c6f1e-6d0e-4f0e-9a35-6f1d2c3b4a59',
    about: owner(adam),
    asked: owner(adam),
    channel: 'teams',
    detour: '',
    what: 'Mass download from SharePoint',
    at: '2026-11-21T09:58:00.000Z',
    where: '198.51.100[.]23 (Brazil), NB-ADAM',
    sureness: 'medium severity, says Microsoft Sentinel',
    note: '',
    dueAt: '2026-11-21T10:30:00.000Z',
    ...changes,
  };
}
