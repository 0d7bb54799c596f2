import { roleTemplates } from './cast.ts';
import { type Identities, idOf } from './identities.ts';
import { type Licence, refusePrivileged } from './licence.ts';
import { noProperty, topIn, unsupportedFilter } from './query.ts';
import { noSuchObject } from './refusal.ts';
import { type Call, page, type Route, single } from './route.ts';
import { findServicePrincipal } from './service-principals.ts';

/** What accounts are members of, what they may become, and the accounts that are no users. */
export function mountMemberships(route: Route, identities: Identities, licence: () => Licence): void {
  const memberReaders = ['User.Read.All', 'GroupMember.Read.All', 'Directory.Read.All'];
  route('/v1.0/users/:id/transitiveMemberOf', memberReaders, (call) => {
    const user = identities.find(call.id);
    if (!user) throw noSuchObject(call.id);
    const groups = identities.groupsOf(user).map(({ id, name }) => toGroup(id, name, call));
    const roles = identities.rolesOf(user).map((name) => toRole(name, call));
    return page(call.url, 'directoryObjects', [...groups, ...roles], topIn(call.url));
  });

  const readers = ['Application.Read.All', 'Directory.Read.All'];
  route('/v1.0/servicePrincipals/:id', readers, ({ id, url }) => {
    const found = findServicePrincipal(id);
    if (!found) throw noSuchObject(id);
    const select = url.searchParams.get('$select')?.split(',') ?? Object.keys(found);
    const unknown = select.find((field) => !(field in found));
    if (unknown !== undefined) throw noProperty(unknown, 'servicePrincipal');
    const fields = Object.entries(found).filter(([field]) => select.includes(field));
    return single(url, 'servicePrincipals/$entity', Object.fromEntries(fields));
  });
  route('/v1.0/servicePrincipals/:id/transitiveMemberOf', readers, ({ id, url }) => {
    if (!findServicePrincipal(id)) throw noSuchObject(id);
    return page(url, 'directoryObjects', [], topIn(url));
  });

  route(
    '/v1.0/roleManagement/directory/roleEligibilityScheduleInstances',
    ['RoleEligibilitySchedule.Read.Directory', 'RoleManagement.Read.Directory'],
    ({ url }) => {
      refusePrivileged(licence());
      const filter = url.searchParams.get('$filter') ?? '';
      const [, principal] = /^principalId eq '([\da-f-]{36})'$/i.exec(filter) ?? [];
      if (principal === undefined) throw unsupportedFilter();
      const expand = url.searchParams.get('$expand');
      if (expand !== null && expand !== 'roleDefinition')
        throw noProperty(expand, 'unifiedRoleEligibilityScheduleInstance');
      const eligible = identities.find(principal)?.part.eligible ?? [];
      const instances = eligible.map((name) => ({
        id: `${idOf(`${principal} ${name}`)}-1-e`,
        principalId: principal,
        roleDefinitionId: roleTemplates[name],
        directoryScopeId: '/',
        appScopeId: null,
        startDateTime: '2026-02-02T09:00:00Z',
        endDateTime: null,
        memberType: 'Direct',
        roleEligibilityScheduleId: idOf(`${principal} ${name}`),
        ...(expand && {
          roleDefinition: {
            id: roleTemplates[name],
            displayName: name,
            isBuiltIn: true,
            isEnabled: true,
            templateId: roleTemplates[name],
            rolePermissions: [],
          },
        }),
      }));
      return page(url, 'roleManagement/directory/roleEligibilityScheduleInstances', instances, 999);
    },
  );
}

/** Whoever may not read what stands in the list gets its type and id, and nothing of it. */
function toGroup(id: string, name: string, { permissions }: Call): object {
  const type = { '@odata.type': '#microsoft.graph.group', id };
  const isHidden = !permissions.some((one) => one === 'GroupMember.Read.All' || one === 'Directory.Read.All');
  if (isHidden) {
    return { ...type, displayName: null, securityEnabled: null, mailEnabled: null, groupTypes: null };
  }
  return { ...type, displayName: name, securityEnabled: true, mailEnabled: false, groupTypes: [] };
}

function toRole(name: keyof typeof roleTemplates, { permissions }: Call): object {
  const type = { '@odata.type': '#microsoft.graph.directoryRole', id: idOf(name) };
  const isHidden = !permissions.some(
    (one) => one === 'RoleManagement.Read.Directory' || one === 'Directory.Read.All',
  );
  if (isHidden) return { ...type, displayName: null, description: null, roleTemplateId: null };
  return {
    ...type,
    displayName: name,
    description: `${name} of Contoso.`,
    roleTemplateId: roleTemplates[name],
  };
}
