package template

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// named gives, by type, the property that holds a resource's own name.
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
}

// name is a resource's own name: the template's, or one made of stack and logical id.
func (t *Template) name(r *Resource) string {
	property := field(r.raw, nameProperty[r.Type])
	if property == nil {
		name := t.world.Stack + "-" + r.ID
		if r.Type == "AWS::S3::Bucket" {
			name = strings.ToLower(name)
		}
		return name
	}
	if slices.Contains(t.naming, r.ID) {
		t.wrong(property, "the name of %s depends on itself", r.ID)
		return ""
	}
	t.naming = append(t.naming, r.ID)
	defer func() { t.naming = t.naming[:len(t.naming)-1] }()
	return t.text(property)
}

func (t *Template) arn(service, rest string) string {
	return "arn:aws:" + service + ":" + t.world.Region + ":" + t.world.Account + ":" + rest
}

// ref is what Ref gives for a resource.
func (t *Template) ref(r *Resource) string {
	switch r.Type {
	case "AWS::SNS::Topic":
		return t.arn("sns", t.name(r))
	case "AWS::SecretsManager::Secret":
		return t.arn("secretsmanager", "secret:"+t.name(r)+"-local1")
	case "AWS::Cognito::UserPool":
		return t.world.Region + "_" + r.ID
	case "AWS::Cognito::UserPoolClient":
		return t.world.Client(r.ID)
	case "AWS::IAM::ManagedPolicy":
		return "arn:aws:iam::" + t.world.Account + ":policy/" + t.name(r)
	case "AWS::Serverless::HttpApi", "AWS::CloudFront::Distribution":
		return t.token(r)
	}
	return t.name(r)
}

// token is an id like those that AWS makes, the same in every run.
func (t *Template) token(r *Resource) string {
	return "local" + strings.ToLower(r.ID)
}

// attribute is what Fn::GetAtt gives.
func (t *Template) attribute(n *yaml.Node, id, attribute string) string {
	r := t.resource(n, id)
	if r == nil {
		return ""
	}
	value, ok := t.attributeOf(r, attribute)
	if !ok {
		t.wrong(n, "the local cloud knows no attribute %s of a resource of type %s (%s); leave it out or teach it in"+
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
		return t.name(r) + ".s3." + t.world.Region + ".amazonaws.com", true
	case "AWS::SNS::Topic TopicArn", "AWS::SecretsManager::Secret Id":
		return t.ref(r), true
	case "AWS::SNS::Topic TopicName":
		return t.name(r), true
	case "AWS::Logs::LogGroup Arn":
		return t.arn("logs", "log-group:"+t.name(r)+":*"), true
	case "AWS::IAM::Role Arn":
		return "arn:aws:iam::" + t.world.Account + ":role/" + t.name(r), true
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
	case "AWS::CloudFront::Distribution DomainName":
		return t.siteHost(r), true
	case "AWS::CloudFront::Distribution Id", "AWS::Serverless::HttpApi ApiId":
		return t.ref(r), true
	case "AWS::Serverless::HttpApi ApiEndpoint":
		return "https://" + t.apiHost(r), true
	}
	if r.Type == "AWS::SES::EmailIdentity" && strings.HasPrefix(attribute, "DkimDNSToken") {
		return "none-locally." + t.name(r), true
	}
	return "", false
}

func (t *Template) providerURL(r *Resource) string {
	return "https://cognito-idp." + t.world.Region + ".amazonaws.com/" + t.ref(r)
}

func (t *Template) siteHost(r *Resource) string { return t.token(r) + ".cloudfront.net" }

func (t *Template) apiHost(r *Resource) string {
	return t.token(r) + ".execute-api." + t.world.Region + ".amazonaws.com"
}

// localize puts the addresses of this machine in place of those that a value would hold on AWS.
func (t *Template) localize(text string) string {
	if !strings.Contains(text, ".") {
		return text
	}
	for _, r := range t.Resources {
		switch r.Type {
		case "AWS::CloudFront::Distribution":
			text = replaceHost(text, t.siteHost(r), t.world.Site(r.ID))
		case "AWS::Serverless::HttpApi":
			text = replaceHost(text, t.apiHost(r), t.world.API(r.ID))
		case "AWS::Cognito::UserPool":
			text = strings.ReplaceAll(text, t.providerURL(r), t.world.Issuer)
		case "AWS::Cognito::UserPoolDomain":
			if strings.Contains(text, ".amazoncognito.com") {
				text = replaceHost(text, t.name(r)+".auth."+t.world.Region+".amazoncognito.com", t.world.Issuer)
			}
		}
	}
	return text
}

// replaceHost replaces the host where it stands as an address or alone, but not as a part of a longer name.
func replaceHost(text, host, address string) string {
	text = strings.ReplaceAll(text, "https://"+host, address)
	if text == host {
		_, text, _ = strings.Cut(address, "://")
	}
	return text
}
