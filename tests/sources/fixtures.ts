/** Small payloads of the three shapes; only what a test looks at. */

const group = '/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5/resourceGroups/rg-pay';
const alertId = '2516074795200000001_08d12dfd-5384-48ff-9171-78dde6c478dd';

export const restAlert = {
  id: `${group}/providers/Microsoft.Security/locations/westeurope/alerts/${alertId}`,
  name: alertId,
  type: 'Microsoft.Security/Locations/alerts',
  properties: {
    systemAlertId: alertId,
    alertDisplayName: 'A shell was opened to an outside address',
    alertType: 'VM_ReverseShell',
    description: 'Seen on vm-pay-web-01.',
    severity: 'High',
    status: 'Active',
    intent: 'Execution, CommandAndControl',
    techniques: ['T1059'],
    subTechniques: ['T1059.004'],
    startTimeUtc: '2026-11-21T09:58:00.1234567Z',
    endTimeUtc: '2026-11-21T09:59:00Z',
    timeGeneratedUtc: '2026-11-21T10:00:00Z',
    processingEndTimeUtc: '2026-11-21T10:00:01.5Z',
    productName: 'Azure Security Center',
    compromisedEntity: 'vm-pay-web-01',
    alertUri: `https://portal.azure.com/#blade/Microsoft_Azure_Security/AlertBlade/alertId/${alertId}/subscriptionId/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5/resourceGroup/rg-pay/referencedFrom/alertDeepLink/location/westeurope`,
    resourceIdentifiers: [
      {
        type: 'AzureResource',
        azureResourceId: `${group}/providers/Microsoft.Compute/virtualMachines/vm-pay-web-01`,
      },
    ],
    remediationSteps: [
      '1. Review with %{User Name}.\n2. Isolate the machine.',
      '{"kind":"openBlade","displayValue":"Enforce rule","detailBladeInputs":"x"}',
      '{"kind":"Link","value":"https://evil.example"}',
    ],
    extendedProperties: { 'investigation Steps': '1' },
    entities: [
      {
        $id: 'r_1',
        type: 'host',
        hostName: 'vm-pay-web-01',
        azureID: `${group}/providers/Microsoft.Compute/virtualMachines/vm-pay-web-01`,
      },
      {
        $id: 'r_2',
        type: 'azure-resource',
        resourceId: `${group}/providers/Microsoft.Compute/virtualMachines/VM-pay-web-01`,
      },
      { $id: 'r_3', type: 'account', name: 'www-data', host: { $ref: 'r_1' } },
      { $id: 'r_4', type: 'file', name: 'bash', directory: '/usr/bin' },
      {
        $id: 'r_5',
        type: 'process',
        commandLine: 'bash -i',
        imageFile: { $ref: 'r_4' },
        host: { $ref: 'r_1' },
      },
      {
        $id: 'r_6',
        type: 'ip',
        address: '203.0.113.66',
        location: { countryCode: 'NL', countryName: 'Netherlands' },
      },
      { $id: 'r_7', type: 'host-logon-session', sessionId: '0x3e7' },
    ],
  },
};

export const exportedAlert = {
  SystemAlertId: alertId,
  AlertDisplayName: 'A shell was opened to an outside address',
  AlertType: 'VM_ReverseShell',
  Severity: 'HIGH',
  Status: 'New',
  Intent: 'Execution, CommandAndControl',
  StartTimeUtc: '2026-11-21T09:58:00.123Z',
  EndTimeUtc: '2026-11-21T09:59:00Z',
  TimeGenerated: '2026-11-21T10:00:00Z',
  ProcessingEndTime: '2026-11-21T10:00:01.500Z',
  ProductName: 'Azure Security Center',
  CompromisedEntity: 'vm-pay-web-01',
  AlertUri: restAlert.properties.alertUri,
  RemediationSteps: ['Isolate the machine.'],
  ExtendedProperties: '{"investigation Steps":"1"}',
  Entities: [
    {
      $id: '1',
      Type: 'account',
      Name: 'www-data',
      Host: { $id: '2', HostName: 'vm-pay-web-01', Type: 'host' },
    },
    { $ref: '2' },
    { $id: '3', Type: 'ip', Address: '203.0.113.66', Location: { CountryCode: 'NL' } },
  ],
};

