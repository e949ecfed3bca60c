// Package dynamo owns the tables: their keys, the private item structs, and the operations on each entity. Reading and
// writing items of any kind is in package table.
//
// # The schema
//
// Records (stream NEW_AND_OLD_IMAGES to update-metrics and remove-records). k is the hash of a membership mod 8, j the
// hash of the row's own id mod 4; every other word is a value. The last column has the number of items of one parent, and
// the peak writes a second of one partition.
//
//	entity            PK                         SK                        index
//	login             L#hash(issuer, subject)    login                                                   1, rare
//	verified email    E#hash(email)              user                                                    1, rare
//	recipient         E#hash(email)              mail                                                    1, an email each
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
//	  in all          ALL#j                      campaign                                                thousands, rare
//	  action item     C#campaign                 item#id                                                 <= 50
//	  schedule        C#campaign                 schedule#id                                             <= 20
//	  correction      C#campaign                 repair#id                                               few
//	  probe           C#campaign                 signal                                                  1, hourly at most
//	  service token   C#campaign                 token#hash(secret)                                      <= 100, 1 a minute each
//	  saved view      C#campaign                 view#id                                                 <= 100
//	membership        C#campaign#M#j             membership                                              thousands, 20
//	  management note C#campaign#G#j             membership#note                                         hundreds
//	contact           C#campaign#T#k             contact                   Member                        100,000, 300
//	note              C#campaign#N#k             contact#note              Member                        100,000, 100
//	answer            C#campaign#A#k             contact#answer                                          100,000, 100
//	action response   C#campaign#R#k             contact#response                                        100,000, 100
//	export            C#campaign#E               export                                                  hundreds
//	  latest export   C#campaign#L               hash(request)                                           tens
//	invitation        C#campaign#V#j             invitation                                              thousands, 150
//	  deleted         C#campaign#VD#j            invitation                                              hundreds
//	invited address   C#campaign#VE#j            hash(email)                                             thousands, 150
//	email link        LINK#hash(token)           link                                                    1 or 2 an email
//	access request    C#campaign#VA#j            invitation#user                                         hundreds
//	  invitations to administer have the same keys with O#organization: #V#j, #VD#j, #VE#j, #VA#j        tens
//	service token     TOKEN#hash(secret)         token                                                   1 a service token
//	suppression       O#organization#S#j         hash(email)                                             hundreds
//
// The index Member is KEYS_ONLY: a page queries it, and reads the rows.
//
//	Member  M#membership  contact                               M#membership#N  note
//
// Metrics, Lists, Jobs, Requests and Voters have their keys at the end of this file. No other file contains "#" or the format of
// a key, so this one is long.
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
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/savedview"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/layout"
	"github.com/kithhq/kith/internal/voter/match"
)

// key is the primary key of an item in any of the tables.
type key = table.Key

// indexKeys are the keys of an item in the index Member of Records, empty for an item that it does not contain.
type indexKeys struct {
	MemberP string `dynamodbav:"MemberP,omitempty"`
	MemberS string `dynamodbav:"MemberS,omitempty"`
}

// memberIndex is the name of the index of the rows of a mobilizer.
const memberIndex = "Member"

// The numbers of shards. They are part of the data: changing one needs a migration.
const (
	baseShards = 8 // of a campaign's contacts and their children, by membership
	idShards   = 4 // of memberships, invitations and campaigns, by their own id
)

// shard returns the shard of an id.
func shard(id string, of uint32) string {
	h := fnv.New32a()
	h.Write([]byte(id))
	return strconv.FormatUint(uint64(h.Sum32()%of), 10)
}

// digest returns a hash of parts, for keys.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func join(parts ...string) string { return strings.Join(parts, "#") }

// loginKey is the key of a login: of issuer and subject, never of an email address.
func loginKey(issuer, subject string) key {
	return key{PK: join("L", digest(issuer, subject)), SK: "login"}
}

// emailKey is the key of a verified email address.
func emailKey(email string) key { return key{PK: join("E", digest(email)), SK: "user"} }

func userKey(u user.ID) key { return key{PK: join("U", string(u)), SK: "profile"} }

// userOrganizationKey is the key of a user's person in an organization.
func userOrganizationKey(u user.ID, o organization.ID) key {
	return key{PK: join("U", string(u)), SK: join("ORG", string(o))}
}

