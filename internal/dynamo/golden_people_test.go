package dynamo

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/servicetoken"
	"github.com/kithhq/kith/internal/voter"
)

// TestPeopleItems shows mobilizers, contacts and their dependent rows as stored.
func TestPeopleItems(t *testing.T) {
	at := time.Date(2026, 10, 24, 12, 0, 0, 1_000_000, time.UTC)
	match := voter.Match{Status: voter.Confirmed, At: at, Voter: voter.Voter{
		CanonicalID: "MA0012", StateFileID: "0012", FirstName: "JOSE", LastName: "O'BRIEN", City: "BOSTON", State: "MA", Zip: "021390001",
	}}
	details := contact.Details{FirstName: "José", LastName: "O'Brien", PreferredName: "Pepe", City: "Boston", State: "MA", Zip: "02139"}
	about := contact.Ref{Contact: "01928d5e-0000-7000-8000-000000000001", Mobilizer: "m", Campaign: "c"}
	for name, item := range map[string]any{
		"membership": newMembershipItem(&mobilizer.Mobilizer{
			ID: "m", Campaign: "c", Organization: "o", User: "u", Person: "p", Email: "ana@example.org", Consent: true, Match: match,
			Profile: mobilizer.Profile{
				FirstName: "Ana", LastName: "Nguyễn", PreferredName: "An", City: "Boston", State: "MA", Zip: "02139", Phone: "+16175550123",
			},
			JoinedAt: at, LeftAt: at, FirstSelfMatchAt: at, LastSelfMatchAt: at, Version: 5,
		}),
		"management-note": newManagementNoteItem(&mobilizer.ManagementNote{
			ID: "n", Campaign: "c", Mobilizer: "m", Content: "1:1 on Friday", Author: "u", AuthorName: "Olivia",
			AuthorEmail: "olivia@example.org", CreatedAt: at, UpdatedAt: at, Version: 2,
		}),
		"contact": newContactItem(&contact.Contact{
			ID: about.Contact, Entry: "e", Person: "p", User: "u", Mobilizer: "m", Campaign: "c", Organization: "o", Details: details,
			Match: match, VotePlan: "By bus", KeyQuestionCode: "03", AnsweredAt: at, LatestAnswerID: "a", LatestAnswerCode: "03", LatestAnswerDay: "2026-10-24",
			KeyQuestionChanges: 2, MovedFrom: "01", Touchpoints: 4, AddedAt: at, AddedDay: "2026-10-24", LastActivityAt: at, StoredLateAt: at, Version: 7,
			ActionResponses: map[action.Code]contact.ActionResponseSummary{"00": {ID: "01928d5e-0000-7000-8000-000000000002", Choice: contact.ChoiceCompleted}},
		}),
		"contact-new": newContactItem(&contact.Contact{
			ID: about.Contact, Entry: "e", Person: "p", User: "u", Mobilizer: "m", Campaign: "c", Organization: "o",
			Details: contact.Details{FirstName: "Zoë"}, AddedAt: at, AddedDay: "2026-10-24", LastActivityAt: at, Version: 1,
		}),
		"note": newNoteItem(&contact.Note{
			ID: "n", About: about, Content: "Met at the market.\n", CreatedAt: at, UpdatedAt: at, TouchpointDay: "2026-10-24", Version: 2,
		}),
		"answer": newAnswerItem(&contact.Answer{
			ID: "a", About: about, AnsweredBy: "u", Code: "03", ResponseText: "Maybe", ResponseValue: 3, AnsweredAt: at, TouchpointDay: "2026-10-24",
		}),
		"clearing": newAnswerItem(&contact.Answer{ID: "a", About: about, AnsweredBy: "u", AnsweredAt: at}),
		"response": newResponseItem(&contact.ActionResponse{
			ID: "r", About: about, Item: "i", ItemCode: "00", Choice: contact.ChoiceText, Text: "Schools", CreatedAt: at, UpdatedAt: at,
			TouchpointDay: "2026-10-24", Version: 2,
		}),
		"entry": newEntryItem(&contact.Entry{
			ID: "e", User: "u", Organization: "o", Person: "p", Details: details,
			Private: contact.PrivateDetails{Phone: "+16175550123", Email: "pepe@example.org"},
			Targets: map[campaign.ID]contact.ID{"c": about.Contact}, CreatedAt: at, Version: 3,
		}),
	} {
		t.Run(name, func(t *testing.T) { golden(t, item) })
	}
}

