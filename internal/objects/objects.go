// Package objects keeps files in S3 buckets: whole, part by part, read from somewhere on, and handed out by presigned
// links. Errors of the SDK become fault kinds here and go no further.
package objects

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
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

// NewBucket returns the bucket of a name.
func NewBucket(client *s3.Client, name string) *Bucket {
	// The SDK's own checksums would have to be carried from part to part and into presigned links. Files have ours.
	client = s3.New(client.Options(), func(o *s3.Options) {
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	})
	return &Bucket{client: client, presign: s3.NewPresignClient(client), name: name}
}

// contentType goes by the key's ending.
func contentType(key string) *string {
	switch path.Ext(key) {
	case ".csv":
		return aws.String("text/csv") // all of ours and all that are uploaded are UTF-8
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

// failure turns an SDK error into not found (the object, the upload or a part of it is gone), conflict (the object is
// another one by now) or unavailable. It returns nil for nil.
func failure(doing string, err error) error {
	if err == nil {
		return nil
	}
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return fault.Unavailable(fmt.Errorf("%s: %w", doing, err))
	}
	switch api.ErrorCode() {
	case "NoSuchKey", "NotFound", "NoSuchUpload", "InvalidPart", "InvalidPartOrder", "EntityTooSmall":
		return fmt.Errorf("%s: %w: %w", doing, fault.NotFound("file"), err)
	case "PreconditionFailed":
		return fmt.Errorf("%s: %w: %w", doing, fault.Conflict("file_changed", "The file was changed meanwhile."), err)
	default:
		return fault.Unavailable(fmt.Errorf("%s: %w", doing, err))
	}
}

// Put stores an object in one piece.
func (b *Bucket) Put(ctx context.Context, key string, body []byte) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: &key, ContentType: contentType(key),
		Body: bytes.NewReader(body),
	})
	return failure("put object", err)
}

// CreateUpload starts an object that is stored part by part, and returns the name of the upload.
func (b *Bucket) CreateUpload(ctx context.Context, key string) (string, error) {
	out, err := b.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: &b.name, Key: &key,
		ContentType: contentType(key),
	})
	if err != nil {
		return "", failure("begin upload", err)
	}
	return aws.ToString(out.UploadId), nil
}

// UploadPart stores a part, counted from 1, of at least 5 MiB unless it is the last one. It returns the part's tag.
// Not found: the upload is gone.
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

// CompleteUpload makes the object of its parts. Not found: the upload is gone, or a part of it is another one by now.
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

// AbortUpload frees the parts of an upload. An upload that is gone is fine.
func (b *Bucket) AbortUpload(ctx context.Context, key, upload string) error {
	_, err := b.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &b.name, Key: &key, UploadId: &upload})
	if err := failure("abort upload", err); !fault.Is(err, fault.KindNotFound) {
		return err
	}
	return nil
}

// List returns the keys that begin with a prefix: all of them, so only for prefixes with few.
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

// Delete removes an object. One that is gone is fine.
func (b *Bucket) Delete(ctx context.Context, key string) error {
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: &key})
	if err := failure("remove object", err); !fault.Is(err, fault.KindNotFound) {
		return err
	}
	return nil
}

// Open reads an object from a byte on. With a tag, only the object that has it. Not found: there is none. Conflict: it
// was replaced meanwhile.
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

// ReadAll returns a small object. Not found: there is none.
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

// DownloadLink returns an address that anyone may download an object from for as long as life. The browser saves it
// under the file name, which may hold ASCII letters, digits, dots, hyphens and underscores only.
func (b *Bucket) DownloadLink(ctx context.Context, key, fileName string, life time.Duration) (string, error) {
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
	}, s3.WithPresignExpires(life))
	if err != nil {
		return "", failure("download link", err)
	}
	return link.URL, nil
}

// downloadType is a file's content type, with what browsers have to know of texts.
func downloadType(fileName string) *string {
	if path.Ext(fileName) == ".csv" {
		return aws.String("text/csv; charset=utf-8")
	}
	return contentType(fileName)
}

// UploadLink is an address that an object may be uploaded to, with what the request must carry.
type UploadLink struct {
	Method  string
	URL     string
	Headers map[string]string
}

// UploadLink returns where an object may be put for as long as life.
func (b *Bucket) UploadLink(ctx context.Context, key string, life time.Duration) (*UploadLink, error) {
	link, err := b.presign.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: &b.name, Key: &key, ContentType: contentType(key)},
		s3.WithPresignExpires(life))
	if err != nil {
		return nil, failure("upload link", err)
	}
	headers := map[string]string{}
	for name, values := range link.SignedHeader {
		if len(values) > 0 && http.CanonicalHeaderKey(name) != "Host" {
			headers[http.CanonicalHeaderKey(name)] = values[0]
		}
	}
	return &UploadLink{Method: link.Method, URL: link.URL, Headers: headers}, nil
}