// userCampaignKey is the key of the pointer from a user to their membership of a campaign. There is at most one.
func userCampaignKey(u user.ID, c campaign.ID) key {
	return key{PK: join("U", string(u)), SK: join("M", string(c))}
}

// removalKey is the key of the record that an administrator removed a user from a campaign.
func removalKey(u user.ID, c campaign.ID) key {
	return key{PK: join("U", string(u)), SK: join("R", string(c))}
}

func entryKey(u user.ID, o organization.ID, e contact.EntryID) key {
	return key{PK: join("U", string(u)), SK: join("B", string(o), string(e))}
}

func organizationKey(o organization.ID) key { return key{PK: join("O", string(o)), SK: "org"} }

func administratorKey(o organization.ID, u user.ID) key {
	return key{PK: join("O", string(o)), SK: join("admin", string(u))}
}

func organizationCampaignKey(o organization.ID, c campaign.ID) key {
	return key{PK: join("O", string(o)), SK: join("camp", string(c))}
}

func voterFileKey(o organization.ID, file voter.FileID) key {
	return key{PK: join("O", string(o)), SK: join("voters", string(file))}
}

func slugKey(slug string) key { return key{PK: join("SLUG", slug), SK: "slug"} }

// campaignListingPartition is a shard of the entries by which all campaigns are listed.
func campaignListingPartition(j string) string { return join("ALL", j) }

func campaignListingKey(c campaign.ID) key {
	return key{PK: campaignListingPartition(shard(string(c), idShards)), SK: string(c)}
}

func campaignKey(c campaign.ID) key { return key{PK: join("C", string(c)), SK: "campaign"} }

func itemKey(c campaign.ID, i action.ID) key {
	return key{PK: join("C", string(c)), SK: join("item", string(i))}
}

// afterAll sorts after every id.
const afterAll = "~"

// contentSpan returns the span of a campaign and its action items, and of nothing else that grows.
func (s *Store) contentSpan(c campaign.ID) table.Span {
	k := campaignKey(c)
	return table.Span{Table: s.tables.Records, Partition: k.PK, After: k.SK, Before: join("item", afterAll)}
}

// correctionKey is the key of a correction of a campaign's counters. It sorts after contentSpan.
func correctionKey(c campaign.ID, id string) key {
	return key{PK: join("C", string(c)), SK: join("repair", id)}
}

// scheduleKey is the key of an export schedule. It sorts after contentSpan.
func scheduleKey(c campaign.ID, id string) key {
	return key{PK: join("C", string(c)), SK: join("schedule", id)}
}

// savedViewKey is the key of a saved view. It sorts after contentSpan.
func savedViewKey(c campaign.ID, id savedview.ID) key {
	return key{PK: join("C", string(c)), SK: join("view", string(id))}
}

func membershipPartition(c campaign.ID, j string) string { return join("C", string(c), "M", j) }

func membershipKey(c campaign.ID, m mobilizer.ID) key {
	return key{PK: membershipPartition(c, shard(string(m), idShards)), SK: string(m)}
}

func managementNotePartition(c campaign.ID, j string) string { return join("C", string(c), "G", j) }

func managementNoteKey(c campaign.ID, m mobilizer.ID, n mobilizer.NoteID) key {
	return key{PK: managementNotePartition(c, shard(string(m), idShards)), SK: join(string(m), string(n))}
}

// family is a kind of row in a campaign's base shards.
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

// contactKey is the key of a contact: a mobilizer's contacts share a partition, in order of creation.
func contactKey(c campaign.ID, m mobilizer.ID, t contact.ID) key {
	return key{PK: memberPartition(c, contacts, m), SK: string(t)}
}

// childKey is the key of a child of a contact, in order of creation.
func childKey(f family, ref contact.Ref, child string) key {
	return key{PK: memberPartition(ref.Campaign, f, ref.Mobilizer), SK: join(string(ref.Contact), child)}
}

func exportKey(c campaign.ID, e string) key { return key{PK: join("C", string(c), "E"), SK: e} }

// latestExportKey is the key of the pointer to the latest export of a request.
func latestExportKey(c campaign.ID, r export.Request) key {
	parts := []string{string(r.Type), string(r.Dialect), string(r.Profile), string(r.Item), string(r.Compression)}
	if r.Types != "" {
		parts = append(parts, string(r.Types))
	}
	if r.Filter != "" {
		parts = append(parts, "filter", r.Filter)
	}
	return key{PK: join("C", string(c), "L"), SK: digest(parts...)}
}

