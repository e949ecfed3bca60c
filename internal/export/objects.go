package export

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
)

const (
	manifestSuffix = ".manifest.json"
	schemaSuffix   = ".schema.json"
)

// Key returns the key under which the worker that holds a job stores the file. It has the tenant, and the job with its
// version, so that a worker that has lost the job can't overwrite the file of its successor. A lifecycle rule of the bucket
// removes objects under "exports/" after seven days; the files of schedules are under ScheduledPrefix.
func (e *Export) Key(j *job.Job) string {
	prefix := fmt.Sprintf("exports/%s/%s/", e.Organization, e.Campaign)
	if e.Schedule != "" {
		prefix = ScheduledPrefix(e.Organization, e.Campaign, e.Schedule)
	}
	return fmt.Sprintf("%s%s/%s/%d%s", prefix, e.ID, j.ID, j.Version, e.suffix())
}

// TailKey returns the key under which the worker that holds a job stores an unfinished part. Every tail, also one of a
// schedule's export, is under "exports/", so the bucket removes one that was left.
func (e *Export) TailKey(j *job.Job) string {
	return fmt.Sprintf("exports/%s/%s/%s/%s/%d.tail", e.Organization, e.Campaign, e.ID, j.ID, j.Version)
}

// ScheduledPrefix returns the prefix of the keys of all files of a schedule. Only the schedule's own cleanup removes objects
// under it; no lifecycle rule of the bucket does.
func ScheduledPrefix(o organization.ID, c campaign.ID, schedule string) string {
	return fmt.Sprintf("scheduled/%s/%s/%s/", o, c, schedule)
}

// Owns reports whether a key is of the export's finished file, or may be of a file that is being written. All other objects
// under a schedule's prefix belong to runs that failed or expired, or were left by a worker that crashed.
func (e *Export) Owns(key string) bool {
	switch {
	case e.State == Ready:
		return strings.HasPrefix(key, e.stem()+".")
	case e.UnderWay():
		return strings.Contains(key, "/"+e.ID+"/")
	default:
		return false
	}
}

// ManifestKey returns the key of the manifest, which is stored beside the file.
func (e *Export) ManifestKey() string { return e.stem() + manifestSuffix }

// SchemaKey returns the key of the schema, which is stored beside the file.
func (e *Export) SchemaKey() string { return e.stem() + schemaSuffix }

// stem returns the key of the finished file without its suffix.
func (e *Export) stem() string { return strings.TrimSuffix(e.Object, e.suffix()) }

func (e *Export) suffix() string {
	switch {
	case e.Request.Type == Bundle:
		return ".zip"
	case e.Request.Compression == Gzip:
		return ".csv.gz"
	default:
		return ".csv"
	}
}

// SchemaFileName returns the name under which a browser saves the schema: that of the file with another suffix.
func (e *Export) SchemaFileName(organizationName string, of *campaign.Campaign) string {
	return strings.TrimSuffix(e.FileName(organizationName, of), e.suffix()) + schemaSuffix
}

// FileName returns the name under which a browser saves the file: organization, campaign, type, action item, profile, dialect,
// whether it is filtered, and date, in characters that are safe in any header and file system. The action item is the last group of its id. The
// profile standard and the dialect data are left out. If the campaign's name has other letters, its slug is used, which is
// unique.
func (e *Export) FileName(organizationName string, of *campaign.Campaign) string {
	organizationPart, _ := fileNamePart(organizationName)
	campaignPart, complete := fileNamePart(of.Name)
	if !complete {
		campaignPart = of.Slug
	}
	item := string(e.Request.Item)
	parts := []string{
		organizationPart, campaignPart, strings.ReplaceAll(string(e.Request.Type), "_", "-"), item[strings.LastIndex(item, "-")+1:],
	}
	if e.Request.Profile == dataset.Extended {
		parts = append(parts, string(dataset.Extended))
	}
	if e.Request.Dialect == csv.Spreadsheet {
		parts = append(parts, string(csv.Spreadsheet))
	}
	if e.Request.Filter != "" {
		parts = append(parts, "filtered")
	}
	parts = append(parts, e.RequestedAt.UTC().Format(time.DateOnly))
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	return strings.Join(parts, "_") + e.suffix()
}

// fileNamePart returns the letters of a name without accents and its digits, in lower case, with a hyphen for anything
// between, at most 40 characters. It reports whether the part is complete: not empty, and without a letter or digit left out.
func fileNamePart(name string) (string, bool) {
	var b strings.Builder
	gap, complete := false, true
	for _, r := range text.FoldName(name) {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			gap = false
		default:
			gap = true
			complete = complete && !unicode.IsLetter(r) && !unicode.IsNumber(r)
		}
		if b.Len() >= 40 {
			break
		}
	}
	return b.String(), complete && b.Len() > 0
}