// TestWorkItems shows what is asked for and worked on in the background as the tables hold it.
func TestWorkItems(t *testing.T) {
	at := time.Date(2026, 10, 24, 12, 0, 0, 1_000_000, time.UTC)
	for name, item := range map[string]any{
		"export": newExportItem(&export.Export{
			ID: "e", Organization: "o", Campaign: "c", State: export.Ready, RequestedBy: "u", RequestedByName: "Olivia",
			Request:     export.Request{Type: "contacts", Dialect: csv.Data, Profile: dataset.Extended, Item: "i", Compression: export.Gzip},
			RequestedAt: at, StartedAt: at, AsOf: at, FinishedAt: at, Rows: 7, ExpectedRows: 8, Bytes: 900, Object: "exports/o/c/e/j/3.csv",
			SHA256: "ab12", Error: fault.NewMessage("%s has %d. %s", "none", 2, fault.NewMessage("Why.")), Job: "j", Version: 4,
		}),
		"scheduled-export": newExportItem(&export.Export{
			ID: "e", Organization: "o", Campaign: "c", State: export.Expired, RequestedBy: "u", RequestedByName: "Olivia",
			Request:     export.Request{Type: "contacts", Dialect: csv.Data, Profile: dataset.Standard},
			RequestedAt: at, FinishedAt: at, Rows: 7, Object: "scheduled/o/c/s/e/j/3.csv", Schedule: "s", Job: "j", Version: 4,
		}),
		"schedule": newScheduleItem(&schedule.Schedule{
			ID: "s", Organization: "o", Campaign: "c", Hour: 3, State: schedule.Ended, CreatedBy: "u", CreatedByName: "Olivia", CreatedAt: at,
			Request: export.Request{Type: "contacts", Dialect: csv.Data, Profile: dataset.Extended, Item: "i", Compression: export.Gzip},
			LastRun: at, NextRun: at, EndedAt: at, Runs: []string{"f", "e"}, Job: "j", Version: 9,
		}),
		"clock-job": newJobItem(&job.Job{
			ID: "j", Kind: job.ExportSchedule, State: job.Waiting, Organization: "o", Campaign: "c", Record: "s", RequestedAt: at, DueAt: at, Version: 2,
		}),
		"latest-export": newLatestExportItem(&export.Latest{
			Campaign: "c", Export: "e", Version: 2,
			Request: export.Request{Type: "contacts", Dialect: csv.Data, Profile: dataset.Extended, Item: "i", Compression: export.Gzip},
		}),
		"invitation": newInvitationItem(&invitation.Invitation{
			ID: "i", Organization: "o", Campaign: "c", Email: "ana@example.org", FirstName: "Ana", LastName: "Nguyễn",
			Language: invitation.Spanish, InvitedBy: invitation.Inviter{User: "u", Name: "Olivia", Email: "olivia@example.org"}, CreatedAt: at,
			Generation: 2, Sendings: []invitation.Sending{{Hash: "ab12", SentAt: at, Outcomes: []invitation.Outcome{invitation.Delivery, invitation.HardBounce}}, {Hash: "cd34"}}, ExpiresAt: at,
			Delivery: invitation.Queued, RevokedAt: at, AcceptedAt: at, AcceptedBy: "v", AcceptedName: "Ana Nguyễn", Membership: "m", OpenedGeneration: 1, NewRequestedGeneration: 2, NewRequestedAt: at, Version: 5,
		}),
		"invitation-to-administer": newInvitationItem(&invitation.Invitation{
			ID: "i", Organization: "o", Role: organization.Owner, Email: "ana@example.org", FirstName: "Ana", LastName: "Nguyễn",
			Language: invitation.English, InvitedBy: invitation.Inviter{User: "u", Name: "Olivia", Email: "olivia@example.org"}, CreatedAt: at,
			Generation: 1, Sendings: []invitation.Sending{{Hash: "ab12"}}, ExpiresAt: at, Delivery: invitation.Queued, Version: 1,
		}),
		"invitation-deleted": newInvitationItem(&invitation.Invitation{
			ID: "i", Organization: "o", Campaign: "c", Email: "ana@example.org", Language: invitation.Spanish, InvitedBy: invitation.Inviter{User: "u"},
			CreatedAt: at, Generation: 1, Sendings: []invitation.Sending{{Hash: "ab12", SentAt: at}}, ExpiresAt: at, Delivery: invitation.Sent, DeletedAt: at, Version: 1,
		}),
		"link-to-administer": newEmailLinkItem(&invitation.Link{Hash: "ab12", Organization: "o", Invitation: "i", Generation: 1}),
		"ask": newAccessRequestItem(&invitation.AccessRequest{
			ID: "a", Target: invitation.Target{Organization: "o", Campaign: "c"}, Invitation: "i",
			Requester: invitation.Person{User: "v", Name: "Ana", Email: "other@example.org"}, RequestedAt: at, Decision: invitation.Approved,
			DecidedBy: invitation.Person{User: "u", Name: "Olivia", Email: "olivia@example.org"}, DecidedAt: at, ApprovedUntil: at, Generation: 2, Version: 2,
		}),
		"notice-job": newJobItem(&job.Job{
			ID: "j", Kind: job.NoticeEmail, State: job.Queued, Organization: "o", Campaign: "c", Record: "i", Recipient: "u", Requester: "v", RequestedAt: at,
			DueAt: at, Version: 1,
		}),
		"service-token": newServiceTokenItem(&servicetoken.Token{
			ID: "t", Organization: "o", Campaign: "c", Hash: "ab12", Name: "Nightly load", CreatedBy: "u", CreatedByName: "Olivia", CreatedAt: at,
			LastUsedAt: at, RevokedAt: at, RevokedBy: "Hal", Version: 3,
		}),
		"token-campaign": newTokenCampaignItem(&servicetoken.Token{Campaign: "c", Hash: "ab12"}),
		"invited":        newInvitedItem(&invitation.Invitation{ID: "i", Campaign: "c", Email: "ana@example.org"}),
		"link":           newEmailLinkItem(&invitation.Link{Hash: "ab12", Campaign: "c", Invitation: "i", Generation: 2}),
		"suppressed":     newSuppressedItem(&invitation.Suppression{Organization: "o", Email: "ana@example.org", Reason: invitation.Bounced, At: at}),
		"recipient": newRecipientItem(&invitation.Recipient{
			Email: "ana@example.org", SuppressedBy: []organization.ID{"o"}, Sent: []invitation.SentEmail{{ID: "i.1", At: at}}, Version: 2,
		}),
		"mail-job": newJobItem(&job.Job{
			ID: "j", Kind: job.InvitationEmail, State: job.Queued, Organization: "o", Campaign: "c", Record: "i", RequestedAt: at, DueAt: at, Version: 1,
		}),
		"held-mail-job": newJobItem(&job.Job{
			ID: "j", Kind: job.InvitationEmail, State: job.Held, Organization: "o", Campaign: "c", Record: "i", RequestedAt: at, DueAt: at, Version: 2,
		}),
		"standing": newMailStatusItem(&email.MailStatus{
			Organization: "o", StoppedAt: at, StopReason: email.TooManyBounces, CountsAtStop: email.Counts{Sent: 200, Bounced: 6}, ResumedAt: at,
			ResumedBy: "u", ResumedName: "Olivia", CountsAtResume: email.Counts{Sent: 100, Bounced: 3, Complained: 1}, Version: 3,
		}),
		"job": newJobItem(&job.Job{
			ID: "j", Kind: job.Export, State: job.Running, Organization: "o", Campaign: "c", Record: "e", RequestedAt: at, DueAt: at, Attempts: 2,
			Checkpoint: []byte("{}"), Version: 3,
		}),
		"voter-file": newVoterFileItem(&voter.File{
			ID: "f", Organization: "o", State: "MA", Name: "voters.zip", Status: voter.FileReplaced, CreatedAt: at, CreatedBy: "u", ByName: "Olivia",
			Bytes: 100, BytesRead: 90, Rows: 9, Imported: 7, Rejected: 2, RejectsKept: 2, Error: fault.NewMessage("none"), StartedAt: at, FinishedAt: at,
			ReplacedBy: "g", Version: 6,
		}),
		"voter": voterItem{
			key: voterKey("o", "f", "MA0012"), StateFileID: "0012", First: "JOSE", Last: "O'BRIEN", City: "BOSTON", State: "MA",
			Zip: "02139", Line: 2,
		},
	} {
		t.Run(name, func(t *testing.T) { golden(t, item) })
	}
}
