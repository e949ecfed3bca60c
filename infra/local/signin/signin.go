// Package signin runs the OpenID Connect issuer that replaces Cognito: the Node program in this folder, which uses the
// library oidc-provider. It has no passwords: anyone signs in as any person by entering an email address and a name. Keys,
// people and sessions are stored in the state folder.
package signin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/kithhq/kith/infra/local/program"
)

// Client is a public client: authorization code with PKCE, no secret. Addresses on 127.0.0.1 may have any port.
type Client struct {
	ID        string   `json:"id"`
	Redirects []string `json:"redirects"`
	Logouts   []string `json:"logouts"`
	// Rotate makes a refresh token valid once: its use returns another.
	Rotate bool `json:"rotate"`
}

// Person is a person who is known from the start. Others are created when they sign in.
type Person struct {
	Email string `json:"email"`
	Name  string `json:"name"`
}

// Config configures the issuer.
type Config struct {
	// Address is the address to listen on, 127.0.0.1:0 for a free port. The issuer is http:// followed by it.
	Address string
	Clients []Client
	// Resource is the API's resource indicator, an absolute URI, and the default one. Scopes are the API's scopes.
	Resource string
	Scopes   []string
	People   []Person
	// State is the folder for keys, people and sessions.
	State string
	// Packages is the folder with the script, signin/server.mjs, and its node_modules.
	Packages string
	Log      io.Writer
	// Crashed, if set, is called when the issuer ends unexpectedly.
	Crashed func(error)
}

// Server is a running issuer.
type Server struct {
	issuer  string
	program *program.Program
}

// Start starts the issuer and returns when it answers. It fails without Node or the npm packages.
func Start(ctx context.Context, c Config) (*Server, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, fmt.Errorf("the local sign-in needs Node 20 or later: %w", err)
	}
	address, err := program.Address(ctx, c.Address)
	if err != nil {
		return nil, err
	}
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("address of the sign-in: %w", err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return nil, fmt.Errorf("port of the sign-in: %w", err)
	}
	state, err := filepath.Abs(c.State)
	if err != nil {
		return nil, fmt.Errorf("folder of the sign-in: %w", err)
	}
	s := &Server{issuer: "http://" + address}
	settings, err := json.Marshal(map[string]any{
		"issuer": s.issuer, "host": host, "port": port, "clients": c.Clients, "resource": c.Resource, "scopes": c.Scopes,
		"people": c.People, "state": state,
	})
	if err != nil {
		return nil, fmt.Errorf("settings of the sign-in: %w", err)
	}
	script, err := filepath.Abs(filepath.Join(c.Packages, "signin", "server.mjs"))
	if err != nil {
		return nil, fmt.Errorf("script of the sign-in: %w", err)
	}
	_, err = os.Stat(filepath.Join(c.Packages, "node_modules", "oidc-provider"))
	if err != nil {
		return nil, fmt.Errorf("no npm packages: run `make tools`: %w", err)
	}
	s.program, err = program.Start(ctx, program.Spec{
		Name: "signin", Path: node, Args: []string{script}, Env: []string{"KITH_SIGNIN=" + string(settings), "NODE_ENV=production"},
		Ready: s.ready, Log: c.Log, Crashed: c.Crashed,
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.issuer+"/.well-known/openid-configuration", nil)
	if err != nil {
		return fmt.Errorf("ask the issuer: %w", err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask the issuer: %w", err)
	}
	err = res.Body.Close()
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("the issuer answers %s", res.Status)
	}
	return err
}

// Issuer returns the issuer's URL, without a trailing slash.
func (s *Server) Issuer() string { return s.issuer }

// Restart kills the issuer, as a crash would, and starts it again.
func (s *Server) Restart(ctx context.Context) error { return s.program.Restart(ctx) }

// Close ends the issuer.
func (s *Server) Close() error { return s.program.Close() }
