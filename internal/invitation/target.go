package invitation

import (
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/organization"
)

// Target is what an invitation invites to: a campaign or, without one, to administer the organization.
type Target struct {
	Organization organization.ID // may be empty if there is a campaign
	Campaign     campaign.ID
}

// Target returns the target of the invitation.
func (i *Invitation) Target() Target { return Target{i.Organization, i.Campaign} }

// maxRecipients bounds the owners who get a notice.
const maxRecipients = 20

// NoticeRecipients returns who gets the notices about the invitation: the inviter or, if they are no longer an administrator,
// the owners. all are the organization's administrators.
func (i *Invitation) NoticeRecipients(all []*organization.Administrator) []*organization.Administrator {
	var owners []*organization.Administrator
	for _, admin := range all {
		if admin.User == i.InvitedBy.User {
			return []*organization.Administrator{admin}
		}
		if admin.Role == organization.Owner && len(owners) < maxRecipients {
			owners = append(owners, admin)
		}
	}
	return owners
}