// targetPartition is a partition of the invitations to a campaign or, without one, to administer an organization.
func targetPartition(t invitation.Target, family, j string) string {
	if t.Campaign == "" {
		return join("O", string(t.Organization), family, j)
	}
	return join("C", string(t.Campaign), family, j)
}

// invitationKey is the key of an invitation: in a shard by its id, in order of creation.
func invitationKey(t invitation.Target, i invitation.ID) key {
	return key{PK: targetPartition(t, "V", shard(string(i), idShards)), SK: string(i)}
}

// deletedInvitationKey is the key of what remains of a deleted invitation.
func deletedInvitationKey(t invitation.Target, i invitation.ID) key {
	return key{PK: targetPartition(t, "VD", shard(string(i), idShards)), SK: string(i)}
}

// accessRequestKey is the key of a user's access request for an invitation, in the partition of all requests for it. There
// is at most one.
func accessRequestKey(t invitation.Target, i invitation.ID, by user.ID) key {
	return key{PK: targetPartition(t, "VA", shard(string(i), idShards)), SK: join(string(i), string(by))}
}

// invitedKey is the key of the pointer from an invited address to its invitation. There is at most one for a target.
func invitedKey(t invitation.Target, email string) key {
	hash := digest(email)
	return key{PK: targetPartition(t, "VE", shard(hash, idShards)), SK: hash}
}

// linkKey is the key of the link of a token in an email, by the token's hash.
func linkKey(hash string) key { return key{PK: join("LINK", hash), SK: "link"} }

// serviceTokenKey is the key of a campaign's service token, by its secret's hash. It sorts after contentSpan.
func serviceTokenKey(c campaign.ID, hash string) key {
	return key{PK: join("C", string(c)), SK: join("token", hash)}
}

// tokenCampaignKey is the key of the pointer from a service token's hash to its campaign, read when a program requests
// another campaign.
func tokenCampaignKey(hash string) key { return key{PK: join("TOKEN", hash), SK: "token"} }

// suppressedKey is the key of an address on an organization's suppression list.
func suppressedKey(o organization.ID, email string) key { return suppressedKeyByID(o, digest(email)) }

// suppressedKeyByID is suppressedKey for the id of an entry, which is the hash of its address.
func suppressedKeyByID(o organization.ID, id string) key {
	return key{PK: suppressedPartition(o, shard(id, idShards)), SK: id}
}

func suppressedPartition(o organization.ID, j string) string { return join("O", string(o), "S", j) }

// mailShards is the number of items that count an organization's emails of one day, so that emails sent in parallel don't
// conflict.
const mailShards = 16

// mailCountKey is the key of an email count, mailStatusKey that of the organization's mail status (Metrics). The status
// sorts after all days.
//
//	PK  O#<organization>#H    SK  <day>#<hash of invitation mod 16>
//	PK  O#<organization>#H    SK  standing
func mailCountKey(o organization.ID, d email.Day, i invitation.ID) key {
	return key{PK: join("O", string(o), "H"), SK: join(string(d), shard(string(i), mailShards))}
}

// afterDays sorts after all days and before the items of the mail status.
const afterDays = "a"

// firstEmailsKey is the key of the emails that an organization sends while it is new, firstEmailsOfUserKey that of those that the
// new organizations of an inviter send on a day (Metrics).
//
//	PK  O#<organization>#H    SK  first
//	PK  U#<user>#H            SK  <day>
func firstEmailsKey(o organization.ID) key { return key{PK: join("O", string(o), "H"), SK: "first"} }

func firstEmailsOfUserKey(u user.ID, d email.Day) key {
	return key{PK: join("U", string(u), "H"), SK: string(d)}
}

// emailServiceKey is the key of the state of the email service (Metrics).
//
//	PK  MAIL    SK  service
func emailServiceKey() key { return key{PK: "MAIL", SK: "service"} }

// recipientKey is the key of what all organizations together know of an address.
func recipientKey(address string) key { return key{PK: join("E", digest(address)), SK: "mail"} }

