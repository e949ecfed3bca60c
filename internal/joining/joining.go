// Package joining makes users mobilizers and administrators. They join from a landing page or accept an invitation; they may
// request access to an invitation with another address, or a new invitation. It owns the transactions of these. The rules
// are in mobilizer, invitation and organization.
package joining

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/secret"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// Joiner joins users to campaigns and organizations.
type Joiner struct {
	store   *dynamo.Store
	secrets *secret.Reader
}

// NewJoiner returns a joiner. It verifies passcodes with the key.
func NewJoiner(store *dynamo.Store, secrets *secret.Reader) *Joiner { return &Joiner{store, secrets} }

// Caller is the user who makes a request, and its time.
type Caller struct {
	User    *user.User
	Network string // of the client, as mobilizer.ClientNetwork returns it
	At      time.Time
}

// Commit commits the writes of a request together with the response to its outcome.
type Commit[T any] func(ctx context.Context, outcome T, writes ...dynamo.Write) error

// Membership is the outcome of joining a campaign.
type Membership struct {
	*mobilizer.Mobilizer
	Created bool // false if it existed, or was restored after leaving
}

// Details is what a person who joins says about themselves. The profile is not normalized yet.
type Details struct {
	Profile      mobilizer.Profile
	Consent      bool
	ConfirmPlace bool // a state that the zip code contradicts
}

// JoinRequest is a request to join from a landing page.
type JoinRequest struct {
	Slug     string
	Passcode string
	Details
}

// WrongPasscodeError refuses a passcode. It wraps the refusal.
type WrongPasscodeError struct {
	AttemptsLeft int // before a pause
	refusal      error
}

// Error returns the refusal's text.
func (e *WrongPasscodeError) Error() string { return e.refusal.Error() }

// Unwrap returns the refusal.
func (e *WrongPasscodeError) Unwrap() error { return e.refusal }

// Join makes the caller a mobilizer of the campaign with the slug. It accepts the caller's open invitation, too. If the
// caller is a mobilizer already, it returns the membership and commits nothing.
//
// Not found: no campaign has the slug. Conflict: the campaign is not active. Invalid: the profile or the passcode, which is
// a *WrongPasscodeError. Rate limited: too many passcodes were tried.
func (j *Joiner) Join(ctx context.Context, caller Caller, request JoinRequest, commit Commit[Membership]) (Membership, error) {
	if !campaign.ValidSlug(request.Slug) {
		return Membership{}, fault.NotFound("campaign")
	}
	content, err := j.store.CampaignBySlug(ctx, request.Slug)
	if err != nil {
		return Membership{}, err
	}
	c := content.Campaign
	member, err := j.membership(ctx, c.ID, caller.User.ID)
	if err != nil || isActive(member) {
		return Membership{Mobilizer: member}, err
	}
	if err := mobilizer.CanJoin(c); err != nil {
		return Membership{}, err
	}
	if _, err := request.input(member, mobilizer.Profile{}); err != nil {
		return Membership{}, err
	}
	if err := j.verifyPasscode(ctx, c, caller, request.Passcode); err != nil {
		return Membership{}, err
	}
	var joined Membership
	err = dynamo.Retry(ctx, func() error {
		member, err := j.membership(ctx, c.ID, caller.User.ID)
		if err != nil {
			return err
		}
		if isActive(member) {
			joined = Membership{Mobilizer: member}
			return nil
		}
		input, err := request.input(member, mobilizer.Profile{})
		if err != nil {
			return err
		}
		invited, err := j.openInvitation(ctx, c.ID, caller)
		if err != nil {
			return err
		}
		outcome, writes, err := j.join(ctx, caller, c, member, input, invited)
		if err != nil {
			return err
		}
		joined = outcome
		return commit(ctx, joined, writes...)
	})
	return joined, err
}

// membership returns a user's membership of a campaign; nil if there is none.
func (j *Joiner) membership(ctx context.Context, c campaign.ID, u user.ID) (*mobilizer.Mobilizer, error) {
	member, err := j.store.MembershipByUser(ctx, c, u)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return member, err
}

// input returns the details as they are stored. A field of the profile that was not sent is that of the membership that the caller
// left, which is nil for none, or else that of invited.
//
// Invalid: the profile, or the zip code contradicts the state, unless that is confirmed now or was before.
func (d Details) input(left *mobilizer.Mobilizer, invited mobilizer.Profile) (mobilizer.JoinInput, error) {
	stored := mobilizer.Profile{}
	if left != nil {
		stored = left.Profile
	}
	clean, err := d.Profile.Over(stored).Over(invited).Clean()
	if moved := clean.State != stored.State || clean.Zip != stored.Zip; err == nil && moved && !d.ConfirmPlace {
		err = text.CheckPlace(clean.State, clean.Zip)
	}
	return mobilizer.JoinInput{Profile: clean, Consent: d.Consent}, err
}

func isActive(member *mobilizer.Mobilizer) bool { return member != nil && !member.HasLeft() }

