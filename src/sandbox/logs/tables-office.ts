import { purviewTables } from './tables-purview.ts';

/** Office, mail, names and networks, and the workspace itself. The notation is that of `tables.ts`. */
export const officeTables = {
  ...purviewTables,
  OfficeActivity: `TenantId Application UserDomain UserAgent RecordType TimeGenerated:datetime Operation
    OrganizationId OrganizationName OfficeId UserType UserKey OfficeWorkload ResultStatus ResultReasonType OfficeObjectId
    UserId ClientIP Scope Site_ ItemType EventSource Source_Name MachineDomainInfo MachineId
    Site_Url SourceRelativeUrl SourceFileName SourceFileExtension DestinationRelativeUrl DestinationFileName
    DestinationFileExtension UserSharedWith SharingType TargetUserOrGroupName TargetUserOrGroupType
    CustomEvent Event_Data ModifiedProperties Parameters ExternalAccess:bool InternalLogonType Logon_Type
    LogonUserDisplayName LogonUserSid MailboxGuid MailboxOwnerUPN MailboxOwnerSid ClientInfoString
    ClientMachineName ClientProcessName ClientVersion Client_IPAddress Item Folder Folders AffectedItems
    SendAsUserSmtp SendonBehalfOfUserSmtp TeamName TeamGuid ChannelName ChannelGuid ChannelType ExtraProperties
    AddOnName AddOnGuid Members:dynamic TabType Name OldValue NewValue MessageId ChatName ChatThreadId
    CommunicationType AADGroupId AADTarget Actor ActorContextId ActorIpAddress InterSystemsId
    IntraSystemId SupportTicketId TargetContextId DataCenterSecurityEventType ElevationTime:datetime Start_Time:datetime
    ElevationApprover ElevationApprovedTime:datetime ElevationRequestId ElevationRole ElevationDuration
    EffectiveOrganization GenericInfo OriginatingServer SourceSystem SourceRecordId AzureActiveDirectory_EventType
    Type _ItemId`,
  EmailEvents: `TenantId TimeGenerated:datetime Timestamp:datetime NetworkMessageId InternetMessageId
    SenderMailFromAddress SenderFromAddress SenderDisplayName SenderObjectId SenderMailFromDomain
    SenderFromDomain SenderIPv4 SenderIPv6 RecipientEmailAddress RecipientObjectId Subject EmailClusterId:long
    EmailDirection DeliveryAction DeliveryLocation ThreatTypes ThreatNames DetectionMethods ConfidenceLevel
    BulkComplaintLevel:int EmailAction EmailActionPolicy EmailActionPolicyGuid AuthenticationDetails
    AttachmentCount:int UrlCount:int EmailLanguage Connectors OrgLevelAction OrgLevelPolicy UserLevelAction
    UserLevelPolicy LatestDeliveryLocation LatestDeliveryAction AdditionalFields ReportId SourceSystem Type`,
  EmailUrlInfo: `TenantId TimeGenerated:datetime Timestamp:datetime NetworkMessageId Url UrlDomain UrlLocation
    ReportId SourceSystem Type`,
  EmailAttachmentInfo: `TenantId TimeGenerated:datetime Timestamp:datetime NetworkMessageId
    SenderFromAddress SenderDisplayName SenderObjectId RecipientEmailAddress RecipientObjectId FileName
    FileType SHA256 FileSize:long ThreatTypes ThreatNames DetectionMethods ReportId SourceSystem Type`,
  UrlClickEvents: `TenantId TimeGenerated:datetime Timestamp:datetime Url ActionType AccountUpn Workload
    NetworkMessageId IPAddress ThreatTypes DetectionMethods IsClickedThrough:bool UrlChain ReportId
    SourceSystem Type`,
  CloudAppEvents: `TenantId TimeGenerated:datetime Timestamp:datetime ActionType Application
    ApplicationId:int AccountObjectId AccountId AccountDisplayName AccountType IsAdminOperation:bool DeviceType
    OSPlatform IPAddress IsAnonymousProxy:bool CountryCode City ISP UserAgent ActivityType
    ActivityObjects:dynamic ObjectName ObjectType ObjectId ReportId RawEventData:dynamic
    AdditionalFields:dynamic SourceSystem Type`,
  DnsEvents: `TenantId SourceSystem TimeGenerated:datetime Computer SubType EventId:int TaskCategory ClientIP
    Name QueryType Result ResultCode:int Severity:int Confidence IndicatorThreatType Description
    MaliciousIP RemoteIPCountry RemoteIPLatitude:real RemoteIPLongitude:real IPAddresses DnsServerName Message
    MG Type _ResourceId`,
  CommonSecurityLog: `TenantId SourceSystem TimeGenerated:datetime ReceiptTime DeviceVendor DeviceProduct
    DeviceEventClassID LogSeverity OriginalLogSeverity DeviceAction SimplifiedDeviceAction Computer
    CommunicationDirection DeviceFacility DestinationPort:int DestinationIP DeviceAddress DeviceName Message
    Protocol SourcePort:int SourceIP RemoteIP RemotePort MaliciousIP ThreatSeverity:int IndicatorThreatType
    ThreatDescription ThreatConfidence ReportReferenceLink MaliciousIPLongitude:real
    MaliciousIPLatitude:real MaliciousIPCountry DeviceVersion Activity ApplicationProtocol EventCount:int
    DestinationDnsDomain DestinationServiceName DestinationTranslatedAddress DestinationTranslatedPort:int
    DeviceDnsDomain DeviceExternalID DeviceInboundInterface DeviceNtDomain DeviceOutboundInterface
    DevicePayloadId ProcessName DeviceTranslatedAddress DestinationHostName DestinationMACAddress
    DestinationNTDomain DestinationProcessId:int DestinationUserPrivileges DestinationProcessName DeviceTimeZone
    DestinationUserID DestinationUserName DeviceMacAddress ProcessID:int ExternalID EventType:int
    EventOutcome ReceivedBytes:long SentBytes:long RequestURL RequestMethod RequestClientApplication
    RequestContext RequestCookies FileName FilePath FileHash FileSize:int FileType Reason SourceHostName
    SourceMACAddress SourceNTDomain SourceProcessName SourceProcessId:int SourceServiceName
    SourceTranslatedAddress SourceTranslatedPort:int SourceUserPrivileges SourceUserID SourceUserName
    DeviceCustomString1 DeviceCustomString1Label DeviceCustomString2 DeviceCustomString2Label
    DeviceCustomString3 DeviceCustomString3Label DeviceCustomString4 DeviceCustomString4Label
    DeviceCustomString5 DeviceCustomString5Label DeviceCustomString6 DeviceCustomString6Label
    DeviceCustomNumber1:int DeviceCustomNumber1Label DeviceCustomNumber2:int DeviceCustomNumber2Label
    FlexString1 FlexString1Label FlexString2 FlexString2Label StartTime:datetime EndTime:datetime
    AdditionalExtensions Type _ResourceId`,
  W3CIISLog: `TenantId SourceSystem TimeGenerated:datetime Date Time AzureDeploymentID Role RoleInstance
    Computer sSiteName sComputerName sIP csMethod csUriStem csUriQuery sPort:int csUserName cIP csVersion
    csUserAgent csCookie csReferer csHost scStatus scSubStatus scWin32Status scBytes:long csBytes:long
    TimeTaken:long FileUri FileOffset StorageAccount MaliciousIP IndicatorThreatType Confidence Severity:int
    RemoteIPCountry RemoteIPLatitude:real RemoteIPLongitude:real MG ManagementGroupName Type _ResourceId`,
  Usage: `TenantId Computer TimeGenerated:datetime SourceSystem StartTime:datetime EndTime:datetime ResourceUri
    LinkedResourceUri DataType Solution BatchesWithinSla:long BatchesOutsideSla:long BatchesCapped:long
    TotalBatches:long AvgLatencyInSeconds:real Quantity:real QuantityUnit IsBillable:bool MeterId
    LinkedMeterId Type`,
  LAQueryLogs: `TenantId TimeGenerated:datetime CorrelationId AADObjectId AADTenantId AADEmail AADClientId
    RequestClientApp QueryTimeRangeStart:datetime QueryTimeRangeEnd:datetime QueryText RequestTarget
    RequestContext:dynamic RequestContextFilters:dynamic ResponseCode:int ResponseRowCount:int
    ResponseDurationMs:real StatsCPUTimeMs:real StatsDataProcessedKB:real
    StatsDataProcessedStart:datetime StatsDataProcessedEnd:datetime StatsWorkspaceCount:int
    StatsRegionCount:int IsWorkspaceInFailover:bool ConditionalDataAccess WorkspaceRegion SourceSystem Type
    _ResourceId`,
  Operation: `TenantId SourceSystem TimeGenerated:datetime Solution OperationStatus Detail OperationCategory
    Computer OperationKey CorrelationId ErrorId HelpLink _ResourceId Type`,
  Watchlist: `TenantId TimeGenerated:datetime AzureTenantId WatchlistId WatchlistItemId WatchlistName
    WatchlistAlias Provider SearchKey CreatedBy:dynamic CreatedTimeUTC:datetime UpdatedBy:dynamic
    LastUpdatedTimeUTC:datetime EntityMapping:dynamic WatchlistItem:dynamic Tags DTItemType DTItemStatus
    DTTimestamp:datetime DefaultDuration TimeToLive SourceSystem Type`,
  EdgeCache_CL: `TenantId TimeGenerated:datetime Pop Host Path Status:int CacheStatus ClientIp BytesSent:long
    UserAgent Type`,
} as const;
