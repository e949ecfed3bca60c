package dynamo

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	invitationlist "github.com/kithhq/kith/internal/invitation/list"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/user"
)

// MaxInvitationsPerTransaction is the most guests of a list that are invited in one transaction: five items each (invitation, what leads to
// it from the address, two links, job) and the record of the part, of the hundred that a transaction takes.
const MaxInvitationsPerTransaction = 19

const (
	guestsRead  = 100 // addresses that are looked up together
	guestsWidth = 8   // groups of them at once
)

// KnownInvitees returns what there is of each address, folded and distinct, in a campaign and its organization: six
// BatchGetItem a hundred addresses, strongly consistent.
func (s *Store) KnownInvitees(ctx context.Context, c *campaign.Campaign, emails []string) (map[string]invitationlist.Known, error) {
	groups := slices.Collect(slices.Chunk(emails, guestsRead))
	var mu sync.Mutex
	known := make(map[string]invitationlist.Known, len(emails))
	err := InParallel(ctx, guestsWidth, len(groups), func(ctx context.Context, n int) error {
		found, err := s.knownGuests(ctx, c, groups[n])
		mu.Lock()
		defer mu.Unlock()
		maps.Copy(known, found)
		return err
	})
	return known, err
}

// addressed are keys of items, each with the addresses that led to it.
type addressed map[key][]string

func (a addressed) add(k key, email string) { a[k] = append(a[k], email) }

func (a addressed) keys() []key { return slices.Collect(maps.Keys(a)) }

func (s *Store) knownGuests(ctx context.Context, c *campaign.Campaign, emails []string) (map[string]invitationlist.Known, error) {
	known := make(map[string]invitationlist.Known, len(emails))
	target := invitation.Target{Organization: c.Organization, Campaign: c.ID}
	direct, further, members := addressed{}, addressed{}, addressed{}
	for _, email := range emails {
		direct.add(invitedKey(target, email), email)
		direct.add(suppressedKey(c.Organization, email), email)
		direct.add(emailKey(email), email)
	}
	for _, step := range []addressed{direct, further, members} {
		items, err := s.batchGet(ctx, s.tables.Records, step.keys())
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			decoded, err := Decode(item)
			if err != nil {
				return nil, err
			}
			for _, email := range step[keyOf(item)] {
				k := known[email]
				switch found := decoded.(type) {
				case *invitation.Pointer:
					further.add(invitationKey(target, found.Invitation), email)
				case *user.VerifiedEmail:
					further.add(userCampaignKey(found.User, c.ID), email)
				case *mobilizer.UserMembership:
					members.add(membershipKey(c.ID, found.Mobilizer), email)
				case *invitation.Suppression:
					k.Suppression = found
				case *invitation.Invitation:
					k.Invitation = found
				case *mobilizer.Mobilizer:
					k.Mobilizer = !found.HasLeft()
				default:
					return nil, fault.Internal("guests: unexpected %T", found)
				}
				known[email] = k
			}
		}
	}
	return known, nil
}

// BulkPart is what became of one part of a request that does much, written in the transaction that did it: whoever
// repeats the request finds there that the part is done, and what its report says.
type BulkPart struct {
	Number  int
	Refused map[int]invitationlist.Verdict // by row
}

type bulkPartItem struct {
	key
	Number  int           `dynamodbav:"Number"`
	Refused []refusedItem `dynamodbav:"Refused,omitempty"`
	Expires int64         `dynamodbav:"expires"` // epoch seconds, the table's TTL
}

type refusedItem struct {
	Row        int    `dynamodbav:"Row"`
	Class      string `dynamodbav:"Class"`
	Invitation string `dynamodbav:"Invitation,omitempty"`
	Why        string `dynamodbav:"Why,omitempty"`
}

// FinishBulkPart returns the write that keeps what became of a part of a request. When another try of the same request did
// that part, Commit says that "part" changed.
func (s *Store) FinishBulkPart(b *BulkRequest, part *BulkPart) ([]Write, error) {
	stored := bulkPartItem{key: bulkPartKey(b.Request, part.Number), Number: part.Number, Expires: b.FirstTried.Add(replyLifetime).Unix()}
	for _, row := range slices.Sorted(maps.Keys(part.Refused)) {
		v := part.Refused[row]
		stored.Refused = append(stored.Refused, refusedItem{row, string(v.Class), string(v.Invitation), string(v.Suppression)})
	}
	item, err := attributevalue.MarshalMap(stored)
	if err != nil {
		return nil, fault.Internal("encode part of a request: %w", err)
	}
	return []Write{{
		what: "part", table: s.tables.Requests, item: item,
		condition: "attribute_not_exists(PK) OR expires < :expires", // one that TTL should have removed
		values:    Item{":expires": number(int(stored.Expires))},
	}}, nil
}

// FinishedBulkParts returns those of the numbered parts of a request that are done.
func (s *Store) FinishedBulkParts(ctx context.Context, b *BulkRequest, numbers ...int) (map[int]*BulkPart, error) {
	keys := make([]key, len(numbers))
	for i, n := range numbers {
		keys[i] = bulkPartKey(b.Request, n)
	}
	items, err := s.batchGet(ctx, s.tables.Requests, keys)
	if err != nil {
		return nil, err
	}
	parts := make(map[int]*BulkPart, len(items))
	for _, item := range items {
		var stored bulkPartItem
		if err := attributevalue.UnmarshalMap(item, &stored); err != nil {
			return nil, fault.Internal("decode part of a request: %w", err)
		}
		if stored.Expires != b.FirstTried.Add(replyLifetime).Unix() {
			continue // of a request a day ago under the same key
		}
		part := &BulkPart{Number: stored.Number, Refused: map[int]invitationlist.Verdict{}}
		for _, r := range stored.Refused {
			part.Refused[r.Row] = invitationlist.Verdict{
				Class: invitationlist.Class(r.Class), Invitation: invitation.ID(r.Invitation), Suppression: invitation.DeliveryState(r.Why),
			}
		}
		parts[stored.Number] = part
	}
	return parts, nil
}
