// Package joinapi serves people who are about to join: sessions, landing pages, joining, accepting an invitation, requesting
// access and unsubscribing.
package joinapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/identity"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/usersync"
)

// sessions serves people who have signed in at the issuer.
type sessions struct {
	store  *dynamo.Store
	issuer *identity.Issuer
}

// RegisterSession adds the routes of a session.
func RegisterSession(api *httpapi.API, issuer *identity.Issuer) {
	h := &sessions{store: api.Store(), issuer: issuer}
	httpapi.Register(api, httpapi.Operation{
		ID: "create-session", Method: http.MethodPost, Path: "/v1/session", NoIdempotencyKey: true,
		Summary: "Start a session",
		Description: "Send the ID token once after signing in: it proves the email address. A changed address or name is updated " +
			"everywhere.",
	}, httpapi.AnyAccessToken, h.createSession)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-session", Method: http.MethodGet, Path: "/v1/session",
		Summary:     "Get the caller's session",
		Description: "Returns the user, their organizations and their campaigns.",
	}, httpapi.AnyUser, h.getSession)
}

// SessionStart is a request to start a session.
type SessionStart struct {
	Body struct {
		IDToken string `json:"id_token" doc:"The ID token that came with the access token." maxLength:"20000"`
	}
}

// Session is the caller with their organizations and campaigns.
type Session struct {
	User          SessionUser           `json:"user"`
	Organizations []SessionOrganization `json:"organizations" nullable:"false" doc:"Organizations that the user administers."`
	Campaigns     []SessionCampaign     `json:"campaigns" nullable:"false" doc:"Campaigns that the user joined, in order of joining."`
}

// SessionUser is the caller.
type SessionUser struct {
	ID    string `json:"id"`
	Email string `json:"email" doc:"As verified by the issuer, in lower case."`
	Name  string `json:"name" doc:"As given by the issuer; the email address if it gives none."`
}

// SessionOrganization is an organization that the user administers.
type SessionOrganization struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role string `json:"role" enum:"owner,admin"`
}

// SessionCampaign is a campaign that the user joined.
type SessionCampaign struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Organization string `json:"organization_name" doc:"Name of the campaign's organization."`
	Status       string `json:"status" enum:"draft,active,closed"`
	ClosedAt     string `json:"closed_at,omitempty" format:"date-time" doc:"Absent unless closed."`
	MembershipID string `json:"membership_id"`
	LeftAt       string `json:"left_at,omitempty" format:"date-time" doc:"When the user left. Absent for active mobilizers."`
}

func (h *sessions) getSession(ctx context.Context, a *httpapi.Access, _ *struct{}) (*httpapi.Body[Session], error) {
	affiliations, err := h.store.UserAffiliations(ctx, a.UserID)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(newSession(a.User, affiliations, a.Language)), nil
}

func (h *sessions) createSession(ctx context.Context, a *httpapi.Access, in *SessionStart) (*httpapi.Body[Session], error) {
	claims, err := h.issuer.Verify(ctx, in.Body.IDToken, a.Subject)
	if err != nil {
		return nil, err
	}
	u, affiliations, err := usersync.Sync(ctx, h.store, usersync.Login{Issuer: a.Issuer, Subject: a.Subject}, claims, a.At)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(newSession(u, affiliations, a.Language)), nil
}

func newSession(u *user.User, affiliations *dynamo.Affiliations, in text.Language) Session {
	session := Session{
		User:          SessionUser{ID: string(u.ID), Email: u.Email, Name: u.Name},
		Organizations: []SessionOrganization{}, Campaigns: []SessionCampaign{},
	}
	for _, admin := range affiliations.Administrators {
		if o := affiliations.Organizations[admin.Organization]; o != nil {
			session.Organizations = append(session.Organizations, SessionOrganization{string(o.ID), o.Name, string(admin.Role)})
		}
	}
	for _, member := range affiliations.Memberships {
		c, o := affiliations.Campaigns[member.Campaign], affiliations.Organizations[member.Organization]
		if c != nil && o != nil {
			session.Campaigns = append(session.Campaigns, SessionCampaign{
				ID: string(c.ID), Name: in.Choose(c.Name, c.NameES), Organization: o.Name, Status: string(c.Status), ClosedAt: httpapi.Timestamp(c.ClosedAt),
				MembershipID: string(member.ID), LeftAt: httpapi.Timestamp(member.LeftAt),
			})
		}
	}
	return session
}
