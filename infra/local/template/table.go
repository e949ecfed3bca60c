package template

// Table holds the disposition of each property of each resource type. A property without a row, and without a row above it,
// is an error. docs/local-cloud-template.md shows it.
var Table = concat(
	attributes, functions, events, api, tables, buckets, site, mail, identity, secrets, access, watching,
)

func concat(lists ...[]Row) []Row {
	var all []Row
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// rows returns a row for each path.
func rows(kind string, disposition Disposition, note string, paths ...string) []Row {
	list := make([]Row, len(paths))
	for i, path := range paths {
		list[i] = Row{Type: kind, Path: path, Disposition: disposition, Note: note}
	}
	return list
}

// only returns a row for a property with a list of supported values.
func only(kind, path string, disposition Disposition, note string, values ...string) []Row {
	return []Row{{Type: kind, Path: path, Disposition: disposition, Note: note, Values: values}}
}

var attributes = concat(
	rows(anywhere, Run, "", "Condition"),
	rows(anywhere, Ignored, "the local cloud starts services in order", "DependsOn"),
	rows(anywhere, Ignored, "data stays until make clean", "DeletionPolicy", "UpdateReplacePolicy"),
	rows(anywhere, Replaced, "go build, with the flags of the Makefile", "Metadata.BuildMethod"),
	rows(anywhere, Ignored, "used by linters", "Metadata.cfn-lint"),
)

const function = "AWS::Serverless::Function"

var functions = concat(
	rows(function, Run, "",
		"FunctionName", "CodeUri", "Timeout", "MemorySize", "Environment.Variables.*", "ReservedConcurrentExecutions",
		"EventInvokeConfig.MaximumEventAgeInSeconds", "EventInvokeConfig.DestinationConfig.OnFailure.Destination",
		"EventInvokeConfig.DestinationConfig.OnSuccess.Destination", "LoggingConfig.ApplicationLogLevel"),
	only(function, "EventInvokeConfig.MaximumRetryAttempts", Run, "", "0", "1", "2"),
	only(function, "EventInvokeConfig.DestinationConfig.OnFailure.Type", Run, "", "S3Bucket", "Lambda"),
	only(function, "EventInvokeConfig.DestinationConfig.OnSuccess.Type", Run, "", "S3Bucket", "Lambda"),
	only(function, "Events.*.Type", Run, "", "HttpApi", "DynamoDB", "S3", "Schedule", "SNS"),
	only(function, "Runtime", Run, "", "provided.al2023"),
	only(function, "Handler", Run, "", "bootstrap"),
	only(function, "PackageType", Run, "", "Zip"),
	only(function, "LoggingConfig.LogFormat", Run, "", "JSON", "Text"),
	only(function, "RecursiveLoop", Run, "", "Allow", "Terminate"),
	rows(function, Replaced, "built for this machine", "Architectures"),
	rows(function, Replaced, "the terminal, with function and request id on each line", "LoggingConfig.LogGroup"),
	rows(function, Ignored, "the local cloud logs failures only", "LoggingConfig.SystemLogLevel"),
	rows(function, Ignored, "permissions are not checked here; a test of infra checks them", "Role", "Policies",
		"PermissionsBoundary", "AssumeRolePolicyDocument"),
	rows(function, Ignored, "descriptive", "Description", "Tags"),
	rows(function, Ignored, "there is no tracing", "Tracing"),
	rows(function, Ignored, "variables are not encrypted", "KmsKeyArn"),
)

var events = concat(
	rows(function+" HttpApi", Run, "", "ApiId", "Path", "Method", "TimeoutInMillis", "Auth.Authorizer",
		"Auth.AuthorizationScopes"),
	only(function+" HttpApi", "PayloadFormatVersion", Run, "", "2.0"),
	rows(function+" DynamoDB", Run, "", "Stream", "BatchSize", "MaximumBatchingWindowInSeconds", "TumblingWindowInSeconds",
		"ParallelizationFactor", "BisectBatchOnFunctionError", "MaximumRetryAttempts", "MaximumRecordAgeInSeconds",
		"FilterCriteria.Filters.Pattern", "DestinationConfig.OnFailure.Destination"),
	only(function+" DynamoDB", "Enabled", Run, "", "true"),
	only(function+" DynamoDB", "StartingPosition", Run, "", "TRIM_HORIZON", "LATEST"),
	only(function+" DynamoDB", "FunctionResponseTypes", Run, "", "ReportBatchItemFailures"),
	only(function+" DynamoDB", "DestinationConfig.OnFailure.Type", Run, "", "S3"),
	rows(function+" S3", Run, "", "Bucket", "Events", "Filter.S3Key.Rules.Value"),
	only(function+" S3", "Filter.S3Key.Rules.Name", Run, "", "prefix", "suffix"),
	rows(function+" Schedule", Run, "", "Schedule", "Input"),
	only(function+" Schedule", "Enabled", Run, "", "true"),
	only(function+" Schedule", "State", Run, "", "ENABLED"),
	rows(function+" Schedule", Ignored, "descriptive", "Name", "Description"),
	rows(function+" Schedule", Ignored, "the function is invoked at once", "RetryPolicy.MaximumRetryAttempts",
		"RetryPolicy.MaximumEventAgeInSeconds"),
	rows(function+" SNS", Run, "", "Topic"),
)

const (
	httpAPI = "AWS::Serverless::HttpApi"
	apiName = "AWS::ApiGatewayV2::DomainName"
)

var api = concat(
	rows(httpAPI, Run, "",
		"Auth.Authorizers.*.IdentitySource", "Auth.Authorizers.*.JwtConfiguration.issuer",
		"Auth.Authorizers.*.JwtConfiguration.audience", "Auth.Authorizers.*.AuthorizationScopes", "Auth.DefaultAuthorizer",
		"CorsConfiguration.AllowOrigins", "CorsConfiguration.AllowHeaders", "CorsConfiguration.AllowMethods",
		"CorsConfiguration.ExposeHeaders", "CorsConfiguration.MaxAge", "CorsConfiguration.AllowCredentials",
		"DefaultRouteSettings.ThrottlingBurstLimit", "DefaultRouteSettings.ThrottlingRateLimit",
		"RouteSettings.*.ThrottlingBurstLimit", "RouteSettings.*.ThrottlingRateLimit"),
	only(httpAPI, "StageName", Run, "", "$default"),
	rows(httpAPI, Run, "", "DisableExecuteApiEndpoint"),
	rows(httpAPI, Replaced, "the terminal, in the same format", "AccessLogSettings.Format"),
	rows(httpAPI, Replaced, "the terminal", "AccessLogSettings.DestinationArn"),
	rows(httpAPI, Ignored, "descriptive", "Name", "Description", "Tags"),
	rows(httpAPI, Ignored, "there are no metrics", "DefaultRouteSettings.DetailedMetricsEnabled"),
	rows(httpAPI, Ignored, "the local cloud always fails on warnings", "FailOnWarnings"),
	rows(apiName, Run, "", "DomainName"),
	only(apiName, "DomainNameConfigurations.EndpointType", Run, "", "REGIONAL"),
	rows(apiName, Ignored, "HTTP on one machine", "DomainNameConfigurations.CertificateArn", "DomainNameConfigurations.SecurityPolicy"),
	rows("AWS::ApiGatewayV2::ApiMapping", Run, "", "ApiId", "DomainName"),
	only("AWS::ApiGatewayV2::ApiMapping", "Stage", Run, "", "$default"),
)

const table = "AWS::DynamoDB::Table"

var tables = concat(
	rows(table, Run, "", "TableName", "AttributeDefinitions.AttributeName", "AttributeDefinitions.AttributeType",
		"KeySchema.AttributeName", "KeySchema.KeyType", "GlobalSecondaryIndexes.IndexName",
		"GlobalSecondaryIndexes.KeySchema.AttributeName", "GlobalSecondaryIndexes.KeySchema.KeyType",
		"GlobalSecondaryIndexes.Projection.ProjectionType", "GlobalSecondaryIndexes.Projection.NonKeyAttributes",
		"StreamSpecification.StreamViewType", "TimeToLiveSpecification.AttributeName"),
	only(table, "BillingMode", Run, "", "PAY_PER_REQUEST"),
	only(table, "TimeToLiveSpecification.Enabled", Run, "", "true"),
	rows(table, Ignored, "copy the data file instead", "PointInTimeRecoverySpecification"),
	rows(table, Ignored, "only make clean deletes the data", "DeletionProtectionEnabled"),
	rows(table, Ignored, "the disk's encryption", "SSESpecification"),
	rows(table, Ignored, "there is no billing", "TableClass", "ContributorInsightsSpecification", "Tags"),
)

const bucket = "AWS::S3::Bucket"

var buckets = concat(
	rows(bucket, Run, "", "BucketName", "CorsConfiguration.CorsRules.AllowedOrigins",
		"CorsConfiguration.CorsRules.AllowedMethods", "CorsConfiguration.CorsRules.AllowedHeaders",
		"CorsConfiguration.CorsRules.ExposedHeaders", "CorsConfiguration.CorsRules.MaxAge", "CorsConfiguration.CorsRules.Id"),
	rows(bucket, Ignored, "the disk's encryption", "BucketEncryption"),
	rows(bucket, Ignored, "buckets are reachable from this machine only", "PublicAccessBlockConfiguration", "OwnershipControls"),
	rows(bucket, Ignored, "objects stay until make clean", "LifecycleConfiguration"),
	rows(bucket, Ignored, "there are no access logs", "LoggingConfiguration"),
	rows(bucket, Ignored, "an object has one version", "VersioningConfiguration"),
	rows(bucket, Ignored, "descriptive", "Tags"),
	rows("AWS::S3::BucketPolicy", Ignored, "permissions are not checked here; presigned links expire", "*"),
)

const distribution = "AWS::CloudFront::Distribution"

var site = concat(
	rows(distribution, Replaced, "a listener that serves the bucket", "DistributionConfig.Enabled",
		"DistributionConfig.DefaultRootObject", "DistributionConfig.Origins.Id", "DistributionConfig.Origins.DomainName",
		"DistributionConfig.DefaultCacheBehavior.TargetOriginId",
		"DistributionConfig.DefaultCacheBehavior.ResponseHeadersPolicyId",
		"DistributionConfig.CustomErrorResponses.ErrorCode", "DistributionConfig.CustomErrorResponses.ResponseCode",
		"DistributionConfig.CustomErrorResponses.ResponsePagePath"),
	rows(distribution, Ignored, "there is no cache", "DistributionConfig.DefaultCacheBehavior.CachePolicyId",
		"DistributionConfig.CustomErrorResponses.ErrorCachingMinTTL", "DistributionConfig.PriceClass"),
	rows(distribution, Run, "", "DistributionConfig.DefaultCacheBehavior.Compress"),
	rows(distribution, Replaced, "the listener's address; requests may name another one in Host", "DistributionConfig.Aliases"),
	rows(distribution, Run, "", "DistributionConfig.Origins.OriginCustomHeaders.HeaderName",
		"DistributionConfig.Origins.OriginCustomHeaders.HeaderValue", "DistributionConfig.DefaultCacheBehavior.OriginRequestPolicyId"),
	rows(distribution, Replaced, "a listener that passes requests on to the API", "DistributionConfig.Origins.CustomOriginConfig"),
	rows(distribution, Ignored, "HTTP on one machine", "DistributionConfig.ViewerCertificate"),
	rows("AWS::CloudFront::OriginRequestPolicy", Run, "", "OriginRequestPolicyConfig.HeadersConfig.Headers"),
	only("AWS::CloudFront::OriginRequestPolicy", "OriginRequestPolicyConfig.HeadersConfig.HeaderBehavior", Run, "", "allViewerAndWhitelistCloudFront"),
	only("AWS::CloudFront::OriginRequestPolicy", "OriginRequestPolicyConfig.CookiesConfig.CookieBehavior", Run, "", "none"),
	only("AWS::CloudFront::OriginRequestPolicy", "OriginRequestPolicyConfig.QueryStringsConfig.QueryStringBehavior", Run, "", "all"),
	rows("AWS::CloudFront::OriginRequestPolicy", Ignored, "descriptive", "OriginRequestPolicyConfig.Name"),
	rows(distribution, Ignored, "HTTP on one machine", "DistributionConfig.HttpVersion", "DistributionConfig.IPV6Enabled",
		"DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy"),
	rows(distribution, Ignored, "GET and HEAD only", "DistributionConfig.DefaultCacheBehavior.AllowedMethods",
		"DistributionConfig.DefaultCacheBehavior.CachedMethods"),
	rows(distribution, Ignored, "permissions are not checked here", "DistributionConfig.Origins.OriginAccessControlId",
		"DistributionConfig.Origins.S3OriginConfig"),
	rows(distribution, Ignored, "descriptive", "DistributionConfig.Comment", "Tags"),
	only(distribution, "DistributionConfig.DefaultCacheBehavior.FunctionAssociations.EventType", Run, "", "viewer-request"),
	rows(distribution, Run, "", "DistributionConfig.DefaultCacheBehavior.FunctionAssociations.FunctionARN"),
	rows("AWS::CloudFront::Function", Run, "", "Name", "FunctionCode"),
	only("AWS::CloudFront::Function", "FunctionConfig.Runtime", Run, "", "cloudfront-js-2.0"),
	rows("AWS::CloudFront::Function", Ignored, "there is one stage", "AutoPublish"),
	rows("AWS::CloudFront::Function", Ignored, "descriptive", "FunctionConfig.Comment"),
	rows("AWS::CloudFront::OriginAccessControl", Ignored, "permissions are not checked here", "*"),
	rows("AWS::CloudFront::ResponseHeadersPolicy", Run, "",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentTypeOptions.Override",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.FrameOptions.FrameOption",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.FrameOptions.Override",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.ReferrerPolicy.ReferrerPolicy",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.ReferrerPolicy.Override",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.Override",
		"ResponseHeadersPolicyConfig.CustomHeadersConfig.Items.Header",
		"ResponseHeadersPolicyConfig.CustomHeadersConfig.Items.Value",
		"ResponseHeadersPolicyConfig.CustomHeadersConfig.Items.Override"),
	rows("AWS::CloudFront::ResponseHeadersPolicy", Ignored, "HTTP only",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.StrictTransportSecurity"),
	rows("AWS::CloudFront::ResponseHeadersPolicy", Ignored, "descriptive", "ResponseHeadersPolicyConfig.Name",
		"ResponseHeadersPolicyConfig.Comment"),
)

var mail = concat(
	rows("AWS::SES::ConfigurationSet", Replaced, "the mail recorder", "Name"),
	rows("AWS::SES::ConfigurationSet", Ignored, "the mail recorder has no suppression list and no reputation", "ReputationOptions",
		"SuppressionOptions", "SendingOptions", "DeliveryOptions", "Tags"),
	rows("AWS::SES::ConfigurationSetEventDestination", Replaced, "the mail recorder publishes the events",
		"ConfigurationSetName", "EventDestination.Name", "EventDestination.SnsDestination.TopicARN"),
	only("AWS::SES::ConfigurationSetEventDestination", "EventDestination.Enabled", Replaced, "the mail recorder", "true"),
	only("AWS::SES::ConfigurationSetEventDestination", "EventDestination.MatchingEventTypes", Replaced, "the mail recorder",
		"bounce", "complaint", "delivery", "reject", "send"),
	rows("AWS::SES::EmailIdentity", Replaced, "the mail recorder rejects other senders", "EmailIdentity",
		"ConfigurationSetAttributes.ConfigurationSetName"),
	rows("AWS::SES::EmailIdentity", Ignored, "no message leaves this machine", "DkimAttributes", "DkimSigningAttributes",
		"MailFromAttributes", "FeedbackAttributes", "Tags"),
	rows("AWS::SNS::Topic", Replaced, "the mail recorder invokes the subscribed functions", "TopicName"),
	rows("AWS::SNS::Topic", Ignored, "descriptive", "DisplayName", "Tags"),
	rows("AWS::SNS::Topic", Ignored, "there is no encryption", "KmsMasterKeyId"),
	rows("AWS::SNS::TopicPolicy", Ignored, "permissions are not checked here", "*"),
	only("AWS::SNS::Subscription", "Protocol", Ignored, "there are no alarms", "email"),
	rows("AWS::SNS::Subscription", Ignored, "there are no alarms", "TopicArn", "Endpoint"),
)

var identity = concat(
	rows("AWS::Cognito::UserPool", Replaced, "oidc-provider, with sign-in as any person", "UserPoolName", "UsernameAttributes",
		"UsernameConfiguration.CaseSensitive", "AutoVerifiedAttributes", "Schema"),
	rows("AWS::Cognito::UserPool", Ignored, "there are no passwords", "EmailConfiguration", "UserPoolAddOns",
		"Policies.PasswordPolicy", "MfaConfiguration",
		"EnabledMfas", "AccountRecoverySetting", "UserAttributeUpdateSettings", "Policies.SignInPolicy",
		"AdminCreateUserConfig"),
	rows("AWS::Cognito::UserPool", Ignored, "there is no billing and no protection", "UserPoolTier", "DeletionProtection",
		"UserPoolTags"),
	rows("AWS::Cognito::UserPoolDomain", Replaced, "the issuer's address", "UserPoolId", "Domain"),
	rows("AWS::Cognito::UserPoolDomain", Ignored, "the local sign-in page", "ManagedLoginVersion"),
	rows("AWS::Cognito::UserPoolResourceServer", Replaced, "oidc-provider adds the scopes to access tokens", "UserPoolId",
		"Identifier", "Scopes.ScopeName"),
	rows("AWS::Cognito::UserPoolResourceServer", Ignored, "descriptive", "Name", "Scopes.ScopeDescription"),
	rows("AWS::Cognito::UserPoolClient", Replaced, "a public client of oidc-provider", "UserPoolId", "CallbackURLs",
		"AllowedOAuthScopes", "LogoutURLs"),
	only("AWS::Cognito::UserPoolClient", "GenerateSecret", Replaced, "a public client", "false"),
	only("AWS::Cognito::UserPoolClient", "AllowedOAuthFlows", Replaced, "authorization code with PKCE", "code"),
	only("AWS::Cognito::UserPoolClient", "AllowedOAuthFlowsUserPoolClient", Replaced, "authorization code with PKCE", "true"),
	only("AWS::Cognito::UserPoolClient", "SupportedIdentityProviders", Replaced, "oidc-provider", "COGNITO"),
	only("AWS::Cognito::UserPoolClient", "RefreshTokenRotation.Feature", Replaced, "oidc-provider", "ENABLED", "DISABLED"),
	rows("AWS::Cognito::UserPoolClient", Ignored, "a refresh token works once", "RefreshTokenRotation.RetryGracePeriodSeconds"),
	rows("AWS::Cognito::UserPoolClient", Ignored, "descriptive", "ClientName"),
	rows("AWS::Cognito::UserPoolClient", Ignored, "there are no passwords", "ExplicitAuthFlows",
		"PreventUserExistenceErrors"),
	rows("AWS::Cognito::UserPoolClient", Ignored, "oidc-provider's lifetimes and claims", "TokenValidityUnits",
		"AccessTokenValidity", "IdTokenValidity", "RefreshTokenValidity", "EnableTokenRevocation", "ReadAttributes",
		"WriteAttributes", "AuthSessionValidity"),
	rows("AWS::Cognito::ManagedLoginBranding", Ignored, "the local sign-in page", "*"),
)

const secret = "AWS::SecretsManager::Secret" //nolint:gosec // a type of resource, no credential

var secrets = concat(
	rows(secret, Run, "", "Name", "SecretString", "GenerateSecretString.PasswordLength",
		"GenerateSecretString.ExcludeCharacters", "GenerateSecretString.ExcludeLowercase",
		"GenerateSecretString.ExcludeUppercase", "GenerateSecretString.ExcludeNumbers",
		"GenerateSecretString.ExcludePunctuation", "GenerateSecretString.IncludeSpace",
		"GenerateSecretString.SecretStringTemplate", "GenerateSecretString.GenerateStringKey"),
	only(secret, "GenerateSecretString.RequireEachIncludedType", Run, "", "true"),
	rows(secret, Ignored, "secrets are in the state folder, readable by its owner only", "KmsKeyId"),
	rows(secret, Ignored, "descriptive", "Description", "Tags"),
)

var access = concat(
	rows("AWS::IAM::Role", Ignored, "permissions are not checked here; a test of infra checks them", "*"),
	rows("AWS::IAM::ManagedPolicy", Ignored, "permissions are not checked here; a test of infra checks them", "*"),
	rows("AWS::KMS::Key", Ignored, "there is no encryption", "*"),
)

const alarm = "AWS::CloudWatch::Alarm"

var watching = concat(
	rows("AWS::Logs::LogGroup", Ignored, "logs are printed on the terminal", "*"),
	rows("AWS::Logs::MetricFilter", Run, "", "LogGroupName", "FilterPattern", "MetricTransformations.MetricNamespace",
		"MetricTransformations.MetricName", "MetricTransformations.MetricValue"),
	rows(alarm, Replaced, "printed on the terminal, and in the control API's /alarms", "AlarmName", "AlarmDescription", "AlarmActions"),
	rows(alarm, Run, "", "Namespace", "MetricName", "Dimensions.Name", "Dimensions.Value", "ExtendedStatistic", "Period",
		"EvaluationPeriods", "Threshold"),
	only(alarm, "Statistic", Run, "", "Sum", "Maximum"),
	rows(alarm, Run, "", "Metrics.Id", "Metrics.MetricStat.Metric.Namespace", "Metrics.MetricStat.Metric.MetricName",
		"Metrics.MetricStat.Metric.Dimensions.Name", "Metrics.MetricStat.Metric.Dimensions.Value", "Metrics.MetricStat.Period"),
	only(alarm, "Metrics.Expression", Run, "", "SUM(METRICS())"),
	only(alarm, "Metrics.MetricStat.Stat", Run, "", "Sum"),
	only(alarm, "Metrics.ReturnData", Run, "", "false"),
	only(alarm, "ComparisonOperator", Run, "", "GreaterThanOrEqualToThreshold", "LessThanThreshold"),
	only(alarm, "TreatMissingData", Run, "", "notBreaching", "breaching"),
	rows("AWS::CloudWatch::CompositeAlarm", Ignored, "there are no alarms", "*"),
	rows("AWS::CloudWatch::Dashboard", Ignored, "there are no metrics", "*"),
)
