package httpapi

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/objects"
)

// DownloadLink is a presigned URL: it downloads the file for a few minutes without any other permission.
type DownloadLink struct {
	URL       string `json:"url"`
	FileName  string `json:"file_name" doc:"Name under which browsers save the file."`
	ExpiresAt string `json:"expires_at" format:"date-time"`
}

// longestDownloadLink is the age at which the policy of the exports bucket rejects a link.
const longestDownloadLink = 5 * time.Minute

// NewDownloadLink returns a link to an object that works for the lifetime, at most longestDownloadLink. Its end goes by the machine's clock, as the
// signature's does.
func NewDownloadLink(ctx context.Context, files *objects.Bucket, object, name string, lifetime time.Duration) (*Body[DownloadLink], error) {
	lifetime = min(lifetime, longestDownloadLink)
	expires := time.Now().Add(lifetime)
	url, err := files.DownloadLink(ctx, object, name, lifetime)
	if err != nil {
		return nil, err
	}
	return NewBody(DownloadLink{URL: url, FileName: name, ExpiresAt: Timestamp(expires)}), nil
}
