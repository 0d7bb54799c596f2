/** Machines: their own event logs, and what Defender for Endpoint sees on them. The notation is that of `tables.ts`. */
export const machineTables = {
  SecurityEvent: `TenantId TimeGenerated:datetime SourceSystem Account AccountType Computer EventSourceName
    Channel Task:int Level EventData EventID:int Activity PartitionKey RowKey StorageAccount
    AzureDeploymentID AzureTableName AccessList AccessMask AccessReason AccountDomain AccountExpires
    AccountName AdditionalInfo AllowedToDelegateTo Attributes AuditPolicyChanges AuthenticationPackageName
    CallerProcessId CallerProcessName CommandLine DisplayName ElevatedToken FailureReason FileHash FilePath
    FilePathNoUser Fqbn GroupMembership HandleId Hash HomeDirectory HomePath ImpersonationLevel IpAddress IpPort
    KeyLength:int LmPackageName LogonGuid LogonHours LogonID LogonProcessName LogonType:int LogonTypeName
    MandatoryLabel MemberName MemberSid NewProcessId NewProcessName NewUacValue NewValue ObjectName
    ObjectServer ObjectType ObjectValueName OldUacValue OldValue OperationType PackageName ParentProcessName
    PasswordLastSet PrimaryGroupId PrivilegeList Process ProcessId ProcessName Properties RelativeTargetName
    SamAccountName ScriptPath ServiceAccount ServiceFileName ServiceName ServiceStartType:int ServiceType
    SessionName ShareLocalPath ShareName SidHistory Status SubStatus SubjectAccount SubjectDomainName
    SubjectLogonId SubjectUserName SubjectUserSid TargetAccount TargetDomainName TargetInfo
    TargetLinkedLogonId TargetLogonGuid TargetLogonId TargetOutboundDomainName TargetOutboundUserName
    TargetServerName TargetSid TargetUser TargetUserName TargetUserSid TemplateContent TicketEncryptionType
    TicketOptions TokenElevationType TransmittedServices UserAccountControl UserParameters UserPrincipalName
    UserWorkstations VirtualAccount Workstation WorkstationName ManagementGroupName SourceComputerId
    EventOriginId TimeCollected:datetime Type _ResourceId`,
  Event: `TenantId SourceSystem TimeGenerated:datetime Source EventLog Computer EventLevel:int EventLevelName
    ParameterXml EventData EventID:int RenderedDescription AzureDeploymentID Role EventCategory:int UserName
    Message MG ManagementGroupName Type _ResourceId`,
  WindowsEvent: `TenantId TimeGenerated:datetime Provider Channel Computer Task:int EventLevel:int
    EventLevelName EventData:dynamic EventID:int ManagementGroupName Opcode Keywords SystemUserId Version:int
    Correlation EventRecordId SystemProcessId:int SystemThreadId:int TimeCreated:datetime SourceSystem Type
    _ResourceId`,
  Syslog: `TenantId SourceSystem TimeGenerated:datetime Computer EventTime:datetime Facility HostName
    SeverityLevel SyslogMessage ProcessID:int HostIP ProcessName MG CollectorHostName Type _ResourceId`,
  Heartbeat: `TenantId SourceSystem TimeGenerated:datetime MG ManagementGroupName SourceComputerId ComputerIP
    Computer Category OSType OSName OSMajorVersion OSMinorVersion Version SCAgentChannel IsGatewayInstalled:bool
    RemoteIPLongitude:real RemoteIPLatitude:real RemoteIPCountry SubscriptionId ResourceGroup ResourceProvider
    Resource ResourceId ResourceType ComputerEnvironment Solutions VMUUID ComputerPrivateIPs:dynamic Type
    _ResourceId`,
  DeviceProcessEvents: `TenantId TimeGenerated:datetime Timestamp:datetime DeviceId DeviceName ActionType
    FileName FolderPath SHA1 SHA256 MD5 FileSize:long ProcessVersionInfoCompanyName
    ProcessVersionInfoProductName ProcessVersionInfoOriginalFileName ProcessVersionInfoFileDescription
    ProcessId:long ProcessCommandLine ProcessIntegrityLevel ProcessTokenElevation
    ProcessCreationTime:datetime AccountDomain AccountName AccountSid AccountUpn AccountObjectId
    LogonId:long InitiatingProcessAccountDomain InitiatingProcessAccountName InitiatingProcessAccountSid
    InitiatingProcessAccountUpn InitiatingProcessAccountObjectId InitiatingProcessLogonId:long
    InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5 InitiatingProcessFileName
    InitiatingProcessId:long InitiatingProcessCommandLine InitiatingProcessCreationTime:datetime
    InitiatingProcessFolderPath InitiatingProcessParentId:long InitiatingProcessParentFileName
    InitiatingProcessParentCreationTime:datetime InitiatingProcessSignerType
    InitiatingProcessSignatureStatus ReportId:long AppGuardContainerId AdditionalFields:dynamic MachineGroup
    SourceSystem Type`,
  DeviceNetworkEvents: `TenantId TimeGenerated:datetime Timestamp:datetime DeviceId DeviceName ActionType
    RemoteIP RemotePort:int RemoteUrl LocalIP LocalPort:int Protocol LocalIPType RemoteIPType
    InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5 InitiatingProcessFileName
    InitiatingProcessId:long InitiatingProcessCommandLine InitiatingProcessCreationTime:datetime
    InitiatingProcessFolderPath InitiatingProcessParentFileName InitiatingProcessParentId:long
    InitiatingProcessAccountDomain InitiatingProcessAccountName InitiatingProcessAccountSid
    InitiatingProcessAccountUpn ReportId:long AdditionalFields:dynamic MachineGroup SourceSystem Type`,
  DeviceFileEvents: `TenantId TimeGenerated:datetime Timestamp:datetime DeviceId DeviceName ActionType FileName
    FolderPath SHA1 SHA256 MD5 FileOriginUrl FileOriginReferrerUrl FileOriginIP PreviousFolderPath
    PreviousFileName FileSize:long InitiatingProcessAccountDomain InitiatingProcessAccountName
    InitiatingProcessAccountSid InitiatingProcessAccountUpn InitiatingProcessMD5 InitiatingProcessSHA1
    InitiatingProcessSHA256 InitiatingProcessFolderPath InitiatingProcessFileName InitiatingProcessId:long
    InitiatingProcessCommandLine InitiatingProcessCreationTime:datetime InitiatingProcessParentId:long
    InitiatingProcessParentFileName RequestProtocol RequestSourceIP RequestAccountName SensitivityLabel
    ReportId:long AdditionalFields:dynamic MachineGroup SourceSystem Type`,
  DeviceLogonEvents: `TenantId TimeGenerated:datetime Timestamp:datetime DeviceId DeviceName ActionType
    LogonType AccountDomain AccountName AccountSid Protocol FailureReason IsLocalAdmin:bool LogonId:long
    RemoteDeviceName RemoteIP RemoteIPType RemotePort:int InitiatingProcessAccountDomain
    InitiatingProcessAccountName InitiatingProcessFileName InitiatingProcessId:long
    InitiatingProcessCommandLine InitiatingProcessFolderPath ReportId:long AdditionalFields:dynamic
    MachineGroup SourceSystem Type`,
  DeviceRegistryEvents: `TenantId TimeGenerated:datetime Timestamp:datetime DeviceId DeviceName ActionType
    RegistryKey RegistryValueType RegistryValueName RegistryValueData PreviousRegistryKey
    PreviousRegistryValueName PreviousRegistryValueData InitiatingProcessAccountDomain
    InitiatingProcessAccountName InitiatingProcessFileName InitiatingProcessId:long
    InitiatingProcessCommandLine InitiatingProcessFolderPath ReportId:long MachineGroup SourceSystem Type`,
  DeviceEvents: `TenantId TimeGenerated:datetime Timestamp:datetime DeviceId DeviceName ActionType FileName
    FolderPath SHA1 SHA256 MD5 FileSize:long AccountDomain AccountName RemoteUrl RemoteDeviceName
    ProcessId:long ProcessCommandLine RemoteIP RemotePort:int LocalIP InitiatingProcessAccountName
    InitiatingProcessFileName InitiatingProcessId:long InitiatingProcessCommandLine
    InitiatingProcessFolderPath ReportId:long AdditionalFields:dynamic MachineGroup SourceSystem Type`,
  DeviceInfo: `TenantId TimeGenerated:datetime Timestamp:datetime DeviceId DeviceName ClientVersion PublicIP
    OSArchitecture OSPlatform OSBuild:long IsAzureADJoined:bool AadDeviceId LoggedOnUsers:dynamic
    RegistryDeviceTag OSVersion MachineGroup ReportId:long OnboardingStatus DeviceCategory DeviceType
    ExposureLevel IsInternetFacing:bool AzureResourceId SourceSystem Type`,
  DeviceNetworkInfo: `TenantId TimeGenerated:datetime Timestamp:datetime DeviceId DeviceName
    NetworkAdapterName MacAddress IPAddresses:dynamic DnsAddresses:dynamic ReportId:long MachineGroup
    SourceSystem Type`,
} as const;
