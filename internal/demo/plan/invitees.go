package plan

// Invitee is an invitation to the active campaign and its expected outcome. As in SES's mailbox simulator, the local part
// of some addresses selects the delivery outcome.
type Invitee struct {
	First, Last string
	Email       string
	Language    string
	Early       bool        // sent so early that it has expired
	Joins       *Mobilizer  // mobilizer who joins; nil for none
	ByLink      bool        // the mobilizer joins by the link in the email, not on the landing page
	Then        inviteeStep // action after the email is delivered

	State    string // final
	Delivery string // final

	ID    string
	Token string // from the link in the email
}

// inviteeStep is an action about an invitation.
type inviteeStep int

// The actions about an invitation.
const (
	nothing inviteeStep = iota
	Revoke
	Unsubscribe // one-click unsubscribe by the recipient
	Reinvite    // revoked and invited again, although the address bounced
)

// simulatorDomain is the domain of SES's mailbox simulator, which the local email recorder implements.
const simulatorDomain = "@simulator.amazonses.com"

// Invitees returns invitations in every state and with every delivery outcome.
func (p *Plan) Invitees() []*Invitee {
	at := func(name string) string { return name + p.tag + "@example.org" }
	simulate := func(outcome, name string) string { return outcome + "+" + name + p.tag + simulatorDomain }
	byLink, fromPage := p.Active.Mobilizers[4], p.Active.Mobilizers[5]
	return []*Invitee{
		{First: "Noor", Last: "Haddad", Email: at("noor.haddad"), Early: true, State: "expired", Delivery: "delivered"},
		{First: byLink.First, Last: byLink.Last, Email: byLink.Email, Joins: byLink, ByLink: true, State: "accepted", Delivery: "delivered"},
		{First: fromPage.First, Last: fromPage.Last, Email: fromPage.Email, Joins: fromPage, State: "accepted", Delivery: "delivered"},
		{First: "Íñigo", Last: "Peña", Email: at("inigo.pena"), Language: "es", State: "open", Delivery: "delivered"},
		{First: "=HYPERLINK(\"x\")", Last: "O'Hara", Email: at("ohara"), State: "open", Delivery: "delivered"},
		{First: "Tam", Last: "Nguyen", Email: at("tam.nguyen"), Then: Revoke, State: "revoked", Delivery: "delivered"},
		{First: "Lou", Last: "Typo", Email: simulate("bounce", "lou.typo"), State: "open", Delivery: "bounced"},
		{First: "Bo", Last: "Gone", Email: simulate("bounce", "bo.gone"), Then: Reinvite, State: "open", Delivery: "suppressed"},
		{First: "Cass", Last: "Cross", Email: simulate("complaint", "cass.cross"), State: "open", Delivery: "complained"},
		{First: "Vi", Last: "Rus", Email: simulate("reject", "vi.rus"), State: "open", Delivery: "rejected"},
		{First: "Quin", Last: "Quiet", Email: at("quin.quiet"), Then: Unsubscribe, State: "open", Delivery: "unsubscribed"},
	}
}
