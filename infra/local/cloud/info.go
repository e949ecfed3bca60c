package cloud

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/kithhq/kith/infra/local/state"
)

// Info has the addresses and names of a run. It is printed as a line of JSON and stored as running.json in the
// state folder.
type Info struct {
	API         string            `json:"api"`
	ExecuteAPI  string            `json:"execute_api"` // the same, but past the distribution of an own domain
	Site        string            `json:"site"`
	Issuer      string            `json:"issuer"`
	ClientID    string            `json:"client_id"`
	Scope       string            `json:"scope"`
	Audience    string            `json:"audience"`
	RedirectURI string            `json:"redirect_uri"`
	DynamoDB    string            `json:"dynamodb"`
	Streams     string            `json:"streams"`
	S3          string            `json:"s3"`
	Lambda      string            `json:"lambda"`
	Inbox       string            `json:"inbox"`
	Mail        string            `json:"mail"`
	Control     string            `json:"control"`
	Tables      map[string]string `json:"tables"`
	Buckets     map[string]string `json:"buckets"`
	Env         map[string]string `json:"env"`
	Secrets     map[string]string `json:"secrets"`
	Functions   []string          `json:"functions"`
	PID         int               `json:"pid"`
}

// ReadInfo returns the Info of the local cloud that runs on a state folder. It fails if none is running.
func ReadInfo(folder string) (Info, error) {
	s := state.In(folder)
	var info Info
	_, err := os.Stat(s.Path("running.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return info, fmt.Errorf("no local cloud is running on %s", folder)
	}
	return info, errors.Join(err, s.Read("running.json", &info))
}

// removeInfo removes running.json at the end of a run.
func removeInfo(s *state.Folder) error {
	err := os.Remove(s.Path("running.json"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove running.json: %w", err)
	}
	return nil
}

// environment returns the variables that every function gets beside its own: the endpoints of the services, and keys
// without access to AWS. Requests to other services fail at a closed port, so that none reaches an AWS account.
func (c *cloud) environment(invoke string) map[string]string {
	env := map[string]string{
		"AWS_ENDPOINT_URL":        "http://127.0.0.1:1",
		"AWS_ENDPOINT_URL_LAMBDA": invoke,
		"AWS_ACCESS_KEY_ID":       accessKey,
		"AWS_SECRET_ACCESS_KEY":   secretKey,
	}
	if c.engine != nil {
		env["AWS_ENDPOINT_URL_DYNAMODB"] = c.engine.Endpoint()
		env["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] = c.engine.Endpoint()
	}
	if c.objects != nil {
		env["AWS_ENDPOINT_URL_S3"] = c.objects.Endpoint()
	}
	if c.secrets != "" {
		env["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = c.secrets
	}
	if c.mail != nil {
		env["AWS_ENDPOINT_URL_SES"] = c.mail.URL()
		env["AWS_ENDPOINT_URL_SESV2"] = c.mail.URL()
	}
	return env
}

// The keys of all services.
const (
	accessKey = "local"
	secretKey = "local-secret"
)

// describe returns the addresses and names of this run.
func (c *cloud) describe(p *plan) Info {
	c.mu.Lock()
	defer c.mu.Unlock()
	base := func(name string) string {
		return fmt.Sprintf("http://127.0.0.1:%d", c.state.Port(name))
	}
	env := c.environment(base("lambda"))
	info := Info{
		Scope: strings.Join(append([]string{"openid email profile"}, p.signin.Scopes...), " "), Audience: p.signin.Resource,
		DynamoDB: env["AWS_ENDPOINT_URL_DYNAMODB"], Streams: env["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"],
		S3: env["AWS_ENDPOINT_URL_S3"], Mail: env["AWS_ENDPOINT_URL_SES"], Lambda: base("lambda"), Control: base("control"),
		Tables: map[string]string{}, Buckets: map[string]string{}, Secrets: map[string]string{}, Functions: c.pool.Names(),
		Env: env, PID: os.Getpid(),
	}
	info.Env["AWS_REGION"], info.Env["AWS_DEFAULT_REGION"] = region, region // the second is that of version 1 of AWS's client
	if c.signin != nil {
		info.Issuer = c.signin.Issuer()
	}
	if c.mail != nil {
		info.Inbox = c.mail.Inbox()
	}
	for id := range p.apis {
		info.API = base("api-" + id)
		info.ExecuteAPI = info.API
	}
	for id := range p.fronts {
		info.API = base("site-" + id)
	}
	for id := range p.sites {
		info.Site = base("site-" + id)
		info.RedirectURI = info.Site + "/callback"
	}
	for _, r := range c.template.Resources {
		switch r.Type {
		case "AWS::DynamoDB::Table":
			info.Tables[r.ID] = c.template.Ref(r)
		case "AWS::S3::Bucket":
			info.Buckets[r.ID] = c.template.Ref(r)
		case "AWS::SecretsManager::Secret":
			info.Secrets[r.ID] = c.template.Ref(r)
		case "AWS::Cognito::UserPoolClient":
			info.ClientID = c.template.Ref(r)
		}
	}
	return info
}
