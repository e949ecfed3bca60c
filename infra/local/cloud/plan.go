package cloud

import (
	"github.com/kithhq/kith/infra/local/engine"
	"github.com/kithhq/kith/infra/local/gateway"
	"github.com/kithhq/kith/infra/local/lambda"
	"github.com/kithhq/kith/infra/local/mail"
	"github.com/kithhq/kith/infra/local/mapping"
	"github.com/kithhq/kith/infra/local/objects"
	"github.com/kithhq/kith/infra/local/schedule"
	"github.com/kithhq/kith/infra/local/signin"
	"github.com/kithhq/kith/infra/local/site"
	"github.com/kithhq/kith/infra/local/template"
)

// plan is the configuration of each part of the local cloud.
type plan struct {
	functions     []lambda.Function
	apis          map[string]gateway.Config
	fronts        map[string]front
	sites         map[string]site.Config
	tables        []engine.Table
	mappings      []mapping.Mapping
	schedules     []schedule.Schedule
	signin        signin.Config
	mail          mail.Config
	buckets       []objects.Bucket
	notifications []objects.Notification
}

// plan returns the configuration of all parts before anything is started, so that its error has all problems.
func (c *cloud) plan() (*plan, error) {
	p := &plan{
		functions: c.functions(), apis: c.apis(), sites: c.sites(), tables: c.tables(), mappings: c.mappings(),
		schedules: c.schedules(), signin: c.signInConfig(), mail: c.mailConfig(), buckets: c.buckets(), notifications: c.notifications(),
	}
	p.fronts = c.fronts(p.apis)
	c.alarms = c.watcher()
	return p, c.template.Err() //nolint:wrapcheck // the error has file and lines
}

// Uses returns the properties of a template with their dispositions. It starts nothing.
func Uses(file string) ([]template.Use, error) {
	address := func(string) string { return "http://127.0.0.1" }
	t, err := template.Load(file, template.Environment{
		Region: region, Account: account, Stack: stack, API: address, Site: address, Issuer: address(""), Client: clientID,
		Secret: func(string, template.SecretSpec) (string, error) { return "secret", nil },
	})
	if err != nil {
		return nil, err //nolint:wrapcheck // the error has file and lines
	}
	return t.Uses(), nil
}
