package invitationapi

import (
	"context"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
)

type mailHealth struct{ store *dynamo.Store }

// RegisterMailHealth adds what becomes of an organization's mail, and resuming it when it was stopped.
func RegisterMailHealth(api *httpapi.API) {
	h := &mailHealth{api.Store()}
	const one = "/v1/admin/organizations/{organization}/mail"
	httpapi.Register(api, httpapi.Operation{
		ID: "get-mail-status", Method: http.MethodGet, Path: one,
		Summary: "Get an organization's mail status",
		Description: "Returns whether its email is sent, and delivery counts of the last 30 days in UTC, or since an owner resumed " +
			"sending. Sending stops when bounces or complaints exceed the limits; queued email is kept until an owner " +
			"resumes.",
	}, httpapi.OrganizationAdmin, h.read)
	httpapi.Register(api, httpapi.Operation{
		ID: "resume-mail", Method: http.MethodPost, Path: one + "/resume",
		Summary:     "Resume sending an organization's email",
		Description: "Resets the counts and sends the queued email. Changes nothing while email is sent.",
	}, httpapi.OrganizationOwner, h.resume)
}

// MailStatus holds the delivery statistics of an organization's mail.
type MailStatus struct {
	State         string     `json:"status" enum:"sending,stopped"`
	StoppedAt     string     `json:"stopped_at,omitempty" format:"date-time"`
	StoppedFor    string     `json:"stop_reason,omitempty" enum:"bounces,complaints" doc:"What there was too much of."`
	Message       string     `json:"message,omitempty" doc:"Why mail is held, and what to do. Only while it is stopped."`
	CountedSince  string     `json:"counted_since" format:"date-time" doc:"Mails sent before do not count."`
	Sent          int        `json:"sent"`
	Bounced       int        `json:"bounced" doc:"For good: there is no such mailbox."`
	Complained    int        `json:"complained" doc:"Called spam."`
	BounceRate    float64    `json:"bounce_rate" doc:"Of the mails sent."`
	ComplaintRate float64    `json:"complaint_rate" doc:"Of the mails sent."`
	Limits        MailLimits `json:"limits"`
	ResumedAt     string     `json:"resumed_at,omitempty" format:"date-time"`
	ResumedBy     string     `json:"resumed_by,omitempty" doc:"Name of the owner."`
}

// MailLimits are what sending stops at.
type MailLimits struct {
	BounceRate        float64 `json:"bounce_rate"`
	ComplaintRate     float64 `json:"complaint_rate"`
	SentAtLeast       int     `json:"sent_at_least" doc:"Of fewer mails nothing is concluded."`
	ComplaintsAtLeast int     `json:"complaints_at_least" doc:"From fewer complaints nothing is concluded."`
	Days              int     `json:"days"`
}

func showMailHealth(h *email.MailStatistics, at time.Time) MailStatus {
	t := h.Counts(at)
	since := at.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1-email.CountedDays)
	if h.ResumedAt.After(since) {
		since = h.ResumedAt
	}
	m := MailStatus{
		State: "sending", StoppedAt: httpapi.Timestamp(h.StoppedAt), StoppedFor: string(h.StopReason), Message: h.Explanation(), CountedSince: httpapi.Timestamp(since),
		Sent: t.Sent, Bounced: t.Bounced, Complained: t.Complained, BounceRate: t.BounceRate(), ComplaintRate: t.ComplaintRate(),
		Limits: MailLimits{
			BounceRate: email.BounceLimit, ComplaintRate: email.ComplaintLimit, SentAtLeast: email.MinSent,
			ComplaintsAtLeast: email.MinComplaints, Days: email.CountedDays,
		},
		ResumedAt: httpapi.Timestamp(h.ResumedAt), ResumedBy: h.ResumedName,
	}
	if h.Stopped() {
		m.State = "stopped"
	}
	return m
}

func (h *mailHealth) read(ctx context.Context, a *httpapi.Access, _ *httpapi.OrganizationPath) (*httpapi.Body[MailStatus], error) {
	health, err := h.store.MailStatistics(ctx, a.Organization, a.At)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(showMailHealth(health, a.At)), nil
}

func (h *mailHealth) resume(ctx context.Context, a *httpapi.Access, _ *httpapi.OrganizationPath) (*httpapi.Body[MailStatus], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (MailStatus, []dynamo.Write, error) {
		health, err := h.store.MailStatistics(ctx, a.Organization, a.At)
		if err != nil {
			return MailStatus{}, nil, err
		}
		if !health.Resume(a.User, a.At) {
			return showMailHealth(health, a.At), nil, nil
		}
		ring, err := h.release(ctx, a)
		if err != nil {
			return MailStatus{}, nil, err
		}
		return showMailHealth(health, a.At), append(h.store.PutMailStatus(&health.MailStatus), ring...), nil
	})
}

// release rings for the mails that were held: by a new job, or by the one of an earlier resuming.
func (h *mailHealth) release(ctx context.Context, a *httpapi.Access) ([]dynamo.Write, error) {
	now := time.Now()
	j, err := h.store.Job(ctx, sending.ReleaseJobID(a.Organization))
	if fault.Is(err, fault.KindNotFound) {
		return h.store.CreateJob(sending.NewReleaseJob(a.Organization, a.At, now)), nil
	}
	if err != nil {
		return nil, err
	}
	j.Requeue(now)
	j.Checkpoint = nil
	return h.store.UpdateJob(j), nil
}