func mailStatusKey(o organization.ID) key { return key{PK: join("O", string(o), "H"), SK: "standing"} }

// memberContacts is the partition of a mobilizer's contacts in the index Member, in order of creation.
func memberContacts(m mobilizer.ID) string { return join("M", string(m)) }

// memberNotes is the partition of the notes that a mobilizer wrote in the index Member, in order of creation.
func memberNotes(m mobilizer.ID) string { return join("M", string(m), "N") }

func contactIndexKeys(c *contact.Contact) indexKeys {
	return indexKeys{MemberP: memberContacts(c.Mobilizer), MemberS: string(c.ID)}
}

func noteIndexKeys(n *contact.Note) indexKeys {
	return indexKeys{MemberP: memberNotes(n.About.Mobilizer), MemberS: string(n.ID)}
}

// sortableTime returns an instant as text whose order is the order of time.
func sortableTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// requestKey is the key of the reply of an idempotent request (Requests).
func requestKey(hash string) key { return key{PK: join("I", hash), SK: "reply"} }

// bulkKey is the key of a bulk request (Requests).
func bulkKey(hash string) key { return key{PK: join("I", hash), SK: "bulk"} }

// bulkPartKey is the key of the outcome of one part of a bulk request (Requests).
func bulkPartKey(hash string, part int) key {
	return key{PK: join("I", hash), SK: join("bulk", fmt.Sprintf("%04d", part))}
}

// callerAttemptsKey is the key of a caller's passcode attempts at a campaign, networkAttemptsKey that of the attempts from a client
// network (Requests).
//
//	PK  P#<campaign>#<user>                SK  own
//	PK  P#<campaign>#network#<network>     SK  own
func callerAttemptsKey(c campaign.ID, u user.ID) key {
	return key{PK: join("P", string(c), string(u)), SK: "own"}
}

func networkAttemptsKey(c campaign.ID, network string) key {
	return key{PK: join("P", string(c), "network", network), SK: "own"}
}

// dailyCountKey is the key of a count on the UTC day of an instant (Requests): of a user's access requests, kind U, or
// invitations, kind I, or of the notices to an organization's administrators, kind O.
//
//	PK  A#U#<user>, A#I#<user>, A#O#<organization>    SK  <day>
func dailyCountKey(kind, id string, at time.Time) key {
	return key{PK: join("A", kind, id), SK: at.UTC().Format(time.DateOnly)}
}

// callerCountKey is the key of the count of a caller's requests of one operation in the period that begins at an instant (Requests).
//
//	PK  A#C#<caller>#<operation>    SK  <begin>
func callerCountKey(caller, operation string, begin time.Time) key {
	return key{PK: join("A", "C", caller, operation), SK: begin.UTC().Format(time.RFC3339)}
}

// voterMappingKey is the key of the columns that an administrator mapped for the last file of a state, voterDetectionKey that of
// what was found in a file that waits for a mapping, and voterReviewKey that of the samples of one that needs confirmation
// (Voters).
//
//	PK  F#<organization>#columns
//	SK  <state>, <file>, <file>#review
func voterMappingKey(o organization.ID, state string) key {
	return key{PK: join("F", string(o), "columns"), SK: state}
}

func voterDetectionKey(o organization.ID, f voter.FileID) key {
	return key{PK: join("F", string(o), "columns"), SK: string(f)}
}

func voterReviewKey(o organization.ID, f voter.FileID) key {
	return key{PK: join("F", string(o), "columns"), SK: join(string(f), "review")}
}

// suggestionKey is the key of the voters suggested for a contact, and suggestionRunKey that of the run that found them (Voters).
//
//	PK  S#<campaign>        SK  <contact>
//	PK  S#<campaign>#run    SK  run
func suggestionKey(c campaign.ID, id contact.ID) key {
	return key{PK: join("S", string(c)), SK: string(id)}
}

func suggestionRunKey(c campaign.ID) key { return key{PK: join("S", string(c), "run"), SK: "run"} }

// voterSearchesKey is the key of the people whom a mobilizer searched for in the last day (Requests).
//
//	PK  S#<campaign>#<membership>
//	SK  voters
func voterSearchesKey(c campaign.ID, m mobilizer.ID) key {
	return key{PK: join("S", string(c), string(m)), SK: "voters"}
}

// voterShards is the number of partitions of one voter file.
const voterShards = 64

