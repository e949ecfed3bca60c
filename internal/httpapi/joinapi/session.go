// Package joinapi serves people who are about to join: sessions, landing pages, joining, accepting an invitation, requesting
// access and unsubscribing.
package joinapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/identity"
	"github.com/kithhq/kith/internal/user"
)

// sessions are the routes by which a person who signed in becomes a user.
type sessions struct {
	store  *dynamo.Store
	issuer *identity.Issuer
}

// RegisterSession adds starting and reading a session.
func RegisterSession(api *httpapi.API, issuer *identity.Issuer) {
	h := &sessions{store: api.Store(), issuer: issuer}
	httpapi.Register(api, httpapi.Operation{
		ID: "create-session", Method: http.MethodPost, Path: "/v1/session", NoIdempotencyKey: true,
		Summary: "Start a session",
		Description: "Send the ID token once after signing in: it proves the email address. A changed address or name is updated " +
			"everywhere.",
	}, httpapi.AnyAccessToken, h.start)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-session", Method: http.MethodGet, Path: "/v1/session",
		Summary:     "Get the caller's session",
		Description: "Returns the user, their organizations and their campaigns.",
	}, httpapi.AnyUser, h.read)
}

// SessionStart is what starting a session takes.
type SessionStart struct {
	Body struct {
		IDToken string `json:"id_token" doc:"The ID token that came with the access token." maxLength:"20000"`
	}
}

// Session is who the caller is and what they have a part in.
type Session struct {
	User          SessionUser           `json:"user"`
	Organizations []SessionOrganization `json:"organizations" nullable:"false" doc:"Those that the user administers."`
	Campaigns     []SessionCampaign     `json:"campaigns" nullable:"false" doc:"Those that the user joined, in order of joining."`
}

// SessionUser is the login.
type SessionUser struct {
	ID    string `json:"id"`
	Email string `json:"email" doc:"As the issuer verified it, in small letters."`
	Name  string `json:"name" doc:"As the issuer gives it; the e-mail address if it gives none."`
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
	Status       string `json:"status" enum:"draft,active,closed"`
	MembershipID string `json:"membership_id"`
	LeftAt       string `json:"left_at,omitempty" format:"date-time" doc:"When the user left; absent for members."`
}

func (h *sessions) read(ctx context.Context, a *httpapi.Access, _ *struct{}) (*httpapi.Body[Session], error) {
	parts, err := h.store.UserAffiliations(ctx, a.UserID)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(sessionOf(a.User, parts)), nil
}