/** A row of the SecurityAlert table: lists and objects are JSON in text, Defender's own id stands aside. */
export const tableAlert = {
  SystemAlertId: '6d4c5e1b-1111-4222-8333-944445555666',
  VendorOriginalId: alertId,
  DisplayName: 'A shell was opened to an outside address',
  AlertName: 'Shell',
  AlertType: 'VM_ReverseShell',
  AlertSeverity: 'Medium',
  Status: 'New',
  Tactics: 'Execution',
  Techniques: '["T1059"]',
  StartTime: '2026-11-21T09:58:00',
  EndTime: null,
  TimeGenerated: '2026-11-21T10:00:00Z',
  Entities: '[{"$id":"1","Type":"url","Url":"https://evil.example/x"}]',
  ExtendedProperties: '{}',
  RemediationSteps: '["Isolate the machine."]',
  AlertLink: restAlert.properties.alertUri,
};

const insights =
  '/subscriptions/91d0b7a4-5e3c-4f68-a2b9-6c7d8e9f0a1b/resourceGroups/rg-security/providers/Microsoft.OperationalInsights/workspaces/contoso-sentinel/providers/Microsoft.SecurityInsights';

export const incident = {
  id: `${insights}/Incidents/2f0b7c1d-5a6e-4c3b-9d8f-112233445566`,
  name: '2f0b7c1d-5a6e-4c3b-9d8f-112233445566',
  etag: '"0a00"',
  type: 'Microsoft.SecurityInsights/Incidents',
  systemData: { lastModifiedBy: 'priya@contoso.com', lastModifiedByType: 'User' },
  properties: {
    title: 'Password spray',
    description: '',
    severity: 'Medium',
    status: 'Active',
    owner: { objectId: null, email: 'priya@contoso.com', assignedTo: 'Priya Nair', userPrincipalName: null },
    labels: [
      { labelName: 'crown-jewel', labelType: 'User' },
      { labelName: 'INC-1042', labelType: 'User' },
    ],
    firstActivityTimeUtc: '2026-11-21T09:00:00Z',
    lastActivityTimeUtc: '2026-11-21T09:30:00Z',
    lastModifiedTimeUtc: '2026-11-21T10:00:00.1234567Z',
    createdTimeUtc: '2026-11-21T09:31:00Z',
    incidentNumber: 4711,
    providerName: 'Azure Sentinel',
    providerIncidentId: '99',
    incidentUrl: `https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/Incident${insights}/Incidents/x`,
    relatedAnalyticRuleIds: [`${insights}/alertRules/rule-1`],
    additionalData: {
      alertsCount: 1,
      commentsCount: 0,
      alertProductNames: ['Azure Sentinel'],
      tactics: ['CredentialAccess'],
      techniques: ['T1110'],
    },
  },
};

export const incidentAlerts = [
  {
    kind: 'SecurityAlert',
    properties: {
      systemAlertId: 'AAAA-1',
      providerAlertId: alertId.toUpperCase(),
      alertType: 'ws_rule-1',
      compromisedEntity: 'vm-dc-01',
    },
  },
];

export const incidentEntities = [
  {
    id: `${insights}/Entities/e1`,
    kind: 'Account',
    properties: { accountName: 'lena', upnSuffix: 'contoso.com', aadUserId: 'ABC' },
  },
  {
    id: `${insights}/Entities/e2`,
    kind: 'File',
    properties: { fileName: 'rundll32.exe', directory: 'c:\\windows' },
  },
  {
    id: `${insights}/Entities/e3`,
    kind: 'Process',
    properties: { commandLine: 'rundll32 x', imageFileEntityId: `${insights}/entities/E2` },
  },
  { id: `${insights}/Entities/e4`, kind: 'DnsResolution', properties: { domainName: 'evil.example' } },
  { id: `${insights}/Entities/e5`, kind: 'SecurityAlert', properties: { friendlyName: 'an alert' } },
];
