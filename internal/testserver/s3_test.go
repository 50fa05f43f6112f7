package testserver

import (
	"context"
	"net/http"
	"testing"
)

func TestS3Servers(t *testing.T) {
	for name, endpoint := range map[string]func(*testing.T) string{
		"versitygw": func(t *testing.T) string { return S3(t).Endpoint },
		"moto":      func(t *testing.T) string { return Moto(t).Endpoint },
	} {
		t.Run(name, func(t *testing.T) {
			response, err := http.Get(endpoint(t) + "/")
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
		})
	}
}

// TestEnforce holds that a request without a signature passes only while the
// server checks nothing.
func TestEnforce(t *testing.T) {
	aws := Moto(t)
	list := func() error { return answers(context.Background(), aws.Endpoint+"/") }
	if err := list(); err != nil {
		t.Error(err)
	}
	t.Run("enforced", func(t *testing.T) {
		aws.Enforce(t)
		if list() == nil {
			t.Error("a request without a signature was served")
		}
	})
	if err := list(); err != nil {
		t.Errorf("after the test: %v", err)
	}
}

func TestGatewayUser(t *testing.T) {
	S3(t).AddUser(t, "somebody", "somebody-secret")
}
