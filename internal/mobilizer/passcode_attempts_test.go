package mobilizer

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
)

func TestCountPasscodeAttempt_Caller_WaitsLongerEachTime(t *testing.T) {
	var caller PasscodeAttempts
	now := noon
	for n := range 5 {
		allowance, err := CountPasscodeAttempt(&caller, &PasscodeAttempts{}, now)
		if err != nil || allowance.Attempts != 4-n {
			t.Fatalf("after attempt %d: %+v, %v; want %d attempts left", n+1, allowance, err, 4-n)
		}
	}
	for _, minutes := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		next := now.Add(minutes * time.Minute)
		_, err := CountPasscodeAttempt(&caller, &PasscodeAttempts{}, next.Add(-time.Millisecond))
		if refusal, ok := errors.AsType[*fault.Error](err); !ok || refusal.Code != "passcode_tries" || !refusal.At.Equal(next) || refusal.RetryAfter != time.Millisecond {
			t.Fatalf("before %d minutes have passed: %+v", minutes, err)
		}
		allowance, err := CountPasscodeAttempt(&caller, &PasscodeAttempts{}, next)
		if err != nil || allowance.Attempts != 0 {
			t.Fatalf("after %d minutes: %+v, %v", minutes, allowance, err)
		}
		now = next
	}
	allowance, err := CountPasscodeAttempt(&caller, &PasscodeAttempts{}, now.Add(24*time.Hour))
	if err != nil || allowance.Attempts != 4 {
		t.Errorf("a day later: %+v, %v; want 4 attempts left", allowance, err)
	}
}

func TestCountPasscodeAttempt_RandomTimes_LimitsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var caller, network PasscodeAttempts
		var counted []time.Time
		now := noon
		for range 120 {
			now = now.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "seconds")) * time.Second)
			allowance, err := CountPasscodeAttempt(&caller, &network, now)
			inTheHour := 0
			for _, at := range counted {
				if now.Sub(at) < longestPause {
					inTheHour++
				}
			}
			if err == nil {
				counted = append(counted, now)
				if inTheHour > attemptsOfCaller+5 || allowance.Attempts != max(0, attemptsOfCaller-len(counted)) || (allowance.Attempts == 0) != allowance.Next.After(now) {
					t.Fatalf("after attempt %d, with %d in the hour before: %+v", len(counted), inTheHour, allowance)
				}
				continue
			}
			refused, ok := errors.AsType[*fault.Error](err)
			if !ok || refused.Kind != fault.KindRateLimited || refused.RetryAfter <= 0 || refused.RetryAfter > longestPause ||
				!refused.At.Equal(now.Add(refused.RetryAfter)) || len(counted) < attemptsOfCaller {
				t.Fatalf("attempt %d was refused by %+v", len(counted)+1, refused)
			}
		}
	})
}

func TestCountPasscodeAttempt_Network_DelaysItsOtherCallers(t *testing.T) {
	var network PasscodeAttempts
	now := noon
	for n := range 100 {
		var stranger PasscodeAttempts
		if _, err := CountPasscodeAttempt(&stranger, &network, now); err != nil {
			t.Fatalf("attempt %d: %v", n+1, err)
		}
	}
	var caller PasscodeAttempts
	_, err := CountPasscodeAttempt(&caller, &network, now)
	if refusal, ok := errors.AsType[*fault.Error](err); !ok || refusal.Code != NetworkPauseCode || refusal.RetryAfter != time.Minute {
		t.Errorf("another caller of the network: %v", err)
	}
	if caller.Count != 0 || network.Count != 100 {
		t.Errorf("a refused attempt was counted: %+v, %+v", caller, network)
	}
	allowance, err := CountPasscodeAttempt(&caller, &network, now.Add(time.Minute))
	if err != nil || allowance.Attempts != 0 || !allowance.Next.Equal(now.Add(3*time.Minute)) {
		t.Errorf("after the pause: %+v, %v; want the next attempt two minutes later", allowance, err)
	}
}

func TestCountPasscodeAttempt_EarlierOneCountedLast_IsAllowed(t *testing.T) {
	var caller, network PasscodeAttempts
	for n := range 4 {
		at := noon.Add(-time.Duration(n) * time.Second)
		allowance, err := CountPasscodeAttempt(&caller, &network, at)
		if err != nil || allowance.Attempts != 4-n {
			t.Fatalf("attempt %d: %+v, %v; want %d attempts left", n+1, allowance, err, 4-n)
		}
	}
	if !caller.Last.Equal(noon) || !network.Last.Equal(noon) {
		t.Errorf("the last attempts were at %s and %s, want %s", caller.Last, network.Last, noon)
	}
}

func TestClientNetwork_Addresses_AreGrouped(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.7":          "203.0.113.7",
		"::ffff:203.0.113.7":   "203.0.113.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:0DB8:1:2:ffff::": "2001:db8:1:2::/64",
		"2001:db8:1:3::1":      "2001:db8:1:3::/64",
		"fe80::1%eth0":         "fe80::/64",
	} {
		if got := ClientNetwork(netip.MustParseAddr(address)); got != want {
			t.Errorf("the network of %s is %q, want %q", address, got, want)
		}
	}
	if got := ClientNetwork(netip.Addr{}); got != "" {
		t.Errorf("the network of no address is %q", got)
	}
}