func (h *sessions) start(ctx context.Context, a *httpapi.Access, in *SessionStart) (*httpapi.Body[Session], error) {
	claims, err := h.issuer.Verify(ctx, in.Body.IDToken, a.Subject)
	if err != nil {
		return nil, err
	}
	var session Session
	err = dynamo.Retry(ctx, func() error {
		u, parts, err := h.follow(ctx, a, claims)
		if err != nil {
			return err
		}
		session = sessionOf(u, parts)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(session), nil
}

// copiesAtOnce is how many copies of an e-mail address are written in one transaction, which holds 100 items.
const copiesAtOnce = 80

// follow makes the user at the first sign-in, and takes over what the issuer says now: in the user, in who owns the
// address, and in every copy. The user is written last, and copies that differ are mended whenever they are found.
func (h *sessions) follow(ctx context.Context, a *httpapi.Access, claims user.Claims) (*user.User, *dynamo.Affiliations, error) {
	u, err := h.store.UserByLogin(ctx, a.Issuer, a.Subject)
	if fault.Is(err, fault.KindNotFound) {
		u, err = h.meet(ctx, a, claims)
		return u, &dynamo.Affiliations{}, err
	}
	if err != nil {
		return nil, nil, err
	}
	before := u.Email
	news, err := u.UpdateFromClaims(claims)
	if err != nil {
		return nil, nil, err
	}
	parts, err := h.store.UserAffiliations(ctx, u.ID)
	if err != nil {
		return nil, nil, err
	}
	writes := h.copies(u, parts)
	for len(writes) > copiesAtOnce {
		if err := h.store.Commit(ctx, writes[:copiesAtOnce]...); err != nil {
			return nil, nil, err
		}
		writes = writes[copiesAtOnce:]
	}
	addresses, err := h.addresses(ctx, u, before)
	if err != nil {
		return nil, nil, err
	}
	writes = append(writes, addresses...)
	if news {
		writes = append(writes, h.store.UpdateUser(u)...)
	}
	if len(writes) == 0 {
		return u, parts, nil
	}
	if err := h.store.Commit(ctx, writes...); err != nil {
		return nil, nil, err
	}
	return u, parts, nil
}

// meet makes the user of an identity that was never seen before.
func (h *sessions) meet(ctx context.Context, a *httpapi.Access, claims user.Claims) (*user.User, error) {
	u, err := user.New(claims, a.At)
	if err != nil {
		return nil, err
	}
	writes := h.store.CreateUser(u, &user.Login{Issuer: a.Issuer, Subject: a.Subject, User: u.ID})
	addresses, err := h.addresses(ctx, u, u.Email)
	if err != nil {
		return nil, err
	}
	if err := h.store.Commit(ctx, append(writes, addresses...)...); err != nil {
		return nil, err
	}
	return u, nil
}

// addresses gives the user their address, and gives up the one before, unless somebody else has proved it since.
func (h *sessions) addresses(ctx context.Context, u *user.User, before string) ([]dynamo.Write, error) {
	var writes []dynamo.Write
	address, err := h.address(ctx, u.Email)
	if err != nil {
		return nil, err
	}
	if address.User != u.ID {
		address.User = u.ID
		writes = h.store.PutVerifiedEmail(address)
	}
	if before == u.Email {
		return writes, nil
	}
	old, err := h.address(ctx, before)
	if err != nil {
		return nil, err
	}
	if old.User == u.ID {
		writes = append(writes, h.store.DeleteVerifiedEmail(old)...)
	}
	return writes, nil
}

// address returns who an e-mail address belongs to: nobody yet when it is new.
func (h *sessions) address(ctx context.Context, email string) (*user.VerifiedEmail, error) {
	address, err := h.store.VerifiedEmail(ctx, email)
	if fault.Is(err, fault.KindNotFound) {
		return &user.VerifiedEmail{Email: email}, nil
	}
	return address, err
}

// copies mends the user's e-mail address and name where they are kept as well.
func (h *sessions) copies(u *user.User, parts *dynamo.Affiliations) []dynamo.Write {
	var writes []dynamo.Write
	for _, admin := range parts.Administrators {
		if admin.Email != u.Email || admin.Name != u.Name {
			admin.Email, admin.Name = u.Email, u.Name
			writes = append(writes, h.store.UpdateAdministrator(admin)...)
		}
	}
	for _, member := range parts.Memberships {
		if member.Email != u.Email {
			member.Email = u.Email
			writes = append(writes, h.store.UpdateMembership(member)...)
		}
	}
	return writes
}

func sessionOf(u *user.User, parts *dynamo.Affiliations) Session {
	session := Session{
		User:          SessionUser{ID: string(u.ID), Email: u.Email, Name: u.Name},
		Organizations: []SessionOrganization{}, Campaigns: []SessionCampaign{},
	}
	for _, admin := range parts.Administrators {
		if o := parts.Organizations[admin.Organization]; o != nil {
			session.Organizations = append(session.Organizations, SessionOrganization{string(o.ID), o.Name, string(admin.Role)})
		}
	}
	for _, member := range parts.Memberships {
		if c := parts.Campaigns[member.Campaign]; c != nil {
			session.Campaigns = append(session.Campaigns, SessionCampaign{
				ID: string(c.ID), Name: c.Name, Status: string(c.Status),
				MembershipID: string(member.ID), LeftAt: httpapi.Timestamp(member.LeftAt),
			})
		}
	}
	return session
}
