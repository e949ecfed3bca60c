// Package objects stores and reads objects in S3 buckets, and creates presigned links. It converts the SDK's errors to
// fault kinds. It does not choose keys: the packages that own the objects do.
package objects

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/kithhq/kith/internal/fault"
)

// Bucket is one bucket. It is safe for concurrent use.
type Bucket struct {
	client  *s3.Client
	presign *s3.PresignClient
	name    string
}

// NewBucket returns the bucket with the name.
func NewBucket(client *s3.Client, name string) *Bucket {
	// The SDK's checksums would have to be passed from part to part and into presigned links. Manifests have our own.
	client = s3.New(client.Options(), func(o *s3.Options) {
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	})
	return &Bucket{client: client, presign: s3.NewPresignClient(client), name: name}
}

// contentType returns the content type for the key's extension.
func contentType(key string) *string {
	switch path.Ext(key) {
	case ".csv":
		return aws.String("text/csv") // UTF-8
	case ".gz":
		return aws.String("application/gzip")
	case ".zip":
		return aws.String("application/zip")
	case ".json":
		return aws.String("application/json")
	default:
		return aws.String("application/octet-stream")
	}
}

// failure converts an SDK error to not found (the object, the upload or a part of it does not exist), conflict (the object
// was replaced) or unavailable. It returns nil for nil.
func failure(operation string, err error) error {
	if err == nil {
		return nil
	}
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return fault.Unavailable(fmt.Errorf("%s: %w", operation, err))
	}
	switch api.ErrorCode() {
	case "NoSuchKey", "NotFound", "NoSuchUpload", "InvalidPart", "InvalidPartOrder", "EntityTooSmall":
		return fmt.Errorf("%s: %w: %w", operation, fault.NotFound("file"), err)
	case "PreconditionFailed":
		return fmt.Errorf("%s: %w: %w", operation, fault.Conflict("file_changed", "The file has changed. Start again."), err)
	default:
		return fault.Unavailable(fmt.Errorf("%s: %w", operation, err))
	}
}

// Put stores an object.
func (b *Bucket) Put(ctx context.Context, key string, body []byte) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: &key, ContentType: contentType(key),
		Body: bytes.NewReader(body),
	})
	return failure("put object", err)
}

// CreateUpload starts a multipart upload and returns its id.
func (b *Bucket) CreateUpload(ctx context.Context, key string) (string, error) {
	out, err := b.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: &b.name, Key: &key,
		ContentType: contentType(key),
	})
	if err != nil {
		return "", failure("create upload", err)
	}
	return aws.ToString(out.UploadId), nil
}

// UploadPart stores a part and returns its entity tag. Numbers start with 1. All parts but the last need at least 5 MiB.
//
// Not found: the upload does not exist.
func (b *Bucket) UploadPart(ctx context.Context, key, upload string, number int, body []byte) (string, error) {
	out, err := b.client.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: &b.name, Key: &key, UploadId: &upload,
		PartNumber: aws.Int32(int32(number)), Body: bytes.NewReader(body),
	})
	if err != nil {
		return "", failure("upload part", err)
	}
	return aws.ToString(out.ETag), nil
}

// CompleteUpload creates the object from its parts, given by their entity tags in order.
//
// Not found: the upload does not exist, or a part has another tag.
func (b *Bucket) CompleteUpload(ctx context.Context, key, upload string, tags []string) error {
	parts := make([]types.CompletedPart, len(tags))
	for i, tag := range tags {
		parts[i] = types.CompletedPart{ETag: aws.String(tag), PartNumber: aws.Int32(int32(i + 1))}
	}
	_, err := b.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &b.name, Key: &key,
		UploadId: &upload, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	return failure("complete upload", err)
}

// AbortUpload deletes the parts of an upload. It succeeds if the upload does not exist.
func (b *Bucket) AbortUpload(ctx context.Context, key, upload string) error {
	_, err := b.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &b.name, Key: &key, UploadId: &upload})
	if err := failure("abort upload", err); !fault.Is(err, fault.KindNotFound) {
		return err
	}
	return nil
}

