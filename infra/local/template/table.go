package template

// Table says what the local cloud does with each property of each resource type. A property that stands in no row, and
// has no row above it, is refused. docs/local-cloud.md shows it.
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

// rows makes one row for each path.
func rows(kind string, does Disposition, note string, paths ...string) []Row {
	list := make([]Row, len(paths))
	for i, path := range paths {
		list[i] = Row{Type: kind, Path: path, Does: does, Note: note}
	}
	return list
}

// only makes a row for a property of which some values can be honoured.
func only(kind, path string, does Disposition, note string, values ...string) []Row {
	return []Row{{Type: kind, Path: path, Does: does, Note: note, Only: values}}
}

var attributes = concat(
	rows(anywhere, Run, "", "Condition"),
	rows(anywhere, NoMeaning, "everything is started in the order it needs", "DependsOn"),
	rows(anywhere, NoMeaning, "data stays under the state folder until it is emptied", "DeletionPolicy", "UpdateReplacePolicy"),
	rows(anywhere, Replaced, "go build, with the flags of the Makefile", "Metadata.BuildMethod"),
	rows(anywhere, NoMeaning, "for linters", "Metadata.cfn-lint"),
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
	rows(function, Replaced, "the terminal, each line with the function's name and request id", "LoggingConfig.LogGroup"),
	rows(function, NoMeaning, "the local cloud says only what went wrong", "LoggingConfig.SystemLogLevel"),
	rows(function, NoMeaning, "rights are not checked here; a test of their own checks them", "Role", "Policies",
		"PermissionsBoundary", "AssumeRolePolicyDocument"),
	rows(function, NoMeaning, "for people", "Description", "Tags"),
	rows(function, NoMeaning, "nothing is traced here", "Tracing"),
	rows(function, NoMeaning, "environments are not encrypted here", "KmsKeyArn"),
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
	rows(function+" Schedule", NoMeaning, "for people", "Name", "Description"),
	rows(function+" Schedule", NoMeaning, "a rule's target is called at once here", "RetryPolicy.MaximumRetryAttempts",
		"RetryPolicy.MaximumEventAgeInSeconds"),
	rows(function+" SNS", Run, "", "Topic"),
)

const httpAPI = "AWS::Serverless::HttpApi"

var api = concat(
	rows(httpAPI, Run, "",
		"Auth.Authorizers.*.IdentitySource", "Auth.Authorizers.*.JwtConfiguration.issuer",
		"Auth.Authorizers.*.JwtConfiguration.audience", "Auth.Authorizers.*.AuthorizationScopes", "Auth.DefaultAuthorizer",
		"CorsConfiguration.AllowOrigins", "CorsConfiguration.AllowHeaders", "CorsConfiguration.AllowMethods",
		"CorsConfiguration.ExposeHeaders", "CorsConfiguration.MaxAge", "CorsConfiguration.AllowCredentials",
		"DefaultRouteSettings.ThrottlingBurstLimit", "DefaultRouteSettings.ThrottlingRateLimit"),
	only(httpAPI, "StageName", Run, "", "$default"),
	rows(httpAPI, Replaced, "the terminal, in the same format", "AccessLogSettings.Format"),
	rows(httpAPI, Replaced, "the terminal", "AccessLogSettings.DestinationArn"),
	rows(httpAPI, NoMeaning, "for people", "Name", "Description", "Tags"),
	rows(httpAPI, NoMeaning, "nothing is measured here", "DefaultRouteSettings.DetailedMetricsEnabled"),
	rows(httpAPI, NoMeaning, "the local cloud always fails", "FailOnWarnings"),
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
	rows(table, NoMeaning, "the data is a file that can be copied", "PointInTimeRecoverySpecification"),
	rows(table, NoMeaning, "only make clean empties the data", "DeletionProtectionEnabled"),
	rows(table, NoMeaning, "the disk's own encryption", "SSESpecification"),
	rows(table, NoMeaning, "nothing is billed or measured here", "TableClass", "ContributorInsightsSpecification", "Tags"),
)

const bucket = "AWS::S3::Bucket"

