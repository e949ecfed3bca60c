// Package manager reads the application's secret from AWS Secrets Manager.
package manager

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/kithhq/kith/internal/secret"
)

// NewReader returns a reader of the secret with an ARN. It sends no request before a version is needed.
func NewReader(client *secretsmanager.Client, arn string) *secret.Reader {
	return secret.NewReader(func(ctx context.Context) (string, error) {
		out, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(arn)})
		if err != nil {
			return "", fmt.Errorf("get secret: %w", err)
		}
		if out.SecretString == nil {
			return "", errors.New("get secret: the value is no text")
		}
		return *out.SecretString, nil
	})
}
