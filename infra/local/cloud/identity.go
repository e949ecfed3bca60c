package cloud

import (
	"github.com/kithhq/kith/infra/local/mail"
	"github.com/kithhq/kith/infra/local/signin"
)

// signInConfig returns the configuration of the issuer, from the user pool's resource server and clients.
func (c *cloud) signInConfig() signin.Config {
	cfg := signin.Config{Resource: "urn:" + stack}
	for _, r := range c.template.OfType("AWS::Cognito::UserPoolResourceServer") {
		cfg.Resource = "urn:" + c.template.Ref(r)
		for _, scope := range r.Properties.At("Scopes").List() {
			cfg.Scopes = append(cfg.Scopes, c.template.Ref(r)+"/"+scope.At("ScopeName").Text())
		}
	}
	for _, r := range c.template.OfType("AWS::Cognito::UserPoolClient") {
		cfg.Clients = append(cfg.Clients, signin.Client{
			ID: c.template.Ref(r), Redirects: r.Properties.At("CallbackURLs").Texts(),
			Logouts: r.Properties.At("LogoutURLs").Texts(), Rotate: r.Properties.At("RefreshTokenRotation", "Feature").Text() == "ENABLED",
		})
	}
	for _, kind := range []string{"AWS::Cognito::UserPool", "AWS::Cognito::UserPoolResourceServer"} {
		pools := c.template.OfType(kind)
		if len(pools) > 1 {
			c.template.Problemf(pools[1].Line, "%s: the local cloud supports one %s only", pools[1].ID, kind)
		}
	}
	return cfg
}

// mailConfig returns the configuration of the mail recorder, from identities, configuration sets, event destinations and
// topics.
func (c *cloud) mailConfig() mail.Config {
	var cfg mail.Config
	for _, r := range c.template.OfType("AWS::SES::ConfigurationSet") {
		cfg.ConfigurationSets = append(cfg.ConfigurationSets, c.template.Ref(r))
	}
	for _, r := range c.template.OfType("AWS::SES::EmailIdentity") {
		cfg.Identities = append(cfg.Identities, mail.Identity{
			Name:             c.template.Ref(r),
			ConfigurationSet: r.Properties.At("ConfigurationSetAttributes", "ConfigurationSetName").Text(),
		})
	}
	for _, r := range c.template.OfType("AWS::SES::ConfigurationSetEventDestination") {
		d := r.Properties.At("EventDestination")
		cfg.Destinations = append(cfg.Destinations, mail.Destination{
			ConfigurationSet: r.Properties.At("ConfigurationSetName").Text(), Events: d.At("MatchingEventTypes").Texts(),
			Topic: d.At("SnsDestination", "TopicARN").Text(),
		})
	}
	for _, s := range c.eventSources("SNS") {
		topic := s.p.At("Topic")
		known := false
		for _, r := range c.template.OfType("AWS::SNS::Topic") {
			known = known || c.template.Ref(r) == topic.Text()
		}
		if !known {
			topic.Problemf("must be a !Ref to a topic of this template")
		}
		cfg.Subscriptions = append(cfg.Subscriptions, mail.Subscription{Topic: topic.Text(), Function: c.template.Ref(s.function)})
	}
	return cfg
}
