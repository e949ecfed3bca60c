package cloud

import (
	"github.com/kithhq/kith/infra/local/mail"
	"github.com/kithhq/kith/infra/local/signin"
)

// people translates the user pool's resource server and clients into an issuer.
func (c *cloud) people() signin.Config {
	cfg := signin.Config{Resource: "urn:" + stack}
	for _, r := range c.template.Of("AWS::Cognito::UserPoolResourceServer") {
		cfg.Resource = "urn:" + c.template.Name(r)
		for _, scope := range r.Properties.At("Scopes").List() {
			cfg.Scopes = append(cfg.Scopes, c.template.Name(r)+"/"+scope.At("ScopeName").Text())
		}
	}
	for _, r := range c.template.Of("AWS::Cognito::UserPoolClient") {
		cfg.Clients = append(cfg.Clients, signin.Client{
			ID: c.template.Name(r), Redirects: r.Properties.At("CallbackURLs").Texts(),
			Logouts: r.Properties.At("LogoutURLs").Texts(),
		})
	}
	for _, kind := range []string{"AWS::Cognito::UserPool", "AWS::Cognito::UserPoolResourceServer"} {
		pools := c.template.Of(kind)
		if len(pools) > 1 {
			c.template.Wrong(pools[1].Line, "%s: the local cloud has one issuer, so one %s", pools[1].ID, kind)
		}
	}
	return cfg
}

// mailing translates the template's identities, configuration sets, event destinations and topics into a recorder.
func (c *cloud) mailing() mail.Config {
	var cfg mail.Config
	for _, r := range c.template.Of("AWS::SES::ConfigurationSet") {
		cfg.ConfigurationSets = append(cfg.ConfigurationSets, c.template.Name(r))
	}
	for _, r := range c.template.Of("AWS::SES::EmailIdentity") {
		cfg.Identities = append(cfg.Identities, mail.Identity{
			Name:             c.template.Name(r),
			ConfigurationSet: r.Properties.At("ConfigurationSetAttributes", "ConfigurationSetName").Text(),
		})
	}
	for _, r := range c.template.Of("AWS::SES::ConfigurationSetEventDestination") {
		d := r.Properties.At("EventDestination")
		cfg.Destinations = append(cfg.Destinations, mail.Destination{
			ConfigurationSet: r.Properties.At("ConfigurationSetName").Text(), Events: d.At("MatchingEventTypes").Texts(),
			Topic: d.At("SnsDestination", "TopicARN").Text(),
		})
	}
	for _, s := range c.sources("SNS") {
		topic := s.p.At("Topic")
		known := false
		for _, r := range c.template.Of("AWS::SNS::Topic") {
			known = known || c.template.Name(r) == topic.Text()
		}
		if !known {
			topic.Wrong("must be a !Ref to a topic of this template")
		}
		cfg.Subscriptions = append(cfg.Subscriptions, mail.Subscription{Topic: topic.Text(), Function: c.template.Name(s.function)})
	}
	return cfg
}
