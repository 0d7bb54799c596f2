/** Azure's resources and other clouds. The notation is that of `tables.ts`. */
export const cloudTables = {
  AzureActivity: `TenantId SourceSystem TimeGenerated:datetime CallerIpAddress CategoryValue CorrelationId
    Authorization Authorization_d:dynamic Claims Claims_d:dynamic Level OperationNameValue Properties
    Properties_d:dynamic Caller EventDataId EventSubmissionTimestamp:datetime HTTPRequest OperationId
    ResourceGroup ResourceProviderValue ActivityStatusValue ActivitySubstatusValue Hierarchy SubscriptionId
    OperationName ActivityStatus ActivitySubstatus Category ResourceId Resource ResourceProvider Type
    _ResourceId _ItemId`,
  AzureDiagnostics: `TenantId TimeGenerated:datetime ResourceId Category ResourceGroup SubscriptionId
    ResourceProvider Resource ResourceType OperationName ResultType ResultSignature ResultDescription
    DurationMs:long CallerIPAddress CorrelationId identity_claim_oid_g identity_claim_appid_g
    identity_claim_upn_s id_s requestUri_s httpStatusCode_d:real clientInfo_s properties_s Level
    server_principal_name_s statement_s client_ip_s application_name_s database_name_s action_name_s
    succeeded_s affected_rows_d:real response_rows_d:real duration_milliseconds_d:real host_name_s
    LogicalServerName_s errorLevel_s Message msg_s clientIp_s clientIP_s userAgent_s hostname_s
    apiId_s operationId_s responseCode_d:real backendResponseCode_d:real method_s url_s
    ruleName_s action_s details_message_s details_data_s sourcePublicIpAddress_s destPublicIpAddress_s attackVectors_s
    AdditionalFields:dynamic SourceSystem Type _ResourceId`,
  AZKVAuditLogs: `TenantId TimeGenerated:datetime OperationName OperationVersion Category ResultType
    ResultSignature ResultDescription DurationMs:int CallerIpAddress CorrelationId Identity:dynamic
    HttpStatusCode:int RequestUri ClientInfo Id AddrAuthType AppliedAssignmentId Algorithm Operation
    SubnetId Tlsversion TrustedService Properties:dynamic Resource ResourceType ResourceGroup SourceSystem Type
    _ResourceId`,
  StorageBlobLogs: `TenantId TimeGenerated:datetime AccountName Location Protocol OperationName OperationVersion
    SchemaVersion StatusCode:int StatusText DurationMs:real CallerIpAddress CorrelationId ServerLatencyMs:real
    ServiceType OperationCount:int RequesterTenantId RequesterAppId RequesterAudience RequesterObjectId
    RequesterTokenIssuer RequesterUpn AuthenticationType AuthenticationHash AuthorizationDetails:dynamic Uri
    UserAgentHeader ReferrerHeader ClientRequestId Etag ObjectKey ConditionsUsed ContentLengthHeader:long
    RequestBodySize:long ResponseBodySize:long RequestHeaderSize:long ResponseHeaderSize:long TlsVersion
    AccessTier LastModifiedTime:datetime Category MetricResponseType SourceSystem Type _ResourceId`,
  StorageFileLogs: `TenantId TimeGenerated:datetime AccountName Location Protocol OperationName
    OperationVersion SchemaVersion StatusCode:int StatusText DurationMs:real CallerIpAddress CorrelationId
    ServerLatencyMs:real ServiceType OperationCount:int RequesterObjectId RequesterUpn AuthenticationType
    AuthenticationHash Uri UserAgentHeader ClientRequestId ObjectKey RequestBodySize:long
    ResponseBodySize:long TlsVersion SmbTreeConnectID SmbCommandDetail SmbFileId Category SourceSystem Type
    _ResourceId`,
  AzureMetrics: `TenantId SourceSystem TimeGenerated:datetime ResourceId OperationName ResultType ResultSignature
    Resource ResourceGroup ResourceProvider SubscriptionId MetricName Total:real Count:real Maximum:real
    Minimum:real Average:real TimeGrain UnitName Type _ResourceId`,
  AppServiceHTTPLogs: `TenantId TimeGenerated:datetime Category CsHost CsMethod CsUriStem CsUriQuery CsUsername
    CIp SPort UserAgent Cookie Referer ScStatus:int ScSubStatus ScWin32Status ScBytes:long CsBytes:long
    TimeTaken:int ComputerName Protocol Result SourceSystem Type _ResourceId`,
  ApiManagementGatewayLogs: `TenantId TimeGenerated:datetime OperationName CorrelationId Region IsRequestSuccess:bool
    Category TotalTime:long CallerIpAddress Method Url ClientProtocol ResponseCode:int BackendMethod
    BackendUrl BackendResponseCode:int RequestSize:long ResponseSize:long Cache BackendTime:long ApiId
    OperationId ProductId UserId ApimSubscriptionId ApiRevision ClientTlsVersion RequestHeaders:dynamic
    LastErrorReason LastErrorMessage LastErrorSource SourceSystem Type _ResourceId`,
  AZFWNetworkRule: `TenantId TimeGenerated:datetime Protocol SourceIp SourcePort:int DestinationIp DestinationPort:int
    Action ActionReason Policy RuleCollectionGroup RuleCollection Rule SourceSystem Type _ResourceId`,
  AZFWApplicationRule: `TenantId TimeGenerated:datetime Protocol SourceIp SourcePort:int DestinationPort:int Fqdn
    TargetUrl Action ActionReason IsTlsInspected:bool Policy RuleCollectionGroup RuleCollection Rule
    WebCategory SourceSystem Type _ResourceId`,
  AGWFirewallLogs: `TenantId TimeGenerated:datetime Action ClientIp ClientPort:int DetailedData DetailedMessage
    FileDetails Hostname InstanceId LineDetails Message OperationName RequestUri RuleId RuleSetType
    RuleSetVersion Site TransactionId PolicyId PolicyScope PolicyScopeName SourceSystem Type _ResourceId`,
  SQLSecurityAuditEvents: `TenantId TimeGenerated:datetime LogicalServerName DatabaseName EventTime:datetime
    ActionId ActionName ClassType ClassTypeDescription ClientIp ClientTlsVersion ApplicationName HostName
    ServerPrincipalName DatabasePrincipalName ObjectName SchemaName Statement Succeeded:bool AffectedRows:long
    ResponseRows:long DurationMs:long SessionId:int AdditionalInformation Category OperationName Resource
    ResourceGroup SourceSystem Type _ResourceId`,
  PGSQLServerLogs: `TenantId TimeGenerated:datetime Category LogicalServerName ErrorLevel SqlErrorCode Message
    Detail Hint ProcessId:int BackendType ConnectionFrom DatabaseName UserName Statement Location
    OperationName SourceSystem Type _ResourceId`,
  ContainerRegistryRepositoryEvents: `TenantId TimeGenerated:datetime OperationName CorrelationId Repository Tag
    Digest MediaType Size:int Region LoginServer Identity CallerIpAddress UserAgent ResultType
    ResultDescription DurationMs ArtifactType SourceSystem Type _ResourceId`,
  AKSAudit: `TenantId TimeGenerated:datetime Level AuditId Stage RequestUri Verb User:dynamic
    SourceIps:dynamic UserAgent ObjectRef:dynamic ResponseStatus:dynamic RequestObject:dynamic
    ResponseObject:dynamic RequestReceivedTime:datetime StageReceivedTime:datetime Annotations:dynamic PodName
    SourceSystem Type _ResourceId`,
  AKSAuditAdmin: `TenantId TimeGenerated:datetime Level AuditId Stage RequestUri Verb User:dynamic
    SourceIps:dynamic UserAgent ObjectRef:dynamic ResponseStatus:dynamic RequestObject:dynamic
    ResponseObject:dynamic RequestReceivedTime:datetime StageReceivedTime:datetime Annotations:dynamic PodName
    SourceSystem Type _ResourceId`,
  ContainerLogV2: `TenantId TimeGenerated:datetime Computer ContainerId ContainerName PodName PodNamespace
    LogMessage:dynamic LogSource KubernetesMetadata:dynamic LogLevel SourceSystem Type _ResourceId`,
  NTANetAnalytics: `TenantId TimeGenerated:datetime SubType FASchemaVersion TimeProcessed:datetime
    FlowIntervalStartTime:datetime FlowIntervalEndTime:datetime FlowStartTime:datetime FlowEndTime:datetime
    FlowType SrcIp DestIp DestPort:int L4Protocol L7Protocol FlowDirection FlowStatus FlowEncryption
    AclGroup AclRule MacAddress SrcSubscription DestSubscription SrcRegion DestRegion SrcNic DestNic SrcVm
    DestVm SrcSubnet DestSubnet SrcPublicIps DestPublicIps PublicIps Country AzureRegion
    AllowedInFlows:long DeniedInFlows:long AllowedOutFlows:long DeniedOutFlows:long PacketsDestToSrc:long
    PacketsSrcToDest:long BytesDestToSrc:long BytesSrcToDest:long CompletedFlows:long
    TargetResourceId TargetResourceType FlowLogResourceId ThreatType SourceSystem Type _ResourceId`,
  AWSCloudTrail: `TenantId TimeGenerated:datetime AwsEventId EventVersion EventSource EventTypeName EventName
    UserIdentityType UserIdentityPrincipalid UserIdentityArn UserIdentityAccountId
    UserIdentityInvokedBy UserIdentityAccessKeyId UserIdentityUserName
    SessionMfaAuthenticated:bool SessionCreationDate:datetime SessionIssuerType SessionIssuerPrincipalId
    SessionIssuerArn SessionIssuerAccountId SessionIssuerUserName EC2RoleDelivery AWSRegion SourceIpAddress
    UserAgent ErrorCode ErrorMessage RequestParameters ResponseElements AdditionalEventData AwsRequestId_
    Resources APIVersion ReadOnly:bool RecipientAccountId ServiceEventDetails SharedEventId VpcEndpointId
    ManagementEvent:bool EventTime:datetime CidrIp IpProtocol SourceSystem Type`,
  AWSGuardDuty: `TenantId TimeGenerated:datetime AccountId Arn CreatedAt:datetime Description Id Partition Region
    ResourceDetails:dynamic SchemaVersion ServiceDetails:dynamic Severity:int Title TimeCreated:datetime
    ActivityType UpdatedAt:datetime SourceSystem Type`,
  GCPAuditLogs: `TenantId TimeGenerated:datetime ProjectId LogName MethodName ServiceName PrincipalEmail
    GCPResourceName GCPResourceType InsertId Severity AuthenticationInfo:dynamic AuthorizationInfo:dynamic
    Request:dynamic Response:dynamic RequestMetadata:dynamic ServiceData:dynamic Status:dynamic
    StatusMessage Subscription Timestamp:datetime SourceSystem Type`,
  AppRequests: `TenantId TimeGenerated:datetime Id Source Name Url Success:bool ResultCode DurationMs:real
    PerformanceBucket Properties:dynamic Measurements:dynamic OperationName OperationId ParentId
    SyntheticSource SessionId UserId UserAuthenticatedId UserAccountId AppVersion AppRoleName AppRoleInstance
    ClientType ClientModel ClientOS ClientIP ClientCity ClientStateOrProvince ClientCountryOrRegion
    ClientBrowser ResourceGUID IKey SDKVersion ItemCount:int ReferencedItemId ReferencedType SourceSystem
    Type _ResourceId`,
  AppExceptions: `TenantId TimeGenerated:datetime ProblemId HandledAt ExceptionType Assembly Method OuterType
    OuterMessage InnermostType InnermostMessage SeverityLevel:int Details:dynamic Properties:dynamic
    OperationName OperationId ParentId AppRoleName AppRoleInstance ClientIP ClientCountryOrRegion
    ItemCount:int SourceSystem Type _ResourceId`,
} as const;
