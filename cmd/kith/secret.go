package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/secret"
)

//nolint:gosec // G101: a description, no credential
const secretUsage = `usage: kith secret list            print the numbers of the secret's versions
       kith secret add             add a version; within 5 minutes all new hashes and tokens are made with it
       kith secret remove NUMBER   remove a version, after which nothing that was made with it is accepted
       make secret STAGE=prod DO=add

The environment has the secret's ARN, APP_SECRET_ARN, and AWS_REGION and the credentials, such as those of
aws configure export-credentials --format env.
`

// runSecret runs an operator's command about the application's secret and returns the exit status.
func runSecret(args []string, stdout, stderr io.Writer) int {
	var change func(map[int]secret.Version) error
	switch {
	case len(args) == 1 && args[0] == "list":
	case len(args) == 1 && args[0] == "add":
		change = addVersion
	case len(args) == 2 && args[0] == "remove":
		change = func(versions map[int]secret.Version) error { return removeVersion(versions, args[1]) }
	default:
		fmt.Fprint(stderr, secretUsage)
		return 2
	}
	ctx := context.Background()
	cfg := boot.Config[struct {
		ARN string `env:"APP_SECRET_ARN,required"`
	}]()
	versions, err := changeSecret(ctx, secretsmanager.NewFromConfig(boot.AWS(ctx)), cfg.ARN, change)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	numbers := slices.Sorted(maps.Keys(versions))
	fmt.Fprintf(stdout, "Versions: %v. New hashes and tokens are made with version %d.\n", numbers, numbers[len(numbers)-1])
	return 0
}

// changeSecret applies a change, nil for none, to the versions of the secret, stores and returns them.
func changeSecret(
	ctx context.Context, client *secretsmanager.Client, arn string, change func(map[int]secret.Version) error,
) (map[int]secret.Version, error) {
	out, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &arn})
	if err != nil {
		return nil, fmt.Errorf("get secret: %w", err)
	}
	versions, err := secret.Parse(aws.ToString(out.SecretString))
	if err != nil || change == nil {
		return versions, err
	}
	if err := change(versions); err != nil {
		return nil, err
	}
	value, err := secret.Format(versions)
	if err != nil {
		return nil, err
	}
	if _, err := client.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: &arn, SecretString: &value}); err != nil {
		return nil, fmt.Errorf("put secret: %w", err)
	}
	return versions, nil
}

// addVersion adds a random version with the next number.
func addVersion(versions map[int]secret.Version) error {
	random := make([]byte, 48)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	number := slices.Max(slices.Collect(maps.Keys(versions))) + 1
	versions[number] = secret.Version{Number: number, Text: base64.RawURLEncoding.EncodeToString(random)}
	return nil
}

// removeVersion removes an earlier version. The latest one stays: its number must not be given to another text.
func removeVersion(versions map[int]secret.Version, name string) error {
	number, err := strconv.Atoi(name)
	if _, known := versions[number]; err != nil || !known {
		return fmt.Errorf("the secret has no version %s", name)
	}
	if number == slices.Max(slices.Collect(maps.Keys(versions))) {
		return errors.New("the latest version can't be removed. Add another one first")
	}
	delete(versions, number)
	return nil
}
