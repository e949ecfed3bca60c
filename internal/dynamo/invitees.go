package dynamo

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	invitationlist "github.com/kithhq/kith/internal/invitation/list"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/user"
)

// MaxInvitationsPerTransaction is how many invitations of a list fit into one transaction of a hundred items: five items
// each (invitation, pointer to it from the address, two links, job), and the outcome of the part.
const MaxInvitationsPerTransaction = 19

const (
	inviteesBatch = 100 // addresses that are looked up together
	inviteesLimit = 8   // batches at a time
)

// KnownInvitees returns what a campaign and its organization know of each address. The addresses must be folded and
// distinct. It reads seven BatchGetItem a hundred addresses, strongly consistent.
func (s *Store) KnownInvitees(ctx context.Context, c *campaign.Campaign, emails []string) (map[string]invitationlist.Known, error) {
	batches := slices.Collect(slices.Chunk(emails, inviteesBatch))
	var mu sync.Mutex
	known := make(map[string]invitationlist.Known, len(emails))
	err := table.Parallel(ctx, inviteesLimit, len(batches), func(ctx context.Context, n int) error {
		found, err := s.knownInvitees(ctx, c, batches[n])
		mu.Lock()
		defer mu.Unlock()
		maps.Copy(known, found)
		return err
	})
	return known, err
}

// emailsByKey has the keys of items, each with the addresses that it was found for.
type emailsByKey map[key][]string

func (m emailsByKey) add(k key, email string) { m[k] = append(m[k], email) }

// knownInvitees looks up addresses in three steps: the items found by address, those that they point to, and memberships.
func (s *Store) knownInvitees(ctx context.Context, c *campaign.Campaign, emails []string) (map[string]invitationlist.Known, error) {
	known := make(map[string]invitationlist.Known, len(emails))
	target := invitation.Target{Organization: c.Organization, Campaign: c.ID}
	byAddress, pointed, memberships := emailsByKey{}, emailsByKey{}, emailsByKey{}
	for _, email := range emails {
		byAddress.add(invitedKey(target, email), email)
		byAddress.add(suppressedKey(c.Organization, email), email)
		byAddress.add(emailKey(email), email)
		byAddress.add(recipientKey(email), email)
	}
	elsewhere, lifted := map[string]bool{}, map[string]bool{}
	for _, step := range []emailsByKey{byAddress, pointed, memberships} {
		items, err := s.db.BatchGet(ctx, s.tables.Records, slices.Collect(maps.Keys(step)))
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			decoded, err := Decode(item)
			if err != nil {
				return nil, err
			}
			for _, email := range step[table.KeyOf(item)] {
				k := known[email]
				switch found := decoded.(type) {
				case *invitation.Pointer:
					pointed.add(invitationKey(target, found.Invitation), email)
				case *user.VerifiedEmail:
					pointed.add(userCampaignKey(found.User, c.ID), email)
				case *mobilizer.UserMembership:
					memberships.add(membershipKey(c.ID, found.Mobilizer), email)
				case *invitation.Suppression:
					if found.Active() {
						k.Suppression = found
					} else {
						lifted[email] = true
					}
				case *invitation.Recipient:
					elsewhere[email] = found.SuppressedElsewhere(c.Organization)
				case *invitation.Invitation:
					k.Invitation = found
				case *mobilizer.Mobilizer:
					k.Mobilizer = found.SharesEmail()
				default:
					return nil, fault.Internal("invitees: unexpected %T", found)
				}
				known[email] = k
			}
		}
	}
	return known, s.addSuppressedElsewhere(ctx, c, known, elsewhere, lifted)
}

// addSuppressedElsewhere adds the suppressions of other organizations, of addresses without an entry of the campaign's own, if the
// campaign's organization is new.
func (s *Store) addSuppressedElsewhere(ctx context.Context, c *campaign.Campaign, known map[string]invitationlist.Known, elsewhere, lifted map[string]bool) error {
	for email, suppressed := range elsewhere {
		k := known[email]
		if !suppressed || lifted[email] || k.Suppression != nil {
			continue
		}
		status, err := s.OrganizationMailStatus(ctx, c.Organization)
		if err != nil || !status.New() {
			return err
		}
		k.Suppression = &invitation.Suppression{Organization: c.Organization, Email: email, Reason: invitation.SuppressedElsewhere}
		known[email] = k
	}
	return nil
}
