package text

import "github.com/kithhq/kith/internal/fault"

// CheckPlace fails if a zip code is in another state than the one given with it, so that the person can be asked. Values that are
// invalid by themselves contradict nothing.
//
// Invalid, with the code state_contradicts_zip: they contradict each other.
func CheckPlace(state, zip string) error {
	doubt, found := DoubtfulPlace(state, zip)
	if !found {
		return nil
	}
	doubt.Message = fault.NewMessage("%s Correct one of them, or send confirm_place.", doubt.Message)
	return &fault.Error{
		Kind: fault.KindInvalid, Code: "state_contradicts_zip",
		Message: fault.NewMessage("State and zip code contradict each other. Correct one of them, or confirm both."),
		Fields:  []fault.Field{doubt},
	}
}

// DoubtfulPlace returns the contradiction of a state and a zip code, and whether there is one.
func DoubtfulPlace(state, zip string) (fault.Field, bool) {
	var ignored fault.Checker
	code, expected := State(&ignored, "state", state), StateOfZip(Zip(&ignored, "zip", zip))
	if code == "" || expected == "" || code == expected {
		return fault.Field{}, false
	}
	return fault.Field{Name: "state", Message: fault.NewMessage("The zip code is in %s, not in %s.", expected, code)}, true
}
