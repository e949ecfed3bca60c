package dynamo

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// CreateInvitation makes an invitation, what leads to it from its address, and its links. When the address has one in the
// campaign already, Commit says that "invited" changed.
func (s *Store) CreateInvitation(i *invitation.Invitation, links ...*invitation.Link) []Write {
	i.Version = 1
	return append(s.createLinks(links), s.create("invited", newInvitedItem(i)), s.create("invitation", newInvitationItem(i)))
}

// UpdateInvitation writes a changed invitation over the version that was read, and the links of a further mail.
func (s *Store) UpdateInvitation(i *invitation.Invitation, links ...*invitation.Link) []Write {
	next := *i
	next.Version++
	return append(s.createLinks(links), s.replace("invitation", newInvitationItem(&next), i.Version))
}

func (s *Store) createLinks(links []*invitation.Link) []Write {
	var writes []Write
	for _, l := range links {
		writes = append(writes, s.create("link", newMailLinkItem(l)))
	}
	return writes
}

// Invitation returns an invitation to a campaign, or to administer an organization, or not found.
func (s *Store) Invitation(ctx context.Context, t invitation.Target, id invitation.ID) (*invitation.Invitation, error) {
	return record[invitation.Invitation](ctx, s, "invitation", invitationKey(t, id))
}

// InvitationByEmail returns the invitation of an address to a target, in any state, or not found.
func (s *Store) InvitationByEmail(ctx context.Context, t invitation.Target, email string) (*invitation.Invitation, error) {
	pointer, err := record[invitation.Pointer](ctx, s, "invitation", invitedKey(t, email))
	if err != nil {
		return nil, err
	}
	return s.Invitation(ctx, t, pointer.Invitation)
}

// Link returns where a token leads, by its hash, or not found.
func (s *Store) Link(ctx context.Context, hash string) (*invitation.Link, error) {
	return record[invitation.Link](ctx, s, "invitation", linkKey(hash))
}

// InvitationFilter says which invitations a list shows.
type InvitationFilter struct {
	State  invitation.State // "" for all
	At     time.Time        // of the state
	Search string           // part of a name or of the e-mail address, accents and case aside
}

// fits reports whether an invitation is one of those; wanted is the folded Search.
func (f InvitationFilter) fits(i *invitation.Invitation, wanted string) bool {
	if f.State != "" && i.State(f.At) != f.State {
		return false
	}
	return wanted == "" || strings.Contains(fold(i.FirstName+" "+i.LastName), wanted) || strings.Contains(fold(i.Email), wanted)
}

// Invitations returns up to count invitations to a target that match the filter, the latest first: those before the one
// with the id before, or from the latest when it is empty. It examines at most `most` invitations, and returns how many it
// examined and the id of the last one, empty when there are no more.
func (s *Store) Invitations(ctx context.Context, t invitation.Target, before string, count, most int, f InvitationFilter) ([]*invitation.Invitation, int, string, error) {
	var spans []span
	for k := range indexShards {
		spans = append(spans, span{
			table: s.tables.Records, partition: targetPartition(t, "V", strconv.Itoa(k)), before: before, descending: true,
		})
	}
	w := newWalk(s, spans, count)
	wanted := fold(f.Search)
	var found []*invitation.Invitation
	for examined := 0; ; {
		e, err := w.next(ctx)
		if err != nil || e == nil {
			return found, examined, "", err
		}
		examined++
		i, err := decodeAs[invitation.Invitation](e.item)
		if err != nil {
			return nil, 0, "", err
		}
		if f.fits(i, wanted) {
			found = append(found, i)
		}
		if len(found) == count || examined == most {
			if !w.more() {
				return found, examined, "", nil
			}
			return found, examined, string(i.ID), nil
		}
	}
}

// Suppress keeps an organization's mail from an address. When that is so already, Commit says that "suppressed" changed.
func (s *Store) Suppress(sup *invitation.Suppression) []Write {
	return []Write{s.create("suppressed", newSuppressedItem(sup))}
}

// InvitationSuppression returns why an invitation's address gets no mail of the organization; nil when it does.
func (s *Store) InvitationSuppression(ctx context.Context, i *invitation.Invitation) (*invitation.Suppression, error) {
	return s.Suppression(ctx, i.Organization, i.Email)
}

// Suppression returns why an address gets no mail of an organization; nil when it does.
func (s *Store) Suppression(ctx context.Context, o organization.ID, email string) (*invitation.Suppression, error) {
	sup, err := record[invitation.Suppression](ctx, s, "address", suppressedKey(o, email))
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return sup, err
}

// ClaimMail takes a job that sends an invitation's mail, on the condition that the invitation is as it was read and its
// address is not suppressed. The job's version then is the written one. Conflict: something is otherwise by now.
func (s *Store) ClaimMail(ctx context.Context, i *invitation.Invitation, j *job.Job) error {
	writes := append(s.UpdateJob(j), s.check("invitation", invitationKey(i.Target(), i.ID), i.Version), s.free(i.Organization, i.Email))
	if err := overtaken(s.Commit(ctx, writes...)); err != nil {
		return err
	}
	j.Version++
	return nil
}

// CheckNotSuppressed demands that an organization may send mail to an invitation's address. When it may not any more, Commit
// says that "suppressed" changed.
func (s *Store) CheckNotSuppressed(i *invitation.Invitation) []Write {
	return []Write{s.free(i.Organization, i.Email)}
}

// free demands that an organization may send mail to an address.
func (s *Store) free(o organization.ID, email string) Write {
	return Write{
		what: "suppressed", table: s.tables.Records, key: suppressedKey(o, email), condition: "attribute_not_exists(PK)",
	}
}

// FinishMail notes in the invitation what became of its mail, counts that, and removes the job. It reads the invitation
// again: people may have changed it while the mail went out. Conflict: the job has moved on.
func (s *Store) FinishMail(ctx context.Context, j *job.Job, note func(*invitation.Invitation)) error {
	return Retry(ctx, func() error {
		i, err := s.Invitation(ctx, invitationOf(j), invitation.ID(j.Record))
		if err != nil {
			return err
		}
		before := i.Clone()
		note(i)
		writes := append(s.UpdateInvitation(i), s.DeleteJob(j)...)
		err = s.Commit(ctx, append(writes, s.countMail(i, email.AddedCounts(before, i, time.Time{}))...)...)
		if ConditionFailed(err, "job") {
			return overtaken(err)
		}
		return err
	})
}

// EmailOrigin returns the organization, and the campaign, that an invitation's email comes from.
func (s *Store) EmailOrigin(ctx context.Context, i *invitation.Invitation) (*email.Origin, error) {
	o, err := s.Organization(ctx, i.Organization)
	if err != nil || i.Campaign == "" {
		return &email.Origin{Organization: o}, err
	}
	content, err := s.CachedContent(ctx, i.Campaign)
	if err != nil {
		return nil, err
	}
	return &email.Origin{Organization: o, Campaign: content.Campaign}, nil
}

// invitationOf returns what the invitation leads to whose mail a job sends.
func invitationOf(j *job.Job) invitation.Target {
	return invitation.Target{Organization: organization.ID(j.Organization), Campaign: campaign.ID(j.Campaign)}
}
