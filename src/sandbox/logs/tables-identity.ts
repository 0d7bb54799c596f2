/** Sign-ins, directory and the people behind them. The notation is that of `tables.ts`. */
export const identityTables = {
  SigninLogs: `TenantId SourceSystem TimeGenerated:datetime ResourceId OperationName OperationVersion Category
    ResultType ResultSignature ResultDescription DurationMs:long CorrelationId Resource ResourceGroup
    ResourceProvider Identity Level Location AlternateSignInName AppDisplayName AppId
    AuthenticationContextClassReferences AuthenticationDetails AuthenticationMethodsUsed
    AuthenticationProcessingDetails AuthenticationRequirement AuthenticationRequirementPolicies ClientAppUsed
    ConditionalAccessPolicies:dynamic ConditionalAccessStatus CreatedDateTime:datetime DeviceDetail:dynamic
    IsInteractive:bool Id IPAddress IsRisky:bool LocationDetails:dynamic MfaDetail:dynamic
    NetworkLocationDetails OriginalRequestId ProcessingTimeInMilliseconds RiskDetail RiskEventTypes
    RiskEventTypes_V2 RiskLevelAggregated RiskLevelDuringSignIn RiskState ResourceDisplayName
    ResourceIdentity ResourceServicePrincipalId ServicePrincipalId ServicePrincipalName Status:dynamic
    TokenIssuerName TokenIssuerType UserAgent UserDisplayName UserId UserPrincipalName AADTenantId UserType
    FlaggedForReview:bool IPAddressFromResourceProvider SignInIdentifier SignInIdentifierType ResourceTenantId
    HomeTenantId UniqueTokenIdentifier SessionLifetimePolicies AutonomousSystemNumber AuthenticationProtocol
    CrossTenantAccessType IncomingTokenType Type _ItemId`,
  AADNonInteractiveUserSignInLogs: `TenantId SourceSystem TimeGenerated:datetime OperationName
    OperationVersion Category ResultType ResultSignature ResultDescription DurationMs:long CorrelationId
    ResourceGroup Identity Location AppDisplayName AppId AuthenticationDetails AuthenticationProcessingDetails
    AuthenticationRequirement ClientAppUsed ConditionalAccessPolicies ConditionalAccessStatus
    CreatedDateTime:datetime DeviceDetail Id IPAddress IsInteractive:bool LocationDetails MfaDetail
    OriginalRequestId RiskDetail RiskEventTypes RiskLevelAggregated RiskLevelDuringSignIn RiskState
    ResourceDisplayName ResourceIdentity ServicePrincipalId Status TokenIssuerType UserAgent UserDisplayName
    UserId UserPrincipalName UserType UniqueTokenIdentifier AutonomousSystemNumber IncomingTokenType Type`,
  AADServicePrincipalSignInLogs: `TenantId SourceSystem TimeGenerated:datetime OperationName Category
    ResultType ResultDescription CorrelationId Location AppId Id IPAddress LocationDetails
    ResourceDisplayName ResourceIdentity ServicePrincipalCredentialKeyId ServicePrincipalId
    ServicePrincipalName UserAgent Type`,
  AADManagedIdentitySignInLogs: `TenantId SourceSystem TimeGenerated:datetime OperationName Category
    ResultType ResultDescription CorrelationId AppId Id ResourceDisplayName ResourceIdentity
    ServicePrincipalId ServicePrincipalName Type`,
  AADUserRiskEvents: `TenantId TimeGenerated:datetime OperationName Activity ActivityDateTime:datetime
    AdditionalInfo:dynamic CorrelationId DetectedDateTime:datetime DetectionTimingType Id IpAddress
    LastUpdatedDateTime:datetime Location RequestId RiskDetail RiskEventType RiskLevel RiskState Source
    SourceSystem TokenIssuerType UserDisplayName UserId UserPrincipalName Type`,
  AuditLogs: `TenantId SourceSystem TimeGenerated:datetime ResourceId OperationName OperationVersion Category
    ResultType ResultSignature ResultDescription DurationMs:long CorrelationId Resource ResourceGroup
    ResourceProvider Identity Level Location AdditionalDetails:dynamic Id InitiatedBy:dynamic LoggedByService
    Result ResultReason TargetResources:dynamic AADTenantId ActivityDisplayName ActivityDateTime:datetime
    AADOperationType Type _ItemId`,
  IdentityInfo: `TenantId TimeGenerated:datetime AccountCloudSID AccountCreationTime:datetime
    AccountDisplayName AccountDomain AccountName AccountObjectId AccountSID AccountTenantId AccountUPN
    AdditionalMailAddresses:dynamic AssignedRoles:dynamic BlastRadius ChangeSource City CompanyName Country
    DeletedDateTime:datetime Department EmployeeId GivenName GroupMembership:dynamic InvestigationPriority:int
    IsAccountEnabled:bool IsMFARegistered:bool IsServiceAccount:bool JobTitle MailAddress Manager
    OnPremisesDistinguishedName OnPremisesAccountObjectId Phone RelatedAccounts:dynamic RiskLevel RiskState
    SAMAccountName ServicePrincipals:dynamic SourceSystem State StreetAddress Surname Tags:dynamic
    UACFlags UserAccountControl:dynamic UserState UserStateChangedOn:datetime UserType Type`,
  BehaviorAnalytics: `TenantId TimeGenerated:datetime SourceRecordId UserName UserPrincipalName
    ActionType ActivityType ActivityInsights:dynamic DestinationDevice DestinationIPAddress
    DestinationIPLocation DevicesInsights:dynamic EventProductVersion EventSource EventVendor
    InvestigationPriority:int NativeTableName SourceDevice SourceIPAddress SourceIPLocation SourceSystem
    TimeProcessed:datetime UsersInsights:dynamic Type`,
  SecurityAlert: `TenantId TimeGenerated:datetime DisplayName AlertName AlertSeverity Description ProviderName
    VendorName VendorOriginalId SystemAlertId ResourceId SourceComputerId AlertType ConfidenceLevel
    ConfidenceScore:real IsIncident:bool StartTime:datetime EndTime:datetime ProcessingEndTime:datetime
    RemediationSteps ExtendedProperties Entities SourceSystem WorkspaceSubscriptionId WorkspaceResourceGroup
    ExtendedLinks ProductName ProductComponentName AlertLink Status CompromisedEntity Tactics Techniques
    SubTechniques Type`,
  SecurityIncident: `TenantId TimeGenerated:datetime IncidentName Title Description Severity Status
    Classification ClassificationComment ClassificationReason Owner:dynamic ProviderName
    ProviderIncidentId FirstActivityTime:datetime LastActivityTime:datetime FirstModifiedTime:datetime
    LastModifiedTime:datetime CreatedTime:datetime ClosedTime:datetime IncidentNumber:int
    RelatedAnalyticRuleIds:dynamic AlertIds:dynamic BookmarkIds:dynamic Comments:dynamic Labels:dynamic
    IncidentUrl AdditionalData:dynamic ModifiedBy SourceSystem Type`,
  ThreatIntelIndicators: `TenantId TimeGenerated:datetime Id SourceSystem Pattern ObservableKey
    ObservableValue Confidence:int ValidFrom:datetime ValidUntil:datetime IsActive:bool IsDeleted:bool Tags
    Data:dynamic AdditionalFields:dynamic Created:datetime Modified:datetime Revoked:bool LastUpdateMethod
    Type`,
  ThreatIntelligenceIndicator: `TenantId TimeGenerated:datetime SourceSystem Action ActivityGroupNames
    AdditionalInformation ApplicationId AzureTenantId ConfidenceScore:real Description DiamondModel DomainName
    EmailEncoding EmailLanguage EmailRecipient EmailSenderAddress EmailSenderName EmailSourceDomain
    EmailSourceIpAddress EmailSubject EmailXMailer ExpirationDateTime:datetime ExternalIndicatorId
    FileCompileDateTime:datetime FileCreatedDateTime:datetime FileHashType FileHashValue FileMutexName FileName
    FilePacker FilePath FileSize:int FileType IndicatorId IndicatorProvider KillChainActions:bool
    KnownFalsePositives MalwareNames NetworkCidrBlock NetworkDestinationAsn:int NetworkDestinationCidrBlock
    NetworkDestinationIP NetworkDestinationPort:int NetworkIP NetworkPort:int NetworkProtocol:int
    NetworkSourceAsn:int NetworkSourceCidrBlock NetworkSourceIP NetworkSourcePort:int PassiveOnly:bool
    ThreatSeverity:int ThreatType TrafficLightProtocolLevel Url UserAgent Active:bool Tags Type`,
} as const;