// voterPartition is a partition of one imported file (Voters), which is deleted independently of other files.
//
//	PK  F#<organization>#<file>#<hash of canonical id mod 64>
//	SK  <canonical id, as ids are compared: without blanks, in capitals>
func voterPartition(o organization.ID, f voter.FileID, k string) string {
	return join("F", string(o), string(f), k)
}

func voterKey(o organization.ID, f voter.FileID, canonicalID string) key {
	canonicalID = layout.NormalID(canonicalID)
	return key{PK: voterPartition(o, f, shard(canonicalID, voterShards)), SK: canonicalID}
}

// voterBlockPartition is the partition of the search blocks of one bucket of a state's voters (Voters). A set is the files of
// the state that are searched together: its first file's id, or "first".
//
//	PK  F#<organization>#<state>#<set>#<kind>#<area>#<number>
//	SK  <file>#<part>#<block>
func voterBlockPartition(f *voter.File, b match.Bucket) string {
	return join("F", string(f.Organization), f.State, voterSet(f), string(b.Kind), b.Area, strconv.Itoa(b.Number))
}

func voterSet(f *voter.File) string { return cmp.Or(string(f.Set), "first") }

func voterBlockKey(f *voter.File, b match.Bucket, part, block int) key {
	return key{PK: voterBlockPartition(f, b), SK: join(string(f.ID), fmt.Sprintf("%06d", part), strconv.Itoa(block))}
}

// voterPlacesKey is the key of the numbers of voters by zip code and city (Voters): those of a file or, with a part, those of
// a part of it.
//
//	PK  F#<organization>#<state>#<set>#Z
//	SK  <file>, <file>#<part>
func voterPlacesKey(f *voter.File, part string) key {
	k := key{PK: join("F", string(f.Organization), f.State, voterSet(f), "Z"), SK: string(f.ID)}
	if part != "" {
		k.SK = join(k.SK, part)
	}
	return k
}

// jobKey is the key of a job (Jobs). Each job has a partition of its own, so that no queue makes one hot.
//
//	PK  J#<job>
//	SK  job
func jobKey(id string) key { return key{PK: join("J", id), SK: "job"} }

// dueShards is the number of partitions of each queue in the index of jobs by due time.
const dueShards = 4

// duePartition and dueSort are a job's keys in that index.
//
//	DueP  DUE#<hash of job mod 4>
//	DueS  <time>#<job>
func duePartition(k string) string { return join("DUE", k) }

func dueSort(at time.Time, id string) string { return join(sortableTime(at), id) }

// eventTimePartition is the partition in that index of a job that is due by the time of events, not by the machine's clock.
//
//	DueP  CLOCK#<hash of job mod 4>
func eventTimePartition(k string) string { return join("CLOCK", k) }

// heldPartition is the partition in that index of a held job that sends email of an organization. The sweep does not read
// it.
//
//	DueP  HELD#<organization>#<hash of job mod 4>
func heldPartition(o, k string) string { return join("HELD", o, k) }

// mailPartition and mailSort are the keys in that index of a job that sends email. An organization's jobs are consecutive,
// so that a reader that has read some can continue with the next organization, after endOfMail.
//
//	DueP  MAIL#<hash of job mod 4>
//	DueS  <organization>#<time>#<job>
func mailPartition(k string) string { return join("MAIL", k) }

func mailSort(o string, at time.Time, id string) string { return join(o, sortableTime(at), id) }

// endOfMail sorts after all jobs of an organization and before those of the next.
func endOfMail(o string) string { return o + "$" }

// cutMailSort splits a mailSort into organization, time and job.
func cutMailSort(sort string) (o, at, id string) {
	before, id := cutLast(sort)
	o, at = cutLast(before)
	return o, at, id
}

// cutLast splits a sort key at its last separator, which precedes the id.
func cutLast(sort string) (string, string) {
	i := strings.LastIndex(sort, "#")
	if i < 0 {
		return "", sort
	}
	return sort[:i], sort[i+1:]
}

// memberShards is the number of partitions of a campaign's counters by mobilizer (Metrics).
const memberShards = 8