// verifyPasscode compares the passcode if the campaign has one. The attempt is counted before it is compared.
func (j *Joiner) verifyPasscode(ctx context.Context, c *campaign.Campaign, caller Caller, passcode string) error {
	if c.PasscodeMAC == "" {
		return nil
	}
	if passcode == "" {
		return fault.Invalid("passcode", "This campaign requires a passcode. Ask the person who invited you for it.")
	}
	current, err := j.secrets.Current(ctx)
	if err != nil {
		return err
	}
	attempt := dynamo.PasscodeAttempt{Campaign: c, User: caller.User.ID, Network: c.NetworkMAC(current, caller.Network), At: caller.At}
	allowance, err := j.store.CountPasscodeAttempt(ctx, attempt)
	if refusal, ok := errors.AsType[*fault.Error](err); ok && refusal.Code == mobilizer.NetworkPauseCode {
		slog.WarnContext(ctx, "passcode cap reached", "campaign", string(c.ID)) // the template has an alarm on this message
	}
	if err != nil {
		return err
	}
	correct, err := j.comparePasscode(ctx, c, passcode, current)
	if err != nil {
		return err
	}
	if correct {
		return j.store.DeletePasscodeAttempts(ctx, attempt)
	}
	refusal := fault.Invalid("passcode", "This is not the campaign's passcode. Check it and try again.")
	if allowance.Attempts == 0 {
		refusal = refusal.WithTime(allowance.Next)
	}
	return &WrongPasscodeError{allowance.Attempts, refusal}
}

// comparePasscode reports whether a passcode is the campaign's. The MAC of a correct one is renewed if the secret has a newer
// version; that of a version which the secret no longer has matches no passcode.
func (j *Joiner) comparePasscode(ctx context.Context, c *campaign.Campaign, passcode string, current secret.Version) (bool, error) {
	version, err := j.secrets.Version(ctx, c.PasscodeVersion())
	if errors.Is(err, secret.ErrUnknownVersion) {
		return false, nil
	}
	if err != nil || !c.VerifyPasscode(version, passcode) {
		return false, err
	}
	if version.Number >= current.Number {
		return true, nil
	}
	c.RenewPasscode(current, passcode)
	return true, job.IgnoreConflict(j.store.Commit(ctx, j.store.UpdateCampaign(c)...)) // another caller may have renewed it
}

// openInvitation returns the open invitation of the caller's address to a campaign; nil if there is none.
func (j *Joiner) openInvitation(ctx context.Context, c campaign.ID, caller Caller) (*permission, error) {
	i, err := j.store.InvitationByEmail(ctx, invitation.Target{Campaign: c}, caller.User.Email)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	if err != nil || i.State(caller.At) != invitation.Open {
		return nil, err
	}
	return &permission{i, i.InvitedAt()}, nil
}

// permission is an invitation that a caller may accept, since an instant: of the invitation, or of the approval of another address.
type permission struct {
	*invitation.Invitation
	since time.Time
}

// join returns the caller's new or restored membership, and the writes that store it and accept the invitation. left is the
// membership that the caller has left, accepted the invitation to accept; nil for none.
func (j *Joiner) join(
	ctx context.Context, caller Caller, c *campaign.Campaign, left *mobilizer.Mobilizer, input mobilizer.JoinInput, accepted *permission,
) (Membership, []dynamo.Write, error) {
	joined := Membership{Mobilizer: left}
	writes, err := j.endRemoval(ctx, caller, c.ID, accepted)
	if err != nil {
		return Membership{}, nil, err
	}
	if left != nil {
		if !input.Consent {
			writes = append(writes, j.store.CountConsentWithdrawal(left)...)
		}
		left.Rejoin(caller.User, input)
		writes = append(writes, j.store.UpdateMembership(left)...)
	} else {
		person, created, err := j.person(ctx, caller, c.Organization)
		if err != nil {
			return Membership{}, nil, err
		}
		joined = Membership{mobilizer.Join(c, caller.User, person, input, caller.At), true}
		writes = append(append(writes, created...), j.store.CreateMembership(joined.Mobilizer)...)
	}
	if accepted != nil {
		accepted.Accept(joined.Mobilizer, caller.At)
		counted, err := countAcceptance(ctx, j.store, accepted.Organization, caller.At)
		if err != nil {
			return Membership{}, nil, err
		}
		writes = slices.Concat(writes, j.store.UpdateInvitation(accepted.Invitation), counted)
	}
	consented, err := consent(ctx, j.store, c.Organization, caller.User.Email, invitation.LiftedByJoining, caller.At)
	return joined, append(writes, consented...), err
}

// endRemoval returns the write that deletes the record that an administrator removed the caller from a campaign; none if there
// is no record.
//
// Forbidden: they were removed and accept no invitation from after the removal.
func (j *Joiner) endRemoval(ctx context.Context, caller Caller, c campaign.ID, accepted *permission) ([]dynamo.Write, error) {
	removal, err := j.store.Removal(ctx, caller.User.ID, c)
	if err != nil || removal == nil {
		return nil, err
	}
	if accepted == nil || accepted.since.Before(removal.At) {
		return nil, removal.Refusal()
	}
	return j.store.DeleteRemoval(removal), nil
}

// person returns the caller's person in an organization, and the write that creates it if there is none.
func (j *Joiner) person(ctx context.Context, caller Caller, o organization.ID) (user.PersonID, []dynamo.Write, error) {
	existing, err := j.store.Person(ctx, caller.User.ID, o)
	if err == nil {
		return existing.ID, nil, nil
	}
	if !fault.Is(err, fault.KindNotFound) {
		return "", nil, err
	}
	created := &organization.Person{ID: user.PersonID(id.At(caller.At)), User: caller.User.ID, Organization: o}
	return created.ID, j.store.CreatePerson(created), nil
}
