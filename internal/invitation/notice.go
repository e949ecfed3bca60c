package invitation

import (
	"context"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// Notice is a mail to an administrator about an invitation. It is no record of its own: what it tells of is kept already,
// and the job, one a recipient, is gone once the mail is out.
type Notice struct {
	To         *organization.Administrator // as they are now; nil when they administer no longer
	Invitation *Invitation
	Ask        *Ask // nil: somebody asks for a new invitation
}

// Letter writes the mail, in the invitation's language: no other is known of its inviter. Its link leads to a page that asks
// for a sign-in, and grants nothing by itself.
func (n *Notice) Letter(s *Sheet, to Addresses, message string) Letter {
	i, kind := n.Invitation, AsksAgain
	if n.Ask != nil {
		kind = Asks
	}
	letter := s.about(kind, i)
	letter.Message, letter.To, letter.FirstName = message, n.To.Email, n.To.Name
	letter.Guest = Guest{Email: i.Email, FirstName: i.FirstName, LastName: i.LastName, Language: i.Language}
	letter.ForInviter = n.To.User == i.By.User
	place := []string{"a", "c", string(i.Campaign), string(i.ID)}
	if i.Campaign == "" {
		place = []string{"a", "o", string(i.Organization), string(i.ID)}
	}
	if n.Ask != nil {
		letter.Asker = n.Ask.By
		place = append(place, string(n.Ask.ID))
	}
	letter.Page = to.page(place...)
	return letter
}

// Wanted reports whether the administrator is still to be told: nobody has decided or sent a new invitation.
func (n *Notice) Wanted() bool {
	if n.Ask != nil {
		return n.Ask.Decision == Pending && n.Ask.Generation >= n.Invitation.OpenedFor
	}
	return n.Invitation.AskedFor == n.Invitation.Generation
}

// claimNotice takes a job whose mail tells an administrator something, and returns its letter: nil when there is none to be
// sent any more, or somebody else has the job.
func (r *run) claimNotice(ctx context.Context, j *job.Job) (*Letter, error) {
	n, err := r.Store.Notice(ctx, j)
	if fault.Is(err, fault.KindNotFound) || err == nil && !n.Wanted() {
		return nil, unlessOvertaken(r.Store.EndJob(ctx, j))
	}
	if err != nil {
		return nil, err
	}
	if n.To == nil {
		return nil, unlessOvertaken(r.Store.Readdress(ctx, n, j, r.Now()))
	}
	suppressed, err := r.Store.Suppressed(ctx, n.Invitation.Organization, n.To.Email)
	if err != nil {
		return nil, err
	}
	if suppressed != nil {
		return nil, unlessOvertaken(r.Store.EndJob(ctx, j))
	}
	if held, err := r.heldBack(ctx, n.Invitation.Organization, j); held || err != nil {
		return nil, err
	}
	sheet, err := r.Store.Sheet(ctx, n.Invitation)
	if err != nil {
		return nil, err
	}
	if err := j.Claim(j.Version, r.Now()); err != nil {
		return nil, nil //nolint:nilerr // somebody else has it
	}
	if err := r.Store.HoldNotice(ctx, n, j); err != nil {
		return nil, unlessOvertaken(err)
	}
	letter := n.Letter(sheet, r.Addresses, j.ID)
	return &letter, nil
}
