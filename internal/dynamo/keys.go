// Package dynamo owns the tables: their keys, the private item structs, and operations by access pattern.
//
// # The schema
//
// Records (stream NEW_AND_OLD_IMAGES to update-metrics and remove-records). k is the hash of a membership mod 8, j the
// hash of the row's own id mod 4; every other word is a value. Expected items and peak writes a second of one partition
// stand behind each row.
//
//	entity            PK                         SK                        indexes
//	login             L#hash(issuer, subject)    login                                                   1, rare
//	e-mail            E#hash(email)              user                                                    1, rare
//	user              U#user                     profile                                                 1
//	  in organization U#user                     ORG#organization                                        few
//	  in campaign     U#user                     M#campaign                                              few
//	  address book    U#user                     B#organization#entry                                    <= 10,000, 2
//	organization      O#organization             org                                                     1
//	  administrator   O#organization             admin#user                                              tens
//	  campaign        O#organization             camp#campaign                                           hundreds
//	  voter file      O#organization             voters#id                                               tens
//	slug              SLUG#slug                  slug                                                    1
//	campaign          C#campaign                 campaign                                                1
//	  action item     C#campaign                 item#id                                                 <= 50
//	  schedule        C#campaign                 schedule#id                                             <= 20
//	  correction      C#campaign                 repair#id                                               few
//	  signal          C#campaign                 signal                                                  1, hourly at most
//	  service token   C#campaign                 token#hash(secret)                                      <= 100, 1 a minute each
//	membership        C#campaign#M#j             membership                I1 I2 I5                      thousands, 20
//	  management note C#campaign#G#j             membership#note                                         hundreds
//	contact           C#campaign#T#k             contact                   I1 I2 I3 I4 I5 I6 I7          100,000, 300
//	note              C#campaign#N#k             contact#note              I7                            100,000, 100
//	answer            C#campaign#A#k             contact#answer                                          100,000, 100
//	response          C#campaign#R#k             contact#response          I5 I6                         100,000, 100
//	export            C#campaign#E               export                                                  hundreds
//	  latest          C#campaign#L               hash(request)                                           tens
//	invitation        C#campaign#V#j             invitation                                              thousands, 150
//	invited address   C#campaign#VE#j            hash(email)                                             thousands, 150
//	link in a mail    LINK#hash(token)           link                                                    1 or 2 a mail
//	ask               C#campaign#VA#j            invitation#user                                         hundreds
//	  invitations to administer stand in the same way under O#organization: #V#j, #VE#j, #VA#j           tens
//	token's campaign  TOKEN#hash(secret)         token                                                   1 a service token
//	suppressed        O#organization#S#j         hash(email)                                             hundreds
//
// Indexes are KEYS_ONLY; a page asks their shards, merges, and fetches the rows:
//
//	I1  C#campaign#T#j  folded "last first"#contact         I2  the same, "first last"      (M for memberships)
//	I3  C#campaign#T#j  last activity#contact               I4  C#campaign#T#j  touchpoints, six digits#contact
//	I5  C#campaign#S#status#j  contact (memberships: MS)    I5  C#campaign#R#item#j  contact (responses)
//	I6  C#campaign#Q#code or --#j  contact                  I6  C#campaign#R#item#choice#j  contact (responses)
//	I7  M#membership  contact                               I7  M#membership#N  note
//
// Metrics, Jobs, Requests and Voters have their keys at the end of this file. No "#" and no key format stands anywhere
// else, which is why the file is long: whoever changes a key sees all others.
package dynamo

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
)

// key is the primary key of an item in any of the tables.
type key struct {
	PK string `dynamodbav:"PK"`
	SK string `dynamodbav:"SK"`
}

