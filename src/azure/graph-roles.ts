import { z } from 'zod';
import { type Told, told } from './graph-lacking.ts';
import { type Ask, quoted, readList, text } from './graph-read.ts';

export interface DirectoryRole {
  name: string;
  /** The same in every tenant. */
  templateId: string;
}

export const readRoles = 'RoleManagement.Read.Directory';

/** Privileged Identity Management: what an account may become. */
export function rolesOver(ask: Ask) {
  return {
    eligibleRoles(id: string, signal?: AbortSignal): Promise<Told<DirectoryRole[]>> {
      const filter = encodeURIComponent(`principalId eq ${quoted(id)}`);
      const list = '/v1.0/roleManagement/directory/roleEligibilityScheduleInstances';
      const path = `${list}?$filter=${filter}&$expand=roleDefinition`;
      const work = ask(path, { signal }).then((answer) => readList(eligible, answer));
      return told({ permission: readRoles, licence: 'Microsoft Entra ID P2' }, work);
    },
  };
}

/** The id of a built-in role's definition is that of its template. */
const eligible = z
  .object({
    roleDefinitionId: z.string(),
    roleDefinition: z.object({ displayName: text }).nullish().catch(null),
  })
  .transform(
    ({ roleDefinitionId, roleDefinition }): DirectoryRole => ({
      name: roleDefinition?.displayName || roleDefinitionId,
      templateId: roleDefinitionId,
    }),
  );
