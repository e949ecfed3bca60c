package bench

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/audit"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/secret"
)

// operationDollars states the price of a campaign, an export and invitations, from the units that smaller ones consume, of the
// pages, and of a stack without traffic.
func operationDollars(t *testing.T) []line {
	t.Helper()
	return slices.Concat(campaignDollars(t), exportDollars(t), invitationDollars(t), pageDollars(t), idleDollars(t))
}

// stated returns a line of dollars without a target.
func stated(what string, dollars float64) line {
	return line{what, fmt.Sprintf("%.2f", dollars), "stated", true}
}

// campaignDollars prices a month in which a campaign's 100,000 contacts are added and each has a note, an answer and a response,
// one at a time; the audit that recounts all of them every hour, as it does while a campaign changes; and the tables.
func campaignDollars(t *testing.T) []line {
	t.Helper()
	const measured, contacts, hours = 80, 100_000, 730
	s := httpapitest.NewCampaign(t)
	who := s.NewMobilizer("Ana")
	var all spending
	var recounts []float64 // read units with half of the contacts, and with all
	for half := range 2 {
		paths := make([]string, measured/2)
		all.add(spend(t, s, false, measured/2, func(n int) *httpapitest.Reply {
			key := fmt.Sprintf("add-%d-%d", half, n)
			added := who.Do(http.MethodPost, who.Path("contacts"), body{
				"first_name": "Josephine", "last_name": "Nguyen " + key, "city": "Portland", "state": "ME", "zip": "04101", "phone": "+12075550142",
			}, key)
			paths[n] = who.Path("contacts", added.Text("id"))
			return added
		}))
		for _, kind := range actionKinds {
			all.add(spend(t, s, false, measured/2, func(n int) *httpapitest.Reply {
				return kind.send(s, who, paths[n], fmt.Sprintf("%s-%d-%d", kind.name, half, n))
			}))
		}
		recounts = append(recounts, recount(t, s))
	}
	stored := bytesOf(t, s.DB, s.Tables.Records) + bytesOf(t, s.DB, s.Tables.Metrics) + bytesOf(t, s.DB, s.Tables.Lists)

	const perContact = contacts / float64(measured)
	actions := all.total() * 4 * contacts
	audits := (recounts[0] + (recounts[1]-recounts[0])*2*(perContact-.5)) * hours * readPrice // a part of the units is the same for any size
	tables := stored * perContact / gigabyte * (tablePrice + recoveryPrice)
	return []line{
		stated("dollars per 100,000-contact campaign and month", actions+audits+tables),
		stated("  of these 400,000 additions and actions", actions),
		stated("  730 audits", audits),
		stated(fmt.Sprintf("  tables, %.0f bytes a contact, with recovery", stored/measured), tables),
		stated("  more with an own domain", all.edge()*4*contacts),
	}
}

// recount audits the campaign and returns the read units.
func recount(t *testing.T, s *httpapitest.CampaignFixture) float64 {
	t.Helper()
	var m meter
	auditor := audit.Auditor{
		Store: dynamo.New(dynamodb.New(s.DB.Options(), m.attach), s.Tables), Versions: metrics.CellVersions,
		Wait: func(context.Context, time.Duration) error { return nil },
	}
	report, err := auditor.Run(t.Context(), audit.Request{Campaign: s.Campaign.ID, Time: s.Now, Gap: "1s"})
	if err != nil || report.Drift != 0 || len(report.Campaigns) != 1 {
		t.Fatalf("the audit reports %+v, %v", report, err)
	}
	return m.reads
}

