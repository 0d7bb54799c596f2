import { isPlainId, lastSegment } from '../../azure/resource-id.ts';
import { FarSideError, Refused } from '../../errors.ts';
import type { Output } from '../playbook.ts';

/** To its page in the Azure portal. */
export function linkTo(id: string): Output {
  const path = id.split('/').map(encodeURIComponent).join('/');
  return { label: `${lastSegment(id)} in Azure`, url: `https://portal.azure.com/#resource${path}` };
}

/** For the address of a call. */
export function pathOf(id: string): string {
  if (!isPlainId(id))
    throw new Refused(`${lastSegment(id)} has an address that cannot be called. Look at playbooks.yours.`);
  return id.split('/').map(encodeURIComponent).join('/');
}

/** What Azure says no to for good, said so that somebody can act on it. */
export function refuse(id: string): (error: unknown) => never {
  return (error) => {
    const name = lastSegment(id);
    if (error instanceof FarSideError && error.reason === 'not-found')
      throw new Refused(
        `There is no ${name} any more, or not this run of it. Look at it in Azure, and at playbooks.yours in the settings.`,
      );
    if (error instanceof FarSideError && error.reason === 'auth')
      throw new Refused(
        `Azure does not let Watchfloor do that with ${name}. Ask whoever owns it for the roles that this playbook needs.`,
      );
    throw error;
  };
}

/** What it tells is not what Azure's documentation says. */
export const unreadable = (id: string) =>
  new FarSideError('azure', 'rejected', `Azure told of ${lastSegment(id)} in a form that nobody can read.`);
