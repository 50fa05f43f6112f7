package seal_test

import (
	"strings"
	"testing"

	"example.com/assay/internal/testserver"
	"example.com/assay/seal"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

const region = "eu-central-1"

// kmsClient returns a client of the test server's KMS.
func kmsClient(t *testing.T) *kms.Client {
	t.Helper()
	server := testserver.Moto(t)
	t.Setenv("AWS_ENDPOINT_URL", server.Endpoint)
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	cfg, err := config.LoadDefaultConfig(t.Context(), config.WithRegion(region),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("test", "test", "")))
	if err != nil {
		t.Fatal(err)
	}
	return kms.NewFromConfig(cfg)
}

func kmsKey(t *testing.T, client *kms.Client) string {
	t.Helper()
	made, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{Description: aws.String(t.Name())})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(made.KeyMetadata.Arn)
}

// TestKMS seals with a key of KMS, and moves from a file to it and to another.
func TestKMS(t *testing.T) {
	client := kmsClient(t)
	first, second := kmsKey(t, client), kmsKey(t, client)
	file, path := newFile(t)
	inFile := sealOne(t, newSealer(t, file))

	s, err := seal.Open(t.Context(), "aws-kms:"+first, "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	sealed := sealOne(t, s)
	wantOpen(t, s, sealed)
	wantOpen(t, s, inFile)
	if id, err := seal.KeyOf(sealed); err != nil || id != first {
		t.Errorf("sealed with %s, %v; want %s", id, err, first)
	}
	moved, changed, err := s.Rewrap(t.Context(), inFile)
	if err != nil || !changed {
		t.Fatalf("rewrapped: %v, %v", changed, err)
	}
	wantOpen(t, newSealer(t, seal.NewKMS(client, first)), moved)

	if _, err := newSealer(t, seal.NewKMS(client, second)).Open(t.Context(), sealed, place...); err == nil || !strings.Contains(err.Error(), first) {
		t.Errorf("opened with another key: %v", err)
	}
}

// TestKMSRefuses: where KMS refuses the key nothing is sealed or opened, and the
// error says which key it was.
func TestKMSRefuses(t *testing.T) {
	client := kmsClient(t)
	id := kmsKey(t, client)
	s := newSealer(t, seal.NewKMS(client, id[:len(id)-12]+"000000000000"))
	if _, err := s.Seal(t.Context(), []byte(content), place...); err == nil || !strings.Contains(err.Error(), "000000000000") {
		t.Errorf("got %v, want the name of the key", err)
	}
	// The data key is bound to its purpose: what else the key encrypted is none.
	key := seal.NewKMS(client, id)
	other, err := key.EncryptWithContext(t.Context(), []byte(content), []byte("something else"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := key.DecryptWithContext(t.Context(), other, []byte("assay data key 1")); err == nil {
		t.Error("KMS opened a ciphertext for another purpose")
	}
}
