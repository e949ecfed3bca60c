package dynamo

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/user"
)

// attemptsItem keeps the passcode attempts of one caller, or of one client network, at one campaign.
type attemptsItem struct {
	key
	Count    int    `dynamodbav:"Total"`
	Last     millis `dynamodbav:"Last"`
	Passcode string `dynamodbav:"Passcode"` // MAC of the passcode that was attempted: a new passcode resets the count
	Expires  int64  `dynamodbav:"expires"`  // epoch seconds, the table's TTL
	Version  int    `dynamodbav:"V"`
}

// PasscodeAttempt is an attempt of a user to enter the passcode of a campaign, from a client network, which is given as a MAC.
type PasscodeAttempt struct {
	Campaign *campaign.Campaign
	User     user.ID
	Network  string
	At       time.Time
}

func (a PasscodeAttempt) keys() (caller, network key) {
	return callerAttemptsKey(a.Campaign.ID, a.User), networkAttemptsKey(a.Campaign.ID, a.Network)
}

// CountPasscodeAttempt counts an attempt of the caller and of the network, before the passcode is compared. It returns what
// mobilizer.CountPasscodeAttempt returns.
func (s *Store) CountPasscodeAttempt(ctx context.Context, a PasscodeAttempt) (mobilizer.PasscodeAllowance, error) {
	var allowance mobilizer.PasscodeAllowance
	err := Retry(ctx, func() error {
		callerKey, networkKey := a.keys()
		items, err := s.db.BatchGet(ctx, s.tables.Requests, []key{callerKey, networkKey})
		if err != nil {
			return err
		}
		caller, callerVersion, err := a.stored(items, callerKey)
		if err != nil {
			return err
		}
		network, networkVersion, err := a.stored(items, networkKey)
		if err != nil {
			return err
		}
		allowance, err = mobilizer.CountPasscodeAttempt(caller, network, a.At)
		if err != nil {
			return err
		}
		return s.Commit(ctx, s.putAttempts(a, callerKey, caller, callerVersion), s.putAttempts(a, networkKey, network, networkVersion))
	})
	return allowance, err
}

// stored returns the attempts at the campaign's present passcode that are stored under a key, and the version of their item.
func (a PasscodeAttempt) stored(items []Item, k key) (*mobilizer.PasscodeAttempts, int, error) {
	for _, item := range items {
		if table.KeyOf(item) != k {
			continue
		}
		stored, err := table.Unmarshal[attemptsItem](item)
		if err != nil {
			return nil, 0, err
		}
		if stored.Passcode != a.Campaign.PasscodeMAC {
			return &mobilizer.PasscodeAttempts{}, stored.Version, nil
		}
		return &mobilizer.PasscodeAttempts{Count: stored.Count, Last: stored.Last.time()}, stored.Version, nil
	}
	return &mobilizer.PasscodeAttempts{}, 0, nil
}

func (s *Store) putAttempts(a PasscodeAttempt, k key, attempts *mobilizer.PasscodeAttempts, version int) Write {
	return table.Put(s.tables.Requests, "passcode attempts", attemptsItem{
		key: k, Count: attempts.Count, Last: millisOf(attempts.Last), Passcode: a.Campaign.PasscodeMAC, Expires: attempts.Expires().Unix(),
	}, version)
}

// DeletePasscodeAttempts deletes the attempts of the caller and of the network after a correct passcode, so that many may join
// from one network.
func (s *Store) DeletePasscodeAttempts(ctx context.Context, a PasscodeAttempt) error {
	caller, network := a.keys()
	return s.Commit(ctx,
		Write{Entity: "passcode attempts", Table: s.tables.Requests, Key: caller, Delete: true},
		Write{Entity: "passcode attempts", Table: s.tables.Requests, Key: network, Delete: true},
	)
}
