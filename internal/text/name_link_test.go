package text

import "testing"

func TestHasLink_NamesAndAddresses_AreToldApart(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"https://evil.example/x": true, "Win at HTTP://EVIL.EXAMPLE": true, "www.evil.example": true, "evil.com": true, "Visit evil.com/prize now": true,
		"sub.evil.co.uk": true, "ｅｖｉｌ．ｃｏｍ": true, "evil。com": true, "例子.中国": true, "t.co/abc": true, "(evil.com)": true, "a@b evil.com": true,
		"Vecinos & Friends, Inc.": false, "St. Paul": false, "J.R. Smith": false, "J.Kim": false, "Mr.Green": false, "Dr.Who": false, "No.1 Club": false,
		"12\" Vinyl Club": false, "Team 2.0": false, "A.B.C.": false, "ana@example.org": false, "and/or": false, "…": false, "": false, "Nguyễn Văn A": false,
	} {
		if got := HasLink(name); got != want {
			t.Errorf("%q: %t, want %t", name, got, want)
		}
	}
}
