package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/organization"
)

const mailUsage = `usage: kith mail allow ORGANIZATION   let a new organization send without the limits of new organizations
       kith mail stop REASON          stop the email of all organizations; administrators see the reason
       kith mail start                let all organizations send again
       kith mail status               print whether email is sent
       make mail STAGE=prod DO="allow ORGANIZATION"

The environment names the tables, METRICS_TABLE, RECORDS_TABLE and JOBS_TABLE, and has AWS_REGION and the credentials, such
as those of aws configure export-credentials --format env.
`

// mailConfig names the tables that the operator's commands about email need.
type mailConfig struct {
	RecordsTable string `env:"RECORDS_TABLE,required"`
	MetricsTable string `env:"METRICS_TABLE,required"`
	JobsTable    string `env:"JOBS_TABLE,required"`
}

// runMail runs an operator's command about email and returns the exit status.
func runMail(args []string, stdout, stderr io.Writer) int {
	command := ""
	if len(args) > 0 {
		command = args[0]
	}
	run := map[string]func(context.Context, *dynamo.Store, string, io.Writer) error{
		"allow": allowMail, "stop": stopMail, "start": startMail, "status": printMail,
	}[command]
	argument := strings.Join(args[min(1, len(args)):], " ")
	if run == nil || (command == "allow" || command == "stop") != (argument != "") {
		fmt.Fprint(stderr, mailUsage)
		return 2
	}
	ctx := context.Background()
	tables := boot.Config[mailConfig]()
	store := boot.Store(boot.AWS(ctx), dynamo.Tables{Records: tables.RecordsTable, Metrics: tables.MetricsTable, Jobs: tables.JobsTable})
	if err := run(ctx, store, argument, stdout); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// allowMail lifts the limits of a new organization, and a stop for its first bounces, and releases its waiting email.
func allowMail(ctx context.Context, store *dynamo.Store, id string, stdout io.Writer) error {
	o, err := store.Organization(ctx, organization.ID(id))
	if err != nil {
		return fmt.Errorf("organization %s: %w", id, err)
	}
	err = dynamo.Retry(ctx, func() error {
		now := time.Now()
		s, err := store.MailStatistics(ctx, o.ID, now)
		if err != nil || !s.Allow(now) {
			return err
		}
		return store.Commit(ctx, append(store.PutMailStatus(&s.MailStatus), store.RestartJob(sending.NewReleaseJob(o.ID, now, now))...)...)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s may send without the limits of new organizations.\n", o.Name)
	return nil
}

func stopMail(ctx context.Context, store *dynamo.Store, reason string, stdout io.Writer) error {
	if err := store.StopAllEmail(ctx, reason, time.Now()); err != nil {
		return err
	}
	return printMail(ctx, store, "", stdout)
}

func startMail(ctx context.Context, store *dynamo.Store, _ string, stdout io.Writer) error {
	if err := store.StartAllEmail(ctx); err != nil {
		return err
	}
	return printMail(ctx, store, "", stdout)
}

func printMail(ctx context.Context, store *dynamo.Store, _ string, stdout io.Writer) error {
	s, err := store.EmailService(ctx)
	switch {
	case err != nil:
		return err
	case s.Stopped():
		fmt.Fprintf(stdout, "All email is stopped since %s: %s\n", s.StoppedAt.Format(time.RFC3339), s.StopReason)
	case s.State != "":
		fmt.Fprintf(stdout, "Email waits since %s: the email service is in the state %s.\n", s.StateSince.Format(time.RFC3339), s.State)
	default:
		fmt.Fprintln(stdout, "Email is sent.")
	}
	return nil
}
