package invitation

import (
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
)

// Target is what an invitation leads to: a campaign or, without one, administering the organization.
type Target struct {
	Organization organization.ID // may be empty where there is a campaign
	Campaign     campaign.ID
}

// Target returns what the invitation leads to.
func (i *Invitation) Target() Target { return Target{i.Organization, i.Campaign} }

// taking says whether what the invitation leads to takes people now. Whoever administers always may.
//
// Conflict: the campaign is a draft, or closed.
func taking(c *campaign.Campaign) error {
	if c == nil {
		return nil
	}
	switch c.Status {
	case campaign.Active:
		return nil
	case campaign.Closed:
		return fault.Conflict("campaign_closed", "This campaign is over, so nobody can join it any more. Thank you for your interest!")
	case campaign.Draft:
	}
	return fault.Conflict("campaign_draft", "This campaign has not started yet. Please come back later.")
}

// NoticeRecipients returns who hears what is asked about the invitation: the inviter or, when the inviter administers no longer,
// the owners. all are the organization's administrators. They are twenty at most.
func (i *Invitation) NoticeRecipients(all []*organization.Administrator) []*organization.Administrator {
	var owners []*organization.Administrator
	for _, admin := range all {
		if admin.User == i.InvitedBy.User {
			return []*organization.Administrator{admin}
		}
		if admin.Role == organization.Owner && len(owners) < recipientsLimit {
			owners = append(owners, admin)
		}
	}
	return owners
}

const recipientsLimit = 20
