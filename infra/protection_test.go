package infra

import (
	"slices"
	"strings"
	"testing"
)

// deniesPlainHTTP reports whether a policy denies requests without TLS.
func deniesPlainHTTP(policy value) bool {
	return slices.ContainsFunc(policy.at("PolicyDocument", "Statement").list(), func(s value) bool {
		return s.at("Effect").text() == "Deny" && s.at("Principal").text() == "*" && s.at("Condition", "Bool", "aws:SecureTransport").text() == "false"
	})
}

func TestBuckets_OfTemplate_RequireTLSAndBlockPublicAccess(t *testing.T) {
	template := readTemplate(t)
	for logical, r := range template.at("Resources").fields() {
		if r.at("Type").text() != "AWS::S3::Bucket" {
			continue
		}
		policy := resource(t, template, logical+"Policy", "AWS::S3::BucketPolicy")
		if policy.at("Bucket").text() != "${"+logical+"}" || !deniesPlainHTTP(policy) {
			t.Errorf("template.yaml:%d: no policy of %s denies requests without TLS", r.line(), logical)
		}
		if !r.at("Properties", "BucketEncryption").exists() || r.at("Properties", "PublicAccessBlockConfiguration", "RestrictPublicBuckets").text() != "true" {
			t.Errorf("template.yaml:%d: %s is not encrypted, or can be public", r.line(), logical)
		}
	}
}

func TestTopics_OfTemplate_RequireTLSAndAreEncrypted(t *testing.T) {
	template := readTemplate(t)
	for logical, r := range template.at("Resources").fields() {
		if r.at("Type").text() != "AWS::SNS::Topic" {
			continue
		}
		if !deniesPlainHTTP(resource(t, template, logical+"Policy", "AWS::SNS::TopicPolicy")) {
			t.Errorf("template.yaml:%d: no policy of %s denies messages without TLS", r.line(), logical)
		}
		if r.at("Properties", "KmsMasterKeyId").text() != "${TopicKey}" {
			t.Errorf("template.yaml:%d: %s is not encrypted with TopicKey", r.line(), logical)
		}
	}
}

func TestBuckets_DataAboutPeople_LogAccessWithRetention(t *testing.T) {
	template := readTemplate(t)
	for _, logical := range []string{"Exports", "VoterFiles"} {
		if got := resource(t, template, logical, "AWS::S3::Bucket").at("LoggingConfiguration", "DestinationBucketName").text(); got != "${AccessLogs}" {
			t.Errorf("%s logs access to %q", logical, got)
		}
	}
	rules := resource(t, template, "AccessLogs", "AWS::S3::Bucket").at("LifecycleConfiguration", "Rules").list()
	if len(rules) != 1 || rules[0].at("ExpirationInDays").text() != "${LogRetention}" {
		t.Error("access logs are not deleted after LogRetention")
	}
	if resource(t, template, "Dashboard", "AWS::S3::Bucket").at("VersioningConfiguration", "Status").text() != "Enabled" {
		t.Error("Dashboard, whose pages a deployment overwrites, has no versions")
	}
}

// A refresh token that somebody has copied works once at most. Cognito refuses rotation together with ALLOW_REFRESH_TOKEN_AUTH.
func TestTokens_OfSignIn_AreShortAndRotated(t *testing.T) {
	client := resource(t, readTemplate(t), "DashboardClient", "AWS::Cognito::UserPoolClient")
	if got := client.at("RefreshTokenRotation", "Feature").text(); got != "ENABLED" {
		t.Errorf("the rotation of refresh tokens is %q", got)
	}
	for _, flow := range client.at("ExplicitAuthFlows").list() {
		if flow.text() == "ALLOW_REFRESH_TOKEN_AUTH" {
			t.Error("the client allows ALLOW_REFRESH_TOKEN_AUTH")
		}
	}
	if client.at("AccessTokenValidity").text() != "15" || client.at("TokenValidityUnits", "AccessToken").text() != "minutes" {
		t.Error("an access token is not valid for 15 minutes")
	}
}

// A refused request must lead to the person who made it, by the id that the sign-in service gave them, and to no address or name.
func TestAccessLog_OfTemplate_NamesTheSubject(t *testing.T) {
	format := resource(t, readTemplate(t), "Api", "AWS::Serverless::HttpApi").at("AccessLogSettings", "Format").text()
	for _, want := range []string{`"subject":"$context.authorizer.claims.sub"`, `"authorizerError":"$context.authorizer.error"`, `"status":"$context.status"`} {
		if !strings.Contains(format, want) {
			t.Errorf("the access log lacks %s", want)
		}
	}
	for _, private := range []string{"$context.path", "claims.email", "claims.name", "userAgent"} {
		if strings.Contains(format, private) {
			t.Errorf("the access log has %s", private)
		}
	}
}

func TestUsers_SecondFactorThreatProtectionAndSender_AreParameters(t *testing.T) {
	template := readTemplate(t)
	people := resource(t, template, "People", "AWS::Cognito::UserPool")
	if people.at("MfaConfiguration").text() != "${Mfa}" || people.at("EnabledMfas").list()[0].text() != "SOFTWARE_TOKEN_MFA" {
		t.Error("the second factor of People is not a code by the parameter Mfa")
	}
	for _, choice := range []struct{ property, condition string }{{"UserPoolAddOns", "Threats"}, {"EmailConfiguration", "SignInEmailBySes"}} {
		if list := people.at(choice.property).list(); len(list) != 3 || list[0].text() != choice.condition {
			t.Errorf("%s of People does not depend on %s", choice.property, choice.condition)
		}
	}
	for function, parameter := range map[string]string{"WriteExport": "ExportsLimited", "ImportVoters": "ImportsLimited"} {
		limit := resource(t, template, function, "AWS::Serverless::Function").at("ReservedConcurrentExecutions").list()
		if len(limit) != 3 || limit[0].text() != parameter || limit[2].text() != "${AWS::NoValue}" {
			t.Errorf("the reserved concurrency of %s is not a parameter without a default", function)
		}
	}
}
