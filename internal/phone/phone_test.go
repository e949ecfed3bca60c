package phone

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
)

func TestParse_NumberAsWritten_ReturnsE164(t *testing.T) {
	t.Parallel()
	const american, british = "+16175550123", "+442079460018"
	for input, want := range map[string]string{
		"(617) 555-0123": american, "617.555.0123": american, "1-617-555-0123": american, "+1 617 555 0123": american,
		"\u202d(617) 555-0123\u202c": american, "\u200e(617) 555-0123": american, "617\u202f555\u20090123": american, "617\u00a0555\u20110123": american,
		"(617) 555-0123 ext. 12": american, "617-555-0123 x5": american, "tel:+1-617-555-0123": american, "tel:617-555-0123;ext=5": american,
		"617-555-0123 home": american, "cell: 617 555 0123": american, "６１７５５５０１２３": american,
		"617-555-0123 / 617-555-0199": american, "617-555-0123, 617-555-0199": american, "617-555-0123; 617-555-0199": american,
		"617-555-0123 ::: 617-555-0199": american, "617-555-0123\n617-555-0199": american, "n/a; 617-555-0123": american,
		"+44 20 7946 0018": british, "+44 (0)20 7946 0018": british, "011 44 20 7946 0018": british, "00442079460018": british,
		"1-800-FLOWERS": "+18003569377", "(787) 555-0123": "+17875550123",
		"": "", " \u200e": "", "*86": "", "555-0123": "", "117 555 0123": "", "617+5550123": "", "+4412345678901234": "", "+0442079460018": "",
		"Mom": "", "911": "", "+999 12345678": "", "x": "", "0": "",
	} {
		got, ok := Parse(input)
		if got != want || ok != (want != "") {
			t.Errorf("%q is read as %q, want %q", input, got, want)
		}
		if again, _ := Parse(got); again != got {
			t.Errorf("%q is read as %q, then as %q", input, got, again)
		}
	}
}

func TestParse_AnyInput_ReturnsItsOwnOutputUnchanged(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		input := rapid.OneOf(rapid.String(), rapid.StringMatching(`\+?[0-9() ./-]{5,18}`), rapid.StringMatching(`\+[1-9][0-9]{6,14}`)).Draw(t, "input")
		number, ok := Parse(input)
		if again, _ := Parse(number); again != number || ok != (number != "") {
			t.Fatalf("%q is read as %q, then as %q", input, number, again)
		}
	})
}

func TestCheck_NoNumber_RecordsField(t *testing.T) {
	t.Parallel()
	var check fault.Checker
	if Check(&check, "phone", " \u200e ") != "" || check.Err() != nil {
		t.Errorf("a blank phone is refused: %v", check.Err())
	}
	if Check(&check, "phone", "*86") != "" || check.Err() == nil {
		t.Error("*86 is accepted")
	}
}
