// Command demo creates a demo in a running Kith through its HTTP API, as users would, and checks the totals on the Analytics
// pages against its own model. `make run` creates a demo in new data; `make seed` adds another one.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
	"github.com/kithhq/kith/internal/demo/plan"
)

// options are the command-line flags.
type options struct {
	cloud      string
	once       bool
	mobilizers int
	contacts   int
	seed       uint64
	state      string
	files      string
}

// The smallest demo that contains every case.
const (
	leastMobilizers = 12
	leastContacts   = 100
)

// activeDays is the number of days with activity if the clock can be shifted.
const activeDays = 8

// invitedEarlier is the number of days before the first activity on which an invitation is sent that has expired by now.
const invitedEarlier = 14

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var o options
	flag.StringVar(&o.cloud, "cloud", ".local/running.json", "file with the addresses of a running local cloud, or - for the first line of standard input")
	flag.BoolVar(&o.once, "once", false, "create no demo if one exists")
	flag.IntVar(&o.mobilizers, "mobilizers", 40, "mobilizers of the active campaign")
	flag.IntVar(&o.contacts, "contacts", 2000, "contacts of the active campaign")
	flag.Uint64Var(&o.seed, "seed", 1, "the same seed creates the same demo")
	flag.StringVar(&o.state, "state", "", "folder in which the passcode and the service token are stored for later runs; empty for none")
	flag.StringVar(&o.files, "files", "", "create no demo; download all exports of the stored one into this folder")
	flag.Parse()
	err := run(ctx, o, os.Stdin, os.Stdout)
	if errors.Is(err, errNotStarted) {
		stop()
		os.Exit(1) // the local cloud has printed the reason
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo: "+err.Error())
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, in io.Reader, out io.Writer) error {
	if o.mobilizers < leastMobilizers || o.contacts < leastContacts {
		return fmt.Errorf("a demo needs at least %d mobilizers and %d contacts", leastMobilizers, leastContacts)
	}
	cloud, err := readCloud(o.cloud, in)
	if err != nil {
		return err
	}
	client := apiclient.New(cloud)
	stored, err := readDetails(o.state)
	if err != nil {
		return err
	}
	if o.files != "" {
		return downloadFiles(ctx, client, stored, o.files, out)
	}
	owner := client.Person("ada@example.org", "Ada Demo")
	session, err := owner.Start(ctx)
	if err != nil {
		return err
	}
	complete, err := demoComplete(ctx, owner)
	if err != nil {
		return err
	}
	if o.once && complete {
		fmt.Fprintln(out, "The demo of an earlier run is still here. `make clean` deletes it.")
		o.printAddresses(out, cloud, stored)
		return nil
	}
	tag := ""
	if n := len(session.Organizations); n > 0 {
		tag = strconv.Itoa(n + 1)
	}
	started := time.Now()
	days := activeDays
	if cloud.Control == "" {
		days = 1
	}
	p := &player{client: client, owner: owner, plan: plan.New(o.seed, tag, o.mobilizers, o.contacts, days)}
	p.stranger = client.Person("pat"+tag+"@example.org", "Pat Prairie")
	if cloud.Mail != "" && cloud.Control != "" {
		p.invitees = p.plan.Invitees()
	}
	p.clock = &clock{control: cloud.Control, zone: p.plan.Active.Location}
	p.progress = newProgress(out, p.plan)
	fmt.Fprintf(out, "Creating a demo through the API: %d mobilizers, %d contacts, seed %d\n",
		o.mobilizers, o.contacts, p.plan.Seed)
	if len(session.Organizations) > 0 && !complete {
		fmt.Fprintln(out, "An earlier demo was interrupted. `make clean` deletes it.")
	}
	err = p.createAndCheck(ctx)
	if err != nil {
		o.printAddresses(out, cloud, nil)
		return err
	}
	token, err := p.createServiceToken(ctx)
	if err != nil {
		return fmt.Errorf("create a service token: %w", err)
	}
	made := p.details(token)
	if o.state != "" {
		err = made.write(o.state)
		if err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "The demo is complete after %.0f s.\n", time.Since(started).Seconds())
	o.printAddresses(out, cloud, made)
	return nil
}

// demoComplete reports whether one of the owner's organizations says that its demo is complete.
func demoComplete(ctx context.Context, owner *apiclient.Person) (bool, error) {
	type organization struct{ Description string }
	all, err := apiclient.All[organization](ctx, owner, "/v1/admin/organizations")
	if err != nil {
		return false, err
	}
	return slices.Contains(all, organization{completeDescription}), nil
}

// createAndCheck plays the plan and compares the totals. It resets the clock on success and on failure.
func (p *player) createAndCheck(ctx context.Context) error {
	err := p.clock.startDay(ctx, p.plan.Days+invitedEarlier)
	if err == nil {
		err = p.setUp(ctx)
	}
	if err == nil {
		err = p.invite(ctx, true)
	}
	if err == nil {
		err = p.play(ctx)
	}
	err = errors.Join(err, p.clock.reset(context.WithoutCancel(ctx)))
	if err == nil {
		p.progress.sayMatches()
		err = p.finish(ctx)
	}
	if err == nil {
		err = p.compareTotals(ctx)
	}
	if err == nil {
		err = p.compareInvitations(ctx)
	}
	return err
}

// errNotStarted is the error if the local cloud ended before it printed its addresses.
var errNotStarted = errors.New("the local cloud did not start")

// readCloud reads the addresses of a running Kith. It fails with errNotStarted if standard input is empty.
func readCloud(path string, in io.Reader) (apiclient.Cloud, error) {
	var cloud apiclient.Cloud
	var text []byte
	var err error
	if path == "-" {
		text, err = bufio.NewReader(in).ReadBytes('\n')
	} else {
		text, err = os.ReadFile(path)
	}
	if path == "-" && errors.Is(err, io.EOF) && len(text) == 0 {
		return cloud, errNotStarted
	}
	if err != nil {
		return cloud, fmt.Errorf("no Kith is running; start one with `make run`: %w", err)
	}
	err = json.Unmarshal(text, &cloud)
	if err != nil {
		return cloud, fmt.Errorf("%s: %w", path, err)
	}
	return cloud, nil
}