var buckets = concat(
	rows(bucket, Run, "", "BucketName", "CorsConfiguration.CorsRules.AllowedOrigins",
		"CorsConfiguration.CorsRules.AllowedMethods", "CorsConfiguration.CorsRules.AllowedHeaders",
		"CorsConfiguration.CorsRules.ExposedHeaders", "CorsConfiguration.CorsRules.MaxAge", "CorsConfiguration.CorsRules.Id"),
	rows(bucket, NoMeaning, "the disk's own encryption", "BucketEncryption"),
	rows(bucket, NoMeaning, "the buckets listen on this machine only", "PublicAccessBlockConfiguration", "OwnershipControls"),
	rows(bucket, NoMeaning, "nothing gets old here: make clean empties the buckets", "LifecycleConfiguration"),
	rows(bucket, NoMeaning, "for people", "Tags"),
	rows("AWS::S3::BucketPolicy", NoMeaning, "rights are not checked here, and s3:signatureAge is AWS's own; links still"+
		" expire as they say", "*"),
)

const distribution = "AWS::CloudFront::Distribution"

var site = concat(
	rows(distribution, Replaced, "a listener of its own that serves the bucket", "DistributionConfig.Enabled",
		"DistributionConfig.DefaultRootObject", "DistributionConfig.Origins.Id", "DistributionConfig.Origins.DomainName",
		"DistributionConfig.DefaultCacheBehavior.TargetOriginId",
		"DistributionConfig.DefaultCacheBehavior.ResponseHeadersPolicyId",
		"DistributionConfig.CustomErrorResponses.ErrorCode", "DistributionConfig.CustomErrorResponses.ResponseCode",
		"DistributionConfig.CustomErrorResponses.ResponsePagePath"),
	rows(distribution, NoMeaning, "nothing is cached or compressed here", "DistributionConfig.DefaultCacheBehavior.CachePolicyId",
		"DistributionConfig.DefaultCacheBehavior.Compress", "DistributionConfig.CustomErrorResponses.ErrorCachingMinTTL",
		"DistributionConfig.PriceClass"),
	rows(distribution, NoMeaning, "one machine, plain HTTP", "DistributionConfig.HttpVersion", "DistributionConfig.IPV6Enabled",
		"DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy"),
	rows(distribution, NoMeaning, "only GET and HEAD of files", "DistributionConfig.DefaultCacheBehavior.AllowedMethods",
		"DistributionConfig.DefaultCacheBehavior.CachedMethods"),
	rows(distribution, NoMeaning, "rights are not checked here", "DistributionConfig.Origins.OriginAccessControlId",
		"DistributionConfig.Origins.S3OriginConfig"),
	rows(distribution, NoMeaning, "for people", "DistributionConfig.Comment", "Tags"),
	rows("AWS::CloudFront::OriginAccessControl", NoMeaning, "rights are not checked here", "*"),
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
	rows("AWS::CloudFront::ResponseHeadersPolicy", NoMeaning, "plain HTTP here",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.StrictTransportSecurity"),
	rows("AWS::CloudFront::ResponseHeadersPolicy", NoMeaning, "for people", "ResponseHeadersPolicyConfig.Name",
		"ResponseHeadersPolicyConfig.Comment"),
)

var mail = concat(
	rows("AWS::SES::ConfigurationSet", Replaced, "the mail recorder knows it by name", "Name"),
	rows("AWS::SES::ConfigurationSet", NoMeaning, "the recorder suppresses nobody and has no reputation", "ReputationOptions",
		"SuppressionOptions", "SendingOptions", "DeliveryOptions", "Tags"),
	rows("AWS::SES::ConfigurationSetEventDestination", Replaced, "the mail recorder publishes the events",
		"ConfigurationSetName", "EventDestination.Name", "EventDestination.SnsDestination.TopicARN"),
	only("AWS::SES::ConfigurationSetEventDestination", "EventDestination.Enabled", Replaced, "the mail recorder", "true"),
	only("AWS::SES::ConfigurationSetEventDestination", "EventDestination.MatchingEventTypes", Replaced, "the mail recorder",
		"bounce", "complaint", "delivery", "reject", "send"),
	rows("AWS::SES::EmailIdentity", Replaced, "the mail recorder refuses other senders", "EmailIdentity",
		"ConfigurationSetAttributes.ConfigurationSetName"),
	rows("AWS::SES::EmailIdentity", NoMeaning, "no mail leaves this machine", "DkimAttributes", "DkimSigningAttributes",
		"MailFromAttributes", "FeedbackAttributes", "Tags"),
	rows("AWS::SNS::Topic", Replaced, "what the mail recorder publishes goes to the subscribed functions", "TopicName"),
	rows("AWS::SNS::Topic", NoMeaning, "for people", "DisplayName", "Tags"),
	rows("AWS::SNS::Topic", NoMeaning, "nothing is encrypted here", "KmsMasterKeyId"),
	rows("AWS::SNS::TopicPolicy", NoMeaning, "rights are not checked here", "*"),
)

var identity = concat(
	rows("AWS::Cognito::UserPool", Replaced, "oidc-provider: sign in as anybody", "UserPoolName", "UsernameAttributes",
		"UsernameConfiguration.CaseSensitive", "AutoVerifiedAttributes", "Schema"),
	rows("AWS::Cognito::UserPool", NoMeaning, "there are no passwords here", "Policies.PasswordPolicy", "MfaConfiguration",
		"EnabledMfas", "AccountRecoverySetting", "UserAttributeUpdateSettings", "Policies.SignInPolicy",
		"AdminCreateUserConfig"),
	rows("AWS::Cognito::UserPool", NoMeaning, "nothing is billed or protected here", "UserPoolTier", "DeletionProtection",
		"UserPoolTags"),
	rows("AWS::Cognito::UserPoolDomain", Replaced, "the issuer has one address", "UserPoolId", "Domain"),
	rows("AWS::Cognito::UserPoolDomain", NoMeaning, "its own plain sign-in page", "ManagedLoginVersion"),
	rows("AWS::Cognito::UserPoolResourceServer", Replaced, "oidc-provider puts the scopes into access tokens", "UserPoolId",
		"Identifier", "Scopes.ScopeName"),
	rows("AWS::Cognito::UserPoolResourceServer", NoMeaning, "for people", "Name", "Scopes.ScopeDescription"),
	rows("AWS::Cognito::UserPoolClient", Replaced, "a public client of oidc-provider", "UserPoolId", "CallbackURLs",
		"AllowedOAuthScopes", "LogoutURLs"),
	only("AWS::Cognito::UserPoolClient", "GenerateSecret", Replaced, "a public client", "false"),
	only("AWS::Cognito::UserPoolClient", "AllowedOAuthFlows", Replaced, "authorization code with PKCE", "code"),
	only("AWS::Cognito::UserPoolClient", "AllowedOAuthFlowsUserPoolClient", Replaced, "authorization code with PKCE", "true"),
	only("AWS::Cognito::UserPoolClient", "SupportedIdentityProviders", Replaced, "oidc-provider", "COGNITO"),
	rows("AWS::Cognito::UserPoolClient", NoMeaning, "for people", "ClientName"),
	rows("AWS::Cognito::UserPoolClient", NoMeaning, "there are no passwords here", "ExplicitAuthFlows",
		"PreventUserExistenceErrors"),
	rows("AWS::Cognito::UserPoolClient", NoMeaning, "oidc-provider's own lifetimes and claims", "TokenValidityUnits",
		"AccessTokenValidity", "IdTokenValidity", "RefreshTokenValidity", "EnableTokenRevocation", "ReadAttributes",
		"WriteAttributes", "AuthSessionValidity"),
	rows("AWS::Cognito::ManagedLoginBranding", NoMeaning, "its own plain sign-in page", "*"),
)

const secret = "AWS::SecretsManager::Secret" //nolint:gosec // a type of resource, no credential

var secrets = concat(
	rows(secret, Run, "", "Name", "SecretString", "GenerateSecretString.PasswordLength",
		"GenerateSecretString.ExcludeCharacters", "GenerateSecretString.ExcludeLowercase",
		"GenerateSecretString.ExcludeUppercase", "GenerateSecretString.ExcludeNumbers",
		"GenerateSecretString.ExcludePunctuation", "GenerateSecretString.IncludeSpace",
		"GenerateSecretString.SecretStringTemplate", "GenerateSecretString.GenerateStringKey"),
	only(secret, "GenerateSecretString.RequireEachIncludedType", Run, "", "true"),
	rows(secret, NoMeaning, "it lies in the state folder, for its owner only", "KmsKeyId"),
	rows(secret, NoMeaning, "for people", "Description", "Tags"),
)

var access = concat(
	rows("AWS::IAM::Role", NoMeaning, "rights are not checked here; a test of their own checks them", "*"),
	rows("AWS::IAM::ManagedPolicy", NoMeaning, "rights are not checked here; a test of their own checks them", "*"),
)

var watching = concat(
	rows("AWS::Logs::LogGroup", NoMeaning, "logs go to the terminal", "*"),
	rows("AWS::Logs::MetricFilter", NoMeaning, "nothing is measured here", "*"),
	rows("AWS::CloudWatch::Alarm", NoMeaning, "nobody is on call here", "*"),
	rows("AWS::CloudWatch::CompositeAlarm", NoMeaning, "nobody is on call here", "*"),
	rows("AWS::CloudWatch::Dashboard", NoMeaning, "nothing is measured here", "*"),
)
