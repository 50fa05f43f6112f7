package seal

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

// KMS is a symmetric key of AWS KMS, which never leaves KMS. The process needs
// kms:Encrypt on it to seal and kms:Decrypt to open. KMS rotates the key's
// material by itself and still decrypts what older material encrypted.
type KMS struct {
	client *kms.Client
	arn    string
}

var _ Key = (*KMS)(nil)

// OpenKMS returns the key of that ARN, with the credentials that the AWS SDK
// finds for the process. It asks KMS nothing yet.
func OpenKMS(ctx context.Context, keyARN string) (*KMS, error) {
	parsed, err := arn.Parse(keyARN)
	if err != nil || parsed.Service != "kms" {
		return nil, fmt.Errorf("open key %q: it is no ARN of a KMS key (arn:aws:kms:REGION:ACCOUNT:key/ID)", keyARN)
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(parsed.Region))
	if err != nil {
		return nil, fmt.Errorf("open key %s: %w", keyARN, err)
	}
	return NewKMS(kms.NewFromConfig(cfg), keyARN), nil
}

// NewKMS returns the key of that ARN on a client.
func NewKMS(client *kms.Client, keyARN string) *KMS { return &KMS{client, keyARN} }

// ID implements Key: it is the key's ARN.
func (k *KMS) ID() string { return k.arn }

// Opens implements Key.
func (k *KMS) Opens(id string) bool { return id == k.arn }

// EncryptWithContext asks KMS to encrypt.
func (k *KMS) EncryptWithContext(ctx context.Context, plaintext, associated []byte) ([]byte, error) {
	out, err := k.client.Encrypt(ctx, &kms.EncryptInput{
		KeyId: aws.String(k.arn), Plaintext: plaintext, EncryptionContext: kmsContext(associated),
	})
	if err != nil {
		return nil, err
	}
	return out.CiphertextBlob, nil
}

// DecryptWithContext asks KMS to decrypt.
func (k *KMS) DecryptWithContext(ctx context.Context, ciphertext, associated []byte) ([]byte, error) {
	out, err := k.client.Decrypt(ctx, &kms.DecryptInput{
		KeyId: aws.String(k.arn), CiphertextBlob: ciphertext, EncryptionContext: kmsContext(associated),
	})
	if err != nil {
		return nil, err
	}
	return out.Plaintext, nil
}

// kmsContext is the associated data as KMS takes it; CloudTrail logs it.
func kmsContext(associated []byte) map[string]string {
	return map[string]string{"associatedData": hex.EncodeToString(associated)}
}