// List returns all keys with the prefix. Use it only for prefixes with few keys.
func (b *Bucket) List(ctx context.Context, prefix string) ([]string, error) {
	var keys []string
	in := &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &prefix}
	for {
		page, err := b.client.ListObjectsV2(ctx, in)
		if err != nil {
			return nil, failure("list objects", err)
		}
		for _, object := range page.Contents {
			keys = append(keys, aws.ToString(object.Key))
		}
		if !aws.ToBool(page.IsTruncated) {
			return keys, nil
		}
		in.ContinuationToken = page.NextContinuationToken
	}
}

// Delete deletes an object. It succeeds if the object does not exist.
func (b *Bucket) Delete(ctx context.Context, key string) error {
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: &key})
	if err := failure("delete object", err); !fault.Is(err, fault.KindNotFound) {
		return err
	}
	return nil
}

// Open returns a reader of the object from a byte offset on. If tag is not empty, the object must have that entity tag.
//
// Not found: the object does not exist. Conflict: it has another tag.
func (b *Bucket) Open(ctx context.Context, key, tag string, from int64) (io.ReadCloser, error) {
	in := &s3.GetObjectInput{Bucket: &b.name, Key: &key}
	if tag != "" {
		in.IfMatch = &tag
	}
	if from > 0 {
		in.Range = aws.String("bytes=" + strconv.FormatInt(from, 10) + "-")
	}
	out, err := b.client.GetObject(ctx, in)
	if err != nil {
		return nil, failure("open object", err)
	}
	return out.Body, nil
}

// ReadAll returns the content of a small object.
//
// Not found: the object does not exist.
func (b *Bucket) ReadAll(ctx context.Context, key string) ([]byte, error) {
	body, err := b.Open(ctx, key, "", 0)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	all, err := io.ReadAll(body)
	if err != nil {
		return nil, fault.Unavailable(fmt.Errorf("read object: %w", err))
	}
	return all, nil
}

// DownloadLink returns a presigned address from which anyone can download the object until it expires. Browsers save the
// object under the file name, which may contain ASCII letters, digits, dots, hyphens and underscores only.
//
// Internal: the file name contains another character.
func (b *Bucket) DownloadLink(ctx context.Context, key, fileName string, lifetime time.Duration) (string, error) {
	for _, r := range fileName {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_' {
			return "", fault.Internal("download link: file name %q", fileName)
		}
	}
	link, err := b.presign.PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket: &b.name, Key: &key,
		ResponseContentDisposition: aws.String(`attachment; filename="` + fileName + `"`),
		ResponseContentType:        downloadType(fileName),
		ResponseCacheControl:       aws.String("no-store"),
	}, s3.WithPresignExpires(lifetime))
	if err != nil {
		return "", failure("download link", err)
	}
	return link.URL, nil
}

// downloadType returns the content type for a download, with the charset that browsers need for text.
func downloadType(fileName string) *string {
	if path.Ext(fileName) == ".csv" {
		return aws.String("text/csv; charset=utf-8")
	}
	return contentType(fileName)
}

// UploadLink is a presigned request that uploads an object.
type UploadLink struct {
	Method  string
	URL     string
	Headers map[string]string
}

// UploadLink returns a presigned request with which anyone can upload the object until it expires, if it has the size in bytes; 0 for
// any size, of which S3 accepts at most 5 GB.
func (b *Bucket) UploadLink(ctx context.Context, key string, size int64, lifetime time.Duration) (*UploadLink, error) {
	in := &s3.PutObjectInput{Bucket: &b.name, Key: &key, ContentType: contentType(key)}
	if size > 0 {
		in.ContentLength = &size
	}
	link, err := b.presign.PresignPutObject(ctx, in, s3.WithPresignExpires(lifetime))
	if err != nil {
		return nil, failure("upload link", err)
	}
	headers := map[string]string{}
	for name, values := range link.SignedHeader {
		if len(values) > 0 && !slices.Contains([]string{"Host", "Content-Length"}, http.CanonicalHeaderKey(name)) { // clients set these
			headers[http.CanonicalHeaderKey(name)] = values[0]
		}
	}
	return &UploadLink{Method: link.Method, URL: link.URL, Headers: headers}, nil
}
