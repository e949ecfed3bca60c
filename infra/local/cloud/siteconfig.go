package cloud

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/kithhq/kith/infra/local/site"
)

// configFile is the file from which the pages read the addresses of the API and the issuer. On AWS it is uploaded with the
// pages.
const configFile = "config.json"

// readWithConfig returns a function that reads objects for a site and generates configFile.
func (c *cloud) readWithConfig(p *plan) func(ctx context.Context, bucket, key string) (site.Object, error) {
	return func(ctx context.Context, bucket, key string) (site.Object, error) {
		if key != configFile {
			return c.readObject(ctx, bucket, key)
		}
		info := c.describe(p)
		body, err := json.Marshal(map[string]string{
			"api": info.API, "issuer": info.Issuer, "client_id": info.ClientID, "scope": info.Scope, "audience": info.Audience,
		})
		if err != nil {
			return site.Object{}, fmt.Errorf("encode %s: %w", configFile, err)
		}
		return site.Object{Body: body, ContentType: "application/json", CacheControl: "no-store"}, nil
	}
}
