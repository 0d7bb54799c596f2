/** Information protection. The notation is that of `tables.ts`. */
export const purviewTables = {
  MicrosoftPurviewInformationProtection: `TenantId TimeGenerated:datetime ActionSource ActionSourceDetail
    AppAccessContext:dynamic Application ApplicationMode ClientIP Common:dynamic ConditionMatch:dynamic ContentType
    CorrelationId CurrentProtectionType:dynamic CurrentProtectionTypeName DataState DeviceName EmailInfo:dynamic
    ExchangeMetaData:dynamic ExecutionRuleId ExecutionRuleName ExecutionRuleVersion Id IrmContentId
    IsViewableByExternalUsers:bool ItemCreationTime:datetime ItemLastModifiedTime:datetime ItemName ItemSize
    JustificationText LabelAction LabelAppliedDateTime:datetime LabelEventType LabelName LabelVersion MachineName
    MgtRuleId ObjectId OldSensitivityLabelId OldSensitivityLabelOwnerEmail Operation OrganizationId
    OverriddenActions:dynamic OverRideReason OverRideType Platform PolicyId PolicyName PolicyVersion
    PreviousProtectionType:dynamic PreviousProtectionTypeName ProtectionEventData:dynamic ProtectionEventTypeName
    Receivers:dynamic RecordType:int RecordTypeName ResultStatus RuleActions:dynamic RuleMode Scope
    ScopedLocationId Sender SensitiveInfoDetectionIsIncluded:bool SensitiveInfoTypeData:dynamic SensitivityLabelId
    SensitivityLabelOwnerEmail SensitivityLabelPolicyId Severity SharePointMetaData:dynamic TargetLocation UserId
    UserKey UserType Workload WorkLoadItemId SourceSystem Type`,
  PurviewDataSensitivityLogs: `TenantId TimeGenerated:datetime ActivityType AssetCreationTime:datetime
    AssetLastScanTime:datetime AssetModifiedTime:datetime AssetName AssetPath AssetType Classification:dynamic
    ClassificationDetails:dynamic ClassificationTrigger FileExtension FileSize:long PurviewAccountName PurviewRegion
    PurviewTenantId SensitivityLabel:dynamic SensitivityLabelDetails:dynamic SensitivityLabelTrigger
    SourceCollectionName SourceName SourcePath SourceRegion SourceScanId SourceSubscriptionId SourceType SourceSystem
    Type _ResourceId _SubscriptionId`,
} as const;
