// Package objects runs the object store of the local cloud: versitygw on a folder, with the template's buckets, their CORS
// rules and the functions that are invoked when an object is created. It checks signatures, and the expiry of presigned
// links by the machine's clock.
package objects

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/kithhq/kith/infra/local/program"
)

// Bucket is a bucket of the template: the properties that the store supports.
type Bucket struct {
	Name string
	CORS []CORSRule
}

// CORSRule allows pages of other origins to use a bucket.
type CORSRule struct {
	Origins, Methods, Headers, Expose []string
	// MaxAge is the number of seconds for which a browser caches the response.
	MaxAge int
}

// Config configures the store.
type Config struct {
	// Address is the address to listen on, 127.0.0.1:0 for a free port. It must be an IP address: with a host name, the
	// SDK would use bucket subdomains.
	Address string
	// Folder holds the objects.
	Folder         string
	Region         string
	Access, Secret string
	Buckets        []Bucket
	Notifications  []Notification
	Clock          Clock
	Invoker        Invoker
	Log            io.Writer
	// Crashed, if set, is called when the store ends unexpectedly.
	Crashed func(error)
}

// Store is a running object store.
type Store struct {
	c        Config
	endpoint string
	program  *program.Program
	events   *receiver
	client   *s3.Client
}

// Start starts the store and creates the buckets that are missing.
func Start(ctx context.Context, c Config) (*Store, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	address, err := program.Address(ctx, c.Address)
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(c.Folder)
	if err != nil {
		return nil, fmt.Errorf("folder of the object store: %w", err)
	}
	err = os.MkdirAll(folder, 0o700)
	if err != nil {
		return nil, fmt.Errorf("folder of the object store: %w", err)
	}
	s := &Store{c: c, endpoint: "http://" + address}
	s.client = s3.New(s3.Options{
		BaseEndpoint: aws.String(s.endpoint), Region: c.Region, UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: c.Access, SecretAccessKey: c.Secret}, nil
		}),
	})
	s.events, err = s.startReceiver(ctx)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(settings{ //nolint:gosec // local keys without access to AWS, for our child process
		Address: address, Folder: folder, Region: c.Region, Access: c.Access, Secret: c.Secret, Events: s.events.url,
	})
	if err == nil {
		s.program, err = program.Start(ctx, program.Spec{
			Name: "s3", Path: self, Env: []string{settingsVar + "=" + string(text)}, Ready: s.ready, Log: c.Log, Crashed: c.Crashed,
		})
	}
	if err == nil {
		err = s.createBuckets(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.endpoint+health, nil)
	if err != nil {
		return fmt.Errorf("ask the object store: %w", err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask the object store: %w", err)
	}
	err = res.Body.Close()
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("the object store answers %s", res.Status)
	}
	return err
}

// createBuckets creates the buckets that are missing and sets the CORS rules of all.
func (s *Store) createBuckets(ctx context.Context) error {
	for _, b := range s.c.Buckets {
		_, err := s.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String(b.Name)})
		var missing *types.NotFound
		if errors.As(err, &missing) {
			_, err = s.client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(b.Name)})
		}
		if err != nil {
			return fmt.Errorf("create bucket %s: %w", b.Name, err)
		}
		if len(b.CORS) == 0 {
			_, err = s.client.DeleteBucketCors(ctx, &s3.DeleteBucketCorsInput{Bucket: aws.String(b.Name)})
		} else {
			_, err = s.client.PutBucketCors(ctx, &s3.PutBucketCorsInput{
				Bucket: aws.String(b.Name), CORSConfiguration: &types.CORSConfiguration{CORSRules: corsRules(b.CORS)},
			})
		}
		if err != nil {
			return fmt.Errorf("set the CORS rules of bucket %s: %w", b.Name, err)
		}
	}
	return nil
}

func corsRules(list []CORSRule) []types.CORSRule {
	var out []types.CORSRule
	for _, r := range list {
		rule := types.CORSRule{AllowedOrigins: r.Origins, AllowedMethods: r.Methods, AllowedHeaders: r.Headers, ExposeHeaders: r.Expose}
		if r.MaxAge > 0 {
			rule.MaxAgeSeconds = aws.Int32(int32(r.MaxAge))
		}
		out = append(out, rule)
	}
	return out
}

// Endpoint returns the store's URL.
func (s *Store) Endpoint() string { return s.endpoint }

// Client returns an S3 client for the store.
func (s *Store) Client() *s3.Client { return s.client }

// Put writes an object.
func (s *Store) Put(ctx context.Context, bucket, key string, body []byte) error {
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(key), Body: bytes.NewReader(body)})
	if err != nil {
		return fmt.Errorf("write object %s of bucket %s: %w", key, bucket, err)
	}
	return nil
}

// Restart kills the store, as a crash would, and starts it again on its folder.
func (s *Store) Restart(ctx context.Context) error { return s.program.Restart(ctx) }

// Close stops the store. The objects stay.
func (s *Store) Close() error {
	var errs []error
	if s.program != nil {
		errs = append(errs, s.program.Close())
	}
	return errors.Join(append(errs, s.events.close())...)
}