// counterPartition is the partition of a campaign's counter items of one kind (Metrics).
//
//	PK  C#<campaign>#core              SK  <lane>
//	PK  C#<campaign>#action            SK  <action item code>, or ladder
//	PK  C#<campaign>#day               SK  <day>
//	PK  C#<campaign>#member#<k>        SK  <membership>      k: hash of membership mod 8
//	PK  C#<campaign>#signal            SK  signal
func counterPartition(c campaign.ID, kind metrics.Kind) string {
	return join("C", string(c), string(kind))
}

func memberCounterPartition(c campaign.ID, k string) string {
	return join(counterPartition(c, metrics.Member), k)
}

// ladderName is the sort key of a Ladder item: no code of an action item is as long.
const ladderName = "ladder"

// counterItem returns the counter item with a sort key in the partition of a kind.
func counterItem(c campaign.ID, kind metrics.Kind, name string) metrics.Item {
	if kind == metrics.Action && name == ladderName {
		return metrics.Item{Campaign: c, Kind: metrics.Ladder}
	}
	return metrics.Item{Campaign: c, Kind: kind, Name: name}
}

// counterKey is the key of a counter item. A Core item's name is its lane.
func counterKey(i metrics.Item) key {
	switch i.Kind {
	case metrics.Member:
		return key{PK: memberCounterPartition(i.Campaign, shard(i.Name, memberShards)), SK: i.Name}
	case metrics.Probe:
		return key{PK: counterPartition(i.Campaign, i.Kind), SK: "signal"}
	case metrics.Ladder: // with the action items, so that Analytics reads both at once
		return key{PK: counterPartition(i.Campaign, metrics.Action), SK: ladderName}
	default:
		return key{PK: counterPartition(i.Campaign, i.Kind), SK: i.Name}
	}
}

// listShards is the number of partitions of the blocks with a campaign's mobilizers (Lists).
const listShards = 4

// listBlockKey is the key of a block of the lists of a campaign (Lists): of a mobilizer's contacts, in the same shards as
// their items, or of the campaign's mobilizers.
//
//	PK  C#<campaign>#L#<k>             SK  <membership>#<n>    k: hash of membership mod 8
//	PK  C#<campaign>#LM#<n mod 4>      SK  <n>
func listBlockKey(b peoplelist.Block) key {
	n := strconv.Itoa(b.Number)
	if b.Mobilizer == "" {
		return key{PK: mobilizerListPartition(b.Campaign, b.Number%listShards), SK: n}
	}
	return key{PK: contactListPartition(b.Campaign, shard(string(b.Mobilizer), baseShards)), SK: join(string(b.Mobilizer), n)}
}

func contactListPartition(c campaign.ID, k string) string { return join("C", string(c), "L", k) }

func mobilizerListPartition(c campaign.ID, j int) string {
	return join("C", string(c), "LM", strconv.Itoa(j))
}

// listBlock returns the block with a key, as far as the partition does not tell.
func listBlock(c campaign.ID, sort string) peoplelist.Block {
	before, number := cutLast(sort)
	n, _ := strconv.Atoi(number) // every block has a number
	return peoplelist.Block{Campaign: c, Mobilizer: mobilizer.ID(before), Number: n}
}

// listStateKey is the key of the state of a campaign's lists (Lists).
//
//	PK  C#<campaign>#LS                SK  state
func listStateKey(c campaign.ID) key { return key{PK: join("C", string(c), "LS"), SK: "state"} }

// recountKey is the key of the result of a campaign's last audit, and of the request for the next (Metrics).
//
//	PK  C#<campaign>#audit             SK  recount
func recountKey(c campaign.ID) key { return key{PK: join("C", string(c), "audit"), SK: "recount"} }

// withdrawalsKey is the key of the count of withdrawals of consent in a campaign (Metrics).
//
//	PK  C#<campaign>#consent           SK  withdrawals
func withdrawalsKey(c campaign.ID) key {
	return key{PK: join("C", string(c), "consent"), SK: "withdrawals"}
}

// probeKey is the key of a campaign's probe row (Records).
func probeKey(c campaign.ID) key { return key{PK: join("C", string(c)), SK: "signal"} }

// CampaignOfPartition returns the campaign of a partition of Records, "" for other partitions.
func CampaignOfPartition(partition string) campaign.ID {
	kind, rest, _ := strings.Cut(partition, "#")
	if kind != "C" {
		return ""
	}
	c, _, _ := strings.Cut(rest, "#")
	return campaign.ID(c)
}
