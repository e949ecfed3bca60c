package invitationapi

import (
	"context"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/inviting"
)

type mailStatus struct{ store *dynamo.Store }

// RegisterMailStatus adds the routes of an organization's mail status.
func RegisterMailStatus(api *httpapi.API) {
	h := &mailStatus{api.Store()}
	const one = "/v1/admin/organizations/{organization}/mail"
	httpapi.Register(api, httpapi.Operation{
		ID: "get-mail-status", Method: http.MethodGet, Path: one,
		Summary: "Get an organization's mail status",
		Description: "Returns whether its email is sent, and delivery counts of the last 30 days in UTC, or since an owner resumed " +
			"sending. Sending stops when bounces or complaints exceed the limits; queued email is kept until an owner " +
			"resumes.",
	}, httpapi.OrganizationAdmin, h.get)
	httpapi.Register(api, httpapi.Operation{
		ID: "resume-mail", Method: http.MethodPost, Path: one + "/resume",
		Summary: "Resume sending an organization's email",
		Description: "Resets the counts and sends the queued email. Changes nothing while email is sent. Fails with operator_must_allow if " +
			"the first emails of a new organization bounced.",
	}, httpapi.OrganizationOwner, h.resume)
}

// MailStatus says whether an organization's email is sent, with its delivery statistics.
type MailStatus struct {
	Status        string     `json:"status" enum:"sending,waiting,stopped" doc:"waiting: emails wait for the reason in wait_reason, and leave by themselves when it ends."`
	StoppedAt     string     `json:"stopped_at,omitempty" format:"date-time"`
	StopReason    string     `json:"stop_reason,omitempty" enum:"bounces,complaints,first_bounces" doc:"first_bounces: the first emails of a new organization bounced. Only the operator of Kith can let it send again."`
	WaitReason    string     `json:"wait_reason,omitempty" enum:"service_stopped,sandbox,paused,unverified,new_organization" doc:"service_stopped: the operator of Kith has stopped all email. sandbox, paused, unverified: the email service does not accept it for now. new_organization: the organization has sent as many emails as a new one may."`
	Message       string     `json:"message,omitempty" doc:"Why email is held, and what to do. Absent while it is sent."`
	CountedSince  string     `json:"counted_since" format:"date-time" doc:"Emails sent earlier are not counted."`
	Sent          int        `json:"sent"`
	Bounced       int        `json:"bounced" doc:"Permanent bounces."`
	Complained    int        `json:"complained" doc:"Reported as spam."`
	BounceRate    float64    `json:"bounce_rate" doc:"Share of the emails sent."`
	ComplaintRate float64    `json:"complaint_rate" doc:"Share of the emails sent."`
	New           *NewLimits `json:"new_organization,omitempty" doc:"Limits of a new organization. Absent once they no longer apply."`
	Limits        MailLimits `json:"limits"`
	ResumedAt     string     `json:"resumed_at,omitempty" format:"date-time"`
	ResumedBy     string     `json:"resumed_by,omitempty" doc:"Name of the owner."`
}

// NewLimits are the limits of a new organization: they end with accepted invitations, or when the operator of Kith lifts them.
type NewLimits struct {
	Sent          int `json:"sent"`
	SentAtMost    int `json:"sent_at_most"`
	Accepted      int `json:"accepted"`
	AcceptedUntil int `json:"accepted_until" doc:"Number of accepted invitations at which the limits end."`
}

// MailLimits are the limits at which sending stops.
type MailLimits struct {
	BounceRate        float64 `json:"bounce_rate"`
	ComplaintRate     float64 `json:"complaint_rate"`
	SentAtLeast       int     `json:"sent_at_least" doc:"Below this number of emails, sending is not stopped."`
	ComplaintsAtLeast int     `json:"complaints_at_least" doc:"Below this number of complaints, sending is not stopped for complaints."`
	Days              int     `json:"days"`
}

func newMailStatus(a *httpapi.Access, h *email.MailStatistics) MailStatus {
	t := h.Counts(a.At)
	since := a.At.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1-email.CountedDays)
	if h.ResumedAt.After(since) {
		since = h.ResumedAt
	}
	m := MailStatus{
		Status: "sending", StoppedAt: httpapi.Timestamp(h.StoppedAt), StopReason: string(h.StopReason), Message: a.Translate(h.Explanation()), CountedSince: httpapi.Timestamp(since),
		Sent: t.Sent, Bounced: t.Bounced, Complained: t.Complained, BounceRate: t.BounceRate(), ComplaintRate: t.ComplaintRate(),
		Limits: MailLimits{
			BounceRate: email.BounceLimit, ComplaintRate: email.ComplaintLimit, SentAtLeast: email.MinSent,
			ComplaintsAtLeast: email.MinComplaints, Days: email.CountedDays,
		},
		ResumedAt: httpapi.Timestamp(h.ResumedAt), ResumedBy: h.ResumedName,
	}
	if h.New() {
		m.New = &NewLimits{h.FirstSent, email.MaxFirstEmails, h.Accepted, email.EstablishedAfter}
	}
	if m.WaitReason = string(h.WaitReason()); m.WaitReason != "" {
		m.Status = "waiting"
	}
	if h.Stopped() {
		m.Status = "stopped"
	}
	return m
}

func (h *mailStatus) get(ctx context.Context, a *httpapi.Access, _ *httpapi.OrganizationPath) (*httpapi.Body[MailStatus], error) {
	statistics, err := h.store.MailStatistics(ctx, a.Organization, a.At)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(newMailStatus(a, statistics)), nil
}

func (h *mailStatus) resume(ctx context.Context, a *httpapi.Access, _ *httpapi.OrganizationPath) (*httpapi.Body[MailStatus], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (MailStatus, []dynamo.Write, error) {
		statistics, writes, err := inviting.ResumeEmail(ctx, h.store, inviter(a), a.Organization)
		if err != nil {
			return MailStatus{}, nil, err
		}
		return newMailStatus(a, statistics), writes, nil
	})
}