// bytesOf returns the size of a table, from the units that reading all of it consumes: half a unit per 4 KB.
func bytesOf(t *testing.T, db *dynamodb.Client, table string) float64 {
	t.Helper()
	var m meter
	pages := dynamodb.NewScanPaginator(dynamodb.New(db.Options(), m.attach), &dynamodb.ScanInput{TableName: aws.String(table)})
	for pages.HasMorePages() {
		if _, err := pages.NextPage(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return m.reads * 8192
}

// exportDollars prices an export of a million contacts that is downloaded once: reading them, write-export for 100 s (the time
// of the local engine in docs/measures.md), parts of 8 MB, a week in S3 and the download.
func exportDollars(t *testing.T) []line {
	t.Helper()
	const measured, rows, part = 5_000, 1_000_000, 8 << 20
	engine := newFilledEngine(t, measured)
	var m meter
	found := 0
	s := dynamo.New(dynamodb.New(engine.Options(), m.attach), dynamo.Tables(engine.Tables))
	err := s.EachContact(t.Context(), filledCampaign, "", func(*contact.Contact) error {
		found++
		return nil
	})
	if err != nil || found != measured {
		t.Fatalf("%d contacts, want %d: %v", found, measured, err)
	}
	p := newExportFixture(&made{rows: measured}, measured)
	if err := p.work(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.check(t, measured)

	size := float64(p.bytes) * rows / measured
	reads := m.reads * rows / measured * readPrice
	functions := 100 * 1.769 * functionPrice
	storing := size/part*putPrice + size/gigabyte*objectPrice*7/30
	return []line{
		stated("dollars per export of a million contacts, downloaded once", reads+functions+storing+size*transferPrice),
		stated("  of these reading the table", reads),
		stated("  the function", functions),
		stated(fmt.Sprintf("  the file of %.0f MB for a week", size/1e6), storing),
		stated("  its download", size*transferPrice),
	}
}

// invitationDollars prices invitations from the write that creates them to the record of their delivery.
func invitationDollars(t *testing.T) []line {
	t.Helper()
	const measured, invited = 96, 10_000
	db, names := dynamotest.New(t)
	var m meter
	s := dynamo.New(dynamodb.New(db.Options(), m.attach), dynamo.Tables(names))
	at := time.Now().UTC()
	root := secret.Version{Number: 1, Text: "a secret of the tests, long enough"}
	tokens := invitation.NewTokens(root)
	c := inviteMany(t, s, tokens, measured, at)
	sent := &emailService{times: map[invitation.ID]int{}, lost: map[invitation.ID]int{}, yes: map[invitation.ID]time.Time{}}
	sendAll(t, &sending.Sender{
		Store: s, Mailer: sent, Secrets: secret.Fixed(root), InvitationLifetime: invitation.Lifetime,
		Addresses: email.Addresses{Site: "https://kith.example", API: "https://api.kith.example"},
	}, s, at)
	recorder := &email.Recorder{Store: s, InvitationLifetime: invitation.Lifetime}
	for id := range sent.times {
		err := recorder.Record(t.Context(), invitation.DeliveryReport{
			Campaign: c.ID, Invitation: id, Generation: 1, Outcome: invitation.Delivery, SentAt: sent.yes[id], OccurredAt: time.Now(),
		}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(sent.times) != measured {
		t.Fatalf("%d emails were sent, want %d", len(sent.times), measured)
	}
	const scale = invited / float64(measured)
	store := (m.writes*writePrice + m.reads*readPrice) * scale
	functions := float64(m.calls)*scale*storeCallTime*.512*functionPrice + invited*invocationPrice // record-delivery runs once an email
	emails := invited * (emailPrice + topicPrice)
	return []line{
		stated("dollars per 10,000 invitations", store+functions+emails),
		stated("  of these the tables", store),
		stated("  functions", functions),
		stated("  email and its events", emails),
	}
}

// pageDollars prices the files of the web apps, as CloudFront compresses them, for people who open one for the first time. A
// later visit loads what has changed.
func pageDollars(t *testing.T) []line {
	t.Helper()
	const people = 10_000
	var lines []line
	for _, app := range []struct{ name, folder, without string }{
		{"the mobilizers' app", "../../dashboard/dist/m", ""},
		{"the dashboard", "../../dashboard/dist", "m"},
	} {
		var files, size float64
		err := filepath.WalkDir(app.folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() {
				if app.without != "" && path == filepath.Join(app.folder, app.without) {
					return filepath.SkipDir
				}
				return nil
			}
			if entry.Name() == "openapi.json" { // no page loads it
				return nil
			}
			content, err := os.ReadFile(path)
			files++
			size += headerBytes + float64(gzipped(content))
			return err
		})
		if err != nil || files == 0 {
			t.Fatalf("the files of %s: %v; make dashboard/dist/manifest.json builds them", app.name, err)
		}
		lines = append(lines, stated(
			fmt.Sprintf("dollars for all %.0f files, %.0f KB, of %s to 10,000 people", files, size/1000, app.name),
			people*(files*(edgePrice+edgeCodePrice)+size*edgeOutPrice),
		))
	}
	return lines
}

// gzipped returns the size of compressed content.
func gzipped(content []byte) int {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(content) // a buffer accepts everything
	_ = w.Close()
	return out.Len()
}

// idleDollars prices a month of a stack without traffic: its alarms, dashboard, secrets and key. The resources of an own domain are
// those with its condition.
func idleDollars(t *testing.T) []line {
	t.Helper()
	template, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	count := func(kind string) (all, own float64) {
		kind = "\n    Type: " + kind + "\n"
		return float64(strings.Count(string(template), kind)), float64(strings.Count(string(template), kind+"    Condition: OwnDomain\n"))
	}
	alarms, _ := count("AWS::CloudWatch::Alarm")
	boards, _ := count("AWS::CloudWatch::Dashboard")
	secrets, own := count("AWS::SecretsManager::Secret")
	keys, _ := count("AWS::KMS::Key")
	if alarms == 0 || boards == 0 || secrets-own == 0 || own == 0 || keys == 0 {
		t.Fatalf("the template has %.0f alarms, %.0f dashboards, %.0f secrets, %.0f of them for an own domain, %.0f keys", alarms, boards, secrets, own, keys)
	}
	// An alarm that adds up metrics costs as much as one on each of them.
	watched := alarms + float64(strings.Count(string(template), "\n          MetricStat:\n")-strings.Count(string(template), "\n          Expression:"))
	idle := watched*alarmPrice + boards*boardPrice + (secrets-own)*secretPrice + keys*keyPrice
	return []line{
		stated(fmt.Sprintf("dollars per month without traffic: alarms on %.0f metrics, dashboard, secret, key", watched), idle),
		stated("  with an own domain: the key of its distribution", idle+own*secretPrice),
	}
}
