package template

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// nameProperty holds, by type, the property with a resource's name.
var nameProperty = map[string]string{
	"AWS::Serverless::Function":            "FunctionName",
	"AWS::DynamoDB::Table":                 "TableName",
	"AWS::S3::Bucket":                      "BucketName",
	"AWS::SNS::Topic":                      "TopicName",
	"AWS::SecretsManager::Secret":          "Name",
	"AWS::Logs::LogGroup":                  "LogGroupName",
	"AWS::IAM::Role":                       "RoleName",
	"AWS::IAM::ManagedPolicy":              "ManagedPolicyName",
	"AWS::CloudWatch::Alarm":               "AlarmName",
	"AWS::SES::ConfigurationSet":           "Name",
	"AWS::SES::EmailIdentity":              "EmailIdentity",
	"AWS::Cognito::UserPoolDomain":         "Domain",
	"AWS::Cognito::UserPoolResourceServer": "Identifier",
	"AWS::ApiGatewayV2::DomainName":        "DomainName",
}

// name returns a resource's name: that of the template, or one from the stack and the logical id.
func (t *Template) name(r *Resource) string {
	property := field(r.raw, nameProperty[r.Type])
	if property == nil {
		name := t.env.Stack + "-" + r.ID
		if r.Type == "AWS::S3::Bucket" {
			name = strings.ToLower(name)
		}
		return name
	}
	if slices.Contains(t.nameStack, r.ID) {
		t.problemf(property, "the name of %s depends on itself", r.ID)
		return ""
	}
	t.nameStack = append(t.nameStack, r.ID)
	defer func() { t.nameStack = t.nameStack[:len(t.nameStack)-1] }()
	return t.text(property)
}

func (t *Template) arn(service, rest string) string {
	return "arn:aws:" + service + ":" + t.env.Region + ":" + t.env.Account + ":" + rest
}

// RegionalDomainName returns the host at which API Gateway serves an AWS::ApiGatewayV2::DomainName.
func (t *Template) RegionalDomainName(r *Resource) string { return "d-" + t.apiHost(r) }

// ref returns the value of Ref for a resource.
func (t *Template) ref(r *Resource) string {
	switch r.Type {
	case "AWS::SNS::Topic":
		return t.arn("sns", t.name(r))
	case "AWS::SecretsManager::Secret":
		return t.arn("secretsmanager", "secret:"+t.name(r)+"-local1")
	case "AWS::Cognito::UserPool":
		return t.env.Region + "_" + r.ID
	case "AWS::Cognito::UserPoolClient":
		return t.env.Client(r.ID)
	case "AWS::IAM::ManagedPolicy":
		return "arn:aws:iam::" + t.env.Account + ":policy/" + t.name(r)
	case "AWS::Serverless::HttpApi", "AWS::CloudFront::Distribution":
		return t.generatedID(r)
	}
	return t.name(r)
}

// generatedID returns an id for a resource whose id AWS generates. It is the same in every run.
func (t *Template) generatedID(r *Resource) string {
	return "local" + strings.ToLower(r.ID)
}

// attribute returns the value of Fn::GetAtt. It adds a problem for an unsupported attribute.
func (t *Template) attribute(n *yaml.Node, id, attribute string) string {
	r := t.resource(n, id)
	if r == nil {
		return ""
	}
	value, ok := t.attributeOf(r, attribute)
	if !ok {
		t.problemf(n, "the local cloud does not support the attribute %s of a resource of type %s (%s). Remove it, or add it in"+
			" infra/local/template/names.go", attribute, r.Type, r.ID)
	}
	return value
}

