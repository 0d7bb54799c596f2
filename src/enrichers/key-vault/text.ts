import { kqlDatetime, kqlString } from '../../kql/escape.ts';
import { column } from '../ask-logs.ts';

/**
 * Columns of AzureDiagnostics are there only where something was once written to them. A first call without a token is
 * answered 401, which is how clients learn where to sign in; only 403 is a denial.
 */
export function textOf(id: string, tables: string[], dayAgo: Date): string {
  const legs = tables.map((table) => (table === 'AZKVAuditLogs' ? auditLogs : diagnostics));
  return `let vault = ${kqlString(id)};
let recent = ${kqlDatetime(dayAgo)};
union ${legs.join(',\n')}
| extend IsNew = TimeGenerated > recent, Name = extract(@"/(secrets|keys|certificates)/([^/?]+)", 2, Id)
| extend IsRead = OperationName in ("SecretGet", "SecretBackup") and Status < 300 and isnotempty(Name)
| summarize Read = dcountif(Name, IsNew and IsRead), Before = dcountif(Name, IsRead and not(IsNew)),
    Names = make_set_if(Name, IsNew and IsRead, 40), Reads = countif(IsNew and IsRead),
    Lists = countif(IsNew and OperationName startswith "SecretList" and Status < 300),
    Denied = countif(IsNew and Status == 403),
    Changes = make_set_if(OperationName, IsNew and Status < 300 and OperationName has_any (${changes}), 5),
    Addresses = make_set_if(Address, IsNew, 5), Last = maxif(TimeGenerated, IsNew)
    by Table, Who
| where isnotnull(Last)
| top ${mostRows} by Read desc`;
}

export const mostRows = 40;

/** https://learn.microsoft.com/azure/key-vault/general/logging#interpret-your-key-vault-logs */
const changes = [
  'SecretSet',
  'SecretDelete',
  'SecretPurge',
  'KeyDelete',
  'KeyPurge',
  'CertificateDelete',
  'CertificatePurge',
  'VaultPut',
  'VaultPatch',
  'VaultDelete',
]
  .map(kqlString)
  .join(', ');

/** https://learn.microsoft.com/azure/azure-monitor/reference/tables/azkvauditlogs */
const auditLogs = `(AZKVAuditLogs
  | where _ResourceId =~ vault
  | extend Claim = Identity.claim
  | project TimeGenerated, Table = "AZKVAuditLogs", OperationName, Status = toint(HttpStatusCode), Address = CallerIpAddress, Id,
      Who = coalesce(tostring(Claim["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"]), tostring(Claim.xms_mirid),
        tostring(Claim.appid), tostring(Claim["http://schemas.microsoft.com/identity/claims/objectidentifier"])))`;

const diagnostics = `(AzureDiagnostics
  | where ResourceProvider =~ "MICROSOFT.KEYVAULT" and Category == "AuditEvent" and _ResourceId =~ vault
  | project TimeGenerated, Table = "AzureDiagnostics", OperationName, Status = toint(column_ifexists("httpStatusCode_d", real(null))),
      Address = CallerIPAddress, Id = ${column('id_s')},
      Who = coalesce(${[
        'identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_upn_s',
        'identity_claim_upn_s',
        'identity_claim_xms_mirid_s',
        'identity_claim_appid_g',
        'identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g',
        'identity_claim_oid_g',
      ]
        .map(column)
        .join(', ')}))`;