// indexes are the keys of an item in the seven indexes of Records; those of an index it isn't in are empty.
type indexes struct {
	I1P string `dynamodbav:"I1P,omitempty"`
	I1S string `dynamodbav:"I1S,omitempty"`
	I2P string `dynamodbav:"I2P,omitempty"`
	I2S string `dynamodbav:"I2S,omitempty"`
	I3P string `dynamodbav:"I3P,omitempty"`
	I3S string `dynamodbav:"I3S,omitempty"`
	I4P string `dynamodbav:"I4P,omitempty"`
	I4S string `dynamodbav:"I4S,omitempty"`
	I5P string `dynamodbav:"I5P,omitempty"`
	I5S string `dynamodbav:"I5S,omitempty"`
	I6P string `dynamodbav:"I6P,omitempty"`
	I6S string `dynamodbav:"I6S,omitempty"`
	I7P string `dynamodbav:"I7P,omitempty"`
	I7S string `dynamodbav:"I7S,omitempty"`
}

// The numbers of shards. They are part of the data: changing one needs a migration.
const (
	baseShards  = 8 // of a campaign's contacts and what hangs on them, by membership
	indexShards = 4 // of a campaign's rows in an index, and of memberships, by their own id
)

func shard(id string, of uint32) string {
	h := fnv.New32a()
	h.Write([]byte(id))
	return strconv.FormatUint(uint64(h.Sum32()%of), 10)
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func join(parts ...string) string { return strings.Join(parts, "#") }

// loginKey places a login by its identity: issuer and subject, never the e-mail.
func loginKey(issuer, subject string) key { return key{join("L", digest(issuer, subject)), "login"} }

// emailKey places the user that a verified e-mail address belongs to.
func emailKey(email string) key { return key{join("E", digest(email)), "user"} }

func userKey(u user.ID) key { return key{join("U", string(u)), "profile"} }

// userOrganizationKey places what a user is in one organization: their person id.
func userOrganizationKey(u user.ID, o organization.ID) key {
	return key{join("U", string(u)), join("ORG", string(o))}
}

// userCampaignKey places the pointer from a user to their membership of a campaign. There is at most one.
func userCampaignKey(u user.ID, c campaign.ID) key {
	return key{join("U", string(u)), join("M", string(c))}
}

// What is common to the sort keys of a user's person ids, and of the pointers to their memberships.
const (
	personPrefix  = "ORG#"
	pointerPrefix = "M#"
)

func entryKey(u user.ID, o organization.ID, e contact.EntryID) key {
	return key{join("U", string(u)), join("B", string(o), string(e))}
}

func entryPrefix(o organization.ID) string { return join("B", string(o), "") }

func organizationKey(o organization.ID) key { return key{join("O", string(o)), "org"} }

func administratorKey(o organization.ID, u user.ID) key {
	return key{join("O", string(o)), join("admin", string(u))}
}

func organizationCampaignKey(o organization.ID, c campaign.ID) key {
	return key{join("O", string(o)), join("camp", string(c))}
}

// What is common to the sort keys of an organization's administrators, and of its campaigns.
const (
	administratorPrefix = "admin#"
	listingPrefix       = "camp#"
)

func voterFileKey(o organization.ID, file voter.FileID) key {
	return key{join("O", string(o)), join("voters", string(file))}
}

func slugKey(slug string) key { return key{join("SLUG", slug), "slug"} }

func campaignKey(c campaign.ID) key { return key{join("C", string(c)), "campaign"} }

func itemKey(c campaign.ID, i action.ID) key {
	return key{join("C", string(c)), join("item", string(i))}
}

// afterAll sorts behind every id.
const afterAll = "~"

// contentSpan covers a campaign and its action items, and nothing else that grows.
func contentSpan(table string, c campaign.ID) span {
	k := campaignKey(c)
	return span{table: table, partition: k.PK, after: k.SK, before: join("item", afterAll)}
}

// correctionKey places a repair of a campaign's counters. It sorts behind what contentSpan covers.
func correctionKey(c campaign.ID, id string) key {
	return key{join("C", string(c)), join("repair", id)}
}

// scheduleKey places a schedule of exports. It sorts behind what contentSpan covers.
func scheduleKey(c campaign.ID, id string) key {
	return key{join("C", string(c)), join("schedule", id)}
}

// schedulePrefix is common to the sort keys of a campaign's schedules.
const schedulePrefix = "schedule#"

func membershipPartition(c campaign.ID, j string) string { return join("C", string(c), "M", j) }

func membershipKey(c campaign.ID, m mobilizer.ID) key {
	return key{membershipPartition(c, shard(string(m), indexShards)), string(m)}
}

func managementNotePartition(c campaign.ID, j string) string { return join("C", string(c), "G", j) }

func managementNoteKey(c campaign.ID, m mobilizer.ID, n mobilizer.NoteID) key {
	return key{managementNotePartition(c, shard(string(m), indexShards)), join(string(m), string(n))}
}

// family is a kind of row that stands in the campaign's eight base shards.
type family string

const (
	contacts  family = "T"
	notes     family = "N"
	answers   family = "A"
	responses family = "R"
)

func basePartition(c campaign.ID, f family, k string) string {
	return join("C", string(c), string(f), k)
}

func memberPartition(c campaign.ID, f family, m mobilizer.ID) string {
	return basePartition(c, f, shard(string(m), baseShards))
}

// contactKey places a contact: the mobilizer's rows stand together, in order of adding.
func contactKey(c campaign.ID, m mobilizer.ID, t contact.ID) key {
	return key{memberPartition(c, contacts, m), string(t)}
}

// childKey places what hangs on a contact: beside the contact's other children, in order of making.
func childKey(f family, a contact.Ref, child string) key {
	return key{memberPartition(a.Campaign, f, a.Mobilizer), join(string(a.Contact), child)}
}

func exportKey(c campaign.ID, e string) key { return key{join("C", string(c), "E"), e} }

// latestExportKey places the pointer to what was asked for last with a request.
func latestExportKey(c campaign.ID, r export.Request) key {
	asked := []string{string(r.Type), string(r.Dialect), string(r.Profile), string(r.Item), string(r.Compression)}
	if r.Types != "" {
		asked = append(asked, string(r.Types))
	}
	return key{join("C", string(c), "L"), digest(asked...)}
}

// targetPartition begins the partitions of the invitations to a campaign or, without one, to administer an organization.
func targetPartition(t invitation.Target, family, j string) string {
	if t.Campaign == "" {
		return join("O", string(t.Organization), family, j)
	}
	return join("C", string(t.Campaign), family, j)
}

// invitationKey places an invitation to either: spread by its id, in order of creation.
func invitationKey(t invitation.Target, i invitation.ID) key {
	return key{targetPartition(t, "V", shard(string(i), indexShards)), string(i)}
}

// askKey places what a person asks about an invitation, beside what others do. There is at most one.
func askKey(t invitation.Target, i invitation.ID, by user.ID) key {
	return key{askPartition(t, i), join(string(i), string(by))}
}

func askPartition(t invitation.Target, i invitation.ID) string {
	return targetPartition(t, "VA", shard(string(i), indexShards))
}

// askPrefix is common to the sort keys of what is asked about an invitation.
func askPrefix(i invitation.ID) string { return join(string(i), "") }

// invitedKey places the pointer from an invited address to its invitation. There is at most one for a target.
func invitedKey(t invitation.Target, email string) key {
	hash := digest(email)
	return key{targetPartition(t, "VE", shard(hash, indexShards)), hash}
}

// linkKey places what a token in a mail leads to, by the token's hash.
func linkKey(hash string) key { return key{join("LINK", hash), "link"} }

// serviceTokenKey places a service token by its secret's hash, in the campaign that it is good for. It sorts behind what
// contentSpan covers.
func serviceTokenKey(c campaign.ID, hash string) key {
	return key{join("C", string(c)), join("token", hash)}
}

// serviceTokenPrefix is what is common to the sort keys of a campaign's service tokens.
const serviceTokenPrefix = "token#"

// tokenCampaignKey places what leads from a service token's hash to its campaign, for a program that asks for another one.
func tokenCampaignKey(hash string) key { return key{join("TOKEN", hash), "token"} }

// suppressedKey places an address that an organization must send no mail to.
func suppressedKey(o organization.ID, email string) key {
	hash := digest(email)
	return key{join("O", string(o), "S", shard(hash, indexShards)), hash}
}

// mailHealthPartition places what is counted of an organization's mail, and whether it goes out (Metrics).
//
//	PK  O#<organization>#H    SK  <day>#<hash of invitation mod 16>
//	PK  O#<organization>#H    SK  standing
func mailHealthPartition(o organization.ID) string { return join("O", string(o), "H") }

// mailShards is the number of items that a day's mails of an organization are counted in, so that those that are sent side
// by side don't wait for one another.
const mailShards = 16

func mailCountKey(o organization.ID, d email.Day, i invitation.ID) key {
	return key{mailHealthPartition(o), join(string(d), shard(string(i), mailShards))}
}

// standingKey sorts behind all days.
func standingKey(o organization.ID) key { return key{mailHealthPartition(o), "standing"} }

// noResponse stands for "no Key Question response" in I6.
const noResponse = "--"

// contactIndexes places a contact in all seven indexes.
func contactIndexes(c *contact.Contact) indexes {
	j := shard(string(c.ID), indexShards)
	id := string(c.ID)
	all := basePartition(c.Campaign, contacts, j)
	return indexes{
		I1P: all, I1S: join(fold(c.Details.LastName+" "+c.Details.FirstName), id),
		I2P: all, I2S: join(fold(c.Details.FirstName+" "+c.Details.LastName), id),
		I3P: all, I3S: join(sortableTime(c.LastActivityAt), id),
		I4P: all, I4S: join(fmt.Sprintf("%06d", c.Touchpoints), id),
		I5P: contactStatusIndex(c.Campaign, c.Match.State(), j), I5S: id,
		I6P: contactAnswerIndex(c.Campaign, c.KeyQuestionCode, j), I6S: id,
		I7P: memberIndex(c.Mobilizer), I7S: id,
	}
}

// membershipIndexes places a membership by both orders of its name, and by match status.
func membershipIndexes(m *mobilizer.Mobilizer) indexes {
	j := shard(string(m.ID), indexShards)
	id := string(m.ID)
	all := membershipPartition(m.Campaign, j)
	return indexes{
		I1P: all, I1S: join(fold(m.Profile.LastName+" "+m.Profile.FirstName), id),
		I2P: all, I2S: join(fold(m.Profile.FirstName+" "+m.Profile.LastName), id),
		I5P: memberStatusIndex(m.Campaign, m.Match.State(), j), I5S: id,
	}
}

// contactStatusIndex is a partition of I5 that holds the contacts of a match status, in order of adding.
func contactStatusIndex(c campaign.ID, of voter.Status, j string) string {
	return join("C", string(c), "S", string(of), j)
}

// contactAnswerIndex is a partition of I6 that holds the contacts of a Key Question response, in order of adding.
func contactAnswerIndex(c campaign.ID, code campaign.Code, j string) string {
	if code == "" {
		return join("C", string(c), "Q", noResponse, j)
	}
	return join("C", string(c), "Q", string(code), j)
}

// memberStatusIndex is a partition of I5 that holds the mobilizers of a match status, in order of joining.
func memberStatusIndex(c campaign.ID, of voter.Status, j string) string {
	return join("C", string(c), "MS", string(of), j)
}

// memberIndex is the partition of I7 that holds a mobilizer's contacts, in order of adding.
func memberIndex(m mobilizer.ID) string { return join("M", string(m)) }

// memberNotesIndex is the partition of I7 that holds the notes that a mobilizer wrote, in order of writing.
func memberNotesIndex(m mobilizer.ID) string { return join("M", string(m), "N") }

func noteIndexes(n *contact.Note) indexes {
	return indexes{I7P: memberNotesIndex(n.About.Mobilizer), I7S: string(n.ID)}
}

func responseIndexes(r *contact.ActionResponse) indexes {
	j := shard(string(r.About.Contact), indexShards)
	return indexes{
		I5P: join("C", string(r.About.Campaign), "R", string(r.ItemCode), j), I5S: string(r.About.Contact),
		I6P: join("C", string(r.About.Campaign), "R", string(r.ItemCode), string(r.Choice), j),
		I6S: string(r.About.Contact),
	}
}

// sortableTime formats an instant so that text order is time order.
func sortableTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// requestKey places the stored answer of an idempotent request (Requests).
func requestKey(hash string) key { return key{join("I", hash), "reply"} }

// bulkKey places what is kept of a request that adds many contacts (Requests).
func bulkKey(hash string) key { return key{join("I", hash), "bulk"} }

// bulkPartKey places what became of one part of such a request, when its parts are done each on their own (Requests).
func bulkPartKey(hash string, part int) key {
	return key{join("I", hash), join("bulk", fmt.Sprintf("%04d", part))}
}

// triesKey places the passcode tries of one caller, of everybody, or of a window of either (Requests).
func triesKey(c campaign.ID, who, window string) key {
	return key{join("P", string(c), who), window}
}

// askCountKey places how often a person asked about invitations, or an organization's administrators were told, on one
// day (Requests).
//
//	PK  A#U#<user>, A#O#<organization>
//	SK  <day>
func askCountKey(kind, who, day string) key { return key{join("A", kind, who), day} }

// voterSearchesKey places the people whom a mobilizer searched for in the last day (Requests).
//
//	PK  S#<campaign>#<membership>
//	SK  voters
func voterSearchesKey(c campaign.ID, m mobilizer.ID) key {
	return key{join("S", string(c), string(m)), "voters"}
}

// voterShards is the number of partitions that the rows of one voter file are spread over.
const voterShards = 64

// voterPartition places the voters of one imported file (Voters), so that a file can go without touching another.
//
//	PK  F#<organization>#<file>#<hash of canonical id mod 64>
//	SK  <canonical id>
func voterPartition(o organization.ID, f voter.FileID, k string) string {
	return join("F", string(o), string(f), k)
}

func voterKey(o organization.ID, f voter.FileID, canonicalID string) key {
	return key{voterPartition(o, f, shard(canonicalID, voterShards)), canonicalID}
}

// voterBlockPartition places the search blocks of one bucket of the voters of a state (Voters). A set is the files of the
// state that are searched together: its first file's id, or "first".
//
//	PK  F#<organization>#<state>#<set>#<kind>#<area>#<number>
//	SK  <file>#<part>#<block>
func voterBlockPartition(f *voter.File, b match.Bucket) string {
	return join("F", string(f.Organization), f.State, voterSet(f), string(b.Kind), b.Area, strconv.Itoa(b.Number))
}

func voterSet(f *voter.File) string { return cmp.Or(string(f.Set), "first") }

func voterBlockKey(f *voter.File, b match.Bucket, part, block int) key {
	return key{voterBlockPartition(f, b), join(string(f.ID), fmt.Sprintf("%06d", part), strconv.Itoa(block))}
}

// voterPlacesKey places the numbers of voters by zip code and city (Voters): those of a file, or, with a part, those of a
// part of it.
//
//	PK  F#<organization>#<state>#<set>#Z
//	SK  <file>, <file>#<part>
func voterPlacesKey(f *voter.File, part string) key {
	k := key{join("F", string(f.Organization), f.State, voterSet(f), "Z"), string(f.ID)}
	if part != "" {
		k.SK = join(k.SK, part)
	}
	return k
}

// jobKey places a piece of asynchronous work (Jobs): a partition of its own, so that no queue is a hot one.
//
//	PK  J#<job>
//	SK  job
func jobKey(id string) key { return key{join("J", id), "job"} }

// dueShards is the number of partitions of the index of jobs by when they are to be rung for.
const dueShards = 4

// duePartition and dueSort place a job in that index.
//
//	DueP  DUE#<hash of job mod 4>
//	DueS  <time>#<job>
func duePartition(k string) string { return join("DUE", k) }

// mailPartition and mailSort place jobs that send a mail in that index: the queue of the one who sends for the account. One
// organization's stand together, those that are due first in front, so that whoever has looked at some can go on with the
// next organization: from mailsEnd.
//
//	DueP  MAIL#<hash of job mod 4>
//	DueS  <organization>#<time>#<job>
func mailPartition(k string) string { return join("MAIL", k) }

func mailSort(o string, at time.Time, id string) string { return join(o, sortableTime(at), id) }

// mailsEnd stands behind all of an organization's mails and before those of the next.
func mailsEnd(o string) string { return o + "$" }

// cutMail splits a mailSort into the organization, the time and the job.
func cutMail(sort string) (o, at, id string) {
	before, id := cutLast(sort)
	o, at = cutLast(before)
	return o, at, id
}

// heldPartition is where jobs stand in that index that send mails of an organization whose mail is held. No sweep looks
// there.
//
//	DueP  HELD#<organization>#<hash of job mod 4>
func heldPartition(o, k string) string { return join("HELD", o, k) }

// clockPartition is where jobs stand in that index that are due by the time of events, not by the machine's clock.
//
//	DueP  CLOCK#<hash of job mod 4>
func clockPartition(k string) string { return join("CLOCK", k) }

func dueSort(at time.Time, id string) string { return join(sortableTime(at), id) }

// cutLast splits a sort key at its last separator: into what it is sorted by, and the id.
func cutLast(sort string) (string, string) {
	i := strings.LastIndex(sort, "#")
	if i < 0 {
		return "", sort
	}
	return sort[:i], sort[i+1:]
}

// The number of partitions that a campaign's mobilizers are counted in, by membership (Metrics).
const memberShards = 8

// counterPartition places the counter items of one kind of a campaign (Metrics), and the audit's account of it.
//
//	PK  C#<campaign>#core              SK  <lane>
//	PK  C#<campaign>#action            SK  <action item code>
//	PK  C#<campaign>#day               SK  <day>
//	PK  C#<campaign>#member#<k>        SK  <membership>      k: hash of membership mod 8
//	PK  C#<campaign>#signal            SK  signal
//	PK  C#<campaign>#audit             SK  recount
func counterPartition(c campaign.ID, kind metrics.Kind) string {
	return join("C", string(c), string(kind))
}

func memberCounterPartition(c campaign.ID, k string) string {
	return join(counterPartition(c, metrics.Member), k)
}

// counterKey places one counter item. A Core item's name is its lane.
func counterKey(i metrics.Item) key {
	switch i.Kind {
	case metrics.Member:
		return key{memberCounterPartition(i.Campaign, shard(i.Name, memberShards)), i.Name}
	case metrics.Probe:
		return key{counterPartition(i.Campaign, i.Kind), "signal"}
	default:
		return key{counterPartition(i.Campaign, i.Kind), i.Name}
	}
}

// recountKey places what the last audit of a campaign found, and that one is due.
func recountKey(c campaign.ID) key { return key{join("C", string(c), "audit"), "recount"} }

// signalKey places the row that an audit moves to see it counted (Records).
func signalKey(c campaign.ID) key { return key{join("C", string(c)), "signal"} }

// CampaignOfPartition returns the campaign in whose partition a row of Records stands, "" for rows of no campaign.
func CampaignOfPartition(partition string) campaign.ID {
	kind, rest, _ := strings.Cut(partition, "#")
	if kind != "C" {
		return ""
	}
	c, _, _ := strings.Cut(rest, "#")
	return campaign.ID(c)
}