func (t *Template) attributeOf(r *Resource, attribute string) (string, bool) {
	switch r.Type + " " + attribute {
	case "AWS::Serverless::Function Arn":
		return t.arn("lambda", "function:"+t.name(r)), true
	case "AWS::DynamoDB::Table Arn":
		return t.arn("dynamodb", "table/"+t.name(r)), true
	case "AWS::DynamoDB::Table StreamArn":
		return t.arn("dynamodb", "table/"+t.name(r)+"/stream/local"), field(r.raw, "StreamSpecification") != nil
	case "AWS::S3::Bucket Arn":
		return "arn:aws:s3:::" + t.name(r), true
	case "AWS::S3::Bucket DomainName":
		return t.name(r) + ".s3.amazonaws.com", true
	case "AWS::S3::Bucket RegionalDomainName":
		return t.name(r) + ".s3." + t.env.Region + ".amazonaws.com", true
	case "AWS::SNS::Topic TopicArn", "AWS::SecretsManager::Secret Id":
		return t.ref(r), true
	case "AWS::SNS::Topic TopicName":
		return t.name(r), true
	case "AWS::Logs::LogGroup Arn":
		return t.arn("logs", "log-group:"+t.name(r)+":*"), true
	case "AWS::IAM::Role Arn":
		return "arn:aws:iam::" + t.env.Account + ":role/" + t.name(r), true
	case "AWS::CloudWatch::Alarm Arn":
		return t.arn("cloudwatch", "alarm:"+t.name(r)), true
	case "AWS::Cognito::UserPool Arn":
		return t.arn("cognito-idp", "userpool/"+t.ref(r)), true
	case "AWS::Cognito::UserPool ProviderName":
		return strings.TrimPrefix(t.providerURL(r), "https://"), true
	case "AWS::Cognito::UserPool ProviderURL":
		return t.providerURL(r), true
	case "AWS::Cognito::UserPool UserPoolId", "AWS::Cognito::UserPoolClient ClientId":
		return t.ref(r), true
	case "AWS::CloudFront::Function FunctionARN":
		return "arn:aws:cloudfront::" + t.env.Account + ":function/" + t.name(r), true
	case "AWS::CloudFront::Distribution DomainName":
		return t.siteHost(r), true
	case "AWS::CloudFront::Distribution Id", "AWS::Serverless::HttpApi ApiId":
		return t.ref(r), true
	case "AWS::ApiGatewayV2::DomainName RegionalDomainName":
		return t.RegionalDomainName(r), true
	case "AWS::Serverless::HttpApi Stage":
		return "$default", true
	case "AWS::Serverless::HttpApi ApiEndpoint":
		return "https://" + t.apiHost(r), true
	}
	if r.Type == "AWS::SES::EmailIdentity" && strings.HasPrefix(attribute, "DkimDNSToken") {
		return "none-locally." + t.name(r), true
	}
	return "", false
}

func (t *Template) providerURL(r *Resource) string {
	return "https://cognito-idp." + t.env.Region + ".amazonaws.com/" + t.ref(r)
}

func (t *Template) siteHost(r *Resource) string { return t.generatedID(r) + ".cloudfront.net" }

func (t *Template) apiHost(r *Resource) string {
	return t.generatedID(r) + ".execute-api." + t.env.Region + ".amazonaws.com"
}

// localize replaces the addresses of AWS in a value with addresses of this machine.
func (t *Template) localize(text string) string {
	if !strings.Contains(text, ".") {
		return text
	}
	for _, r := range t.Resources {
		switch r.Type {
		case "AWS::CloudFront::Distribution":
			text = replaceHost(text, t.siteHost(r), t.env.Site(r.ID))
			for _, alias := range t.aliases[r.ID] {
				text = strings.ReplaceAll(text, "https://"+alias, t.env.Site(r.ID))
			}
		case "AWS::Serverless::HttpApi":
			text = replaceHost(text, t.apiHost(r), t.env.API(r.ID))
		case "AWS::Cognito::UserPool":
			text = strings.ReplaceAll(text, t.providerURL(r), t.env.Issuer)
		case "AWS::Cognito::UserPoolDomain":
			if strings.Contains(text, ".amazoncognito.com") {
				text = replaceHost(text, t.name(r)+".auth."+t.env.Region+".amazoncognito.com", t.env.Issuer)
			}
		}
	}
	return text
}

// replaceHost replaces the host in an address, or if it is the whole text, but not as a part of a longer name.
func replaceHost(text, host, address string) string {
	text = strings.ReplaceAll(text, "https://"+host, address)
	if text == host {
		_, text, _ = strings.Cut(address, "://")
	}
	return text
}
