package testserver

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// AWS is a server (moto) that plays S3, STS, IAM and KMS of many accounts. It is no
// AWS: what it decides, and what the patch in moto/serve.py decides in its
// place, is written there.
type AWS struct {
	Endpoint string // http://127.0.0.1:PORT, for all services
}

// Moto returns the AWS server that all tests of the process share. Tests tell
// their accounts apart by numbers of their own.
func Moto(t testing.TB) AWS {
	t.Helper()
	i, err := moto()
	need(t, err)
	return AWS{Endpoint: fmt.Sprintf("http://127.0.0.1:%d", i.port)}
}

// Enforce makes the server check signatures and policies until the test ends.
// Before it, everybody may do everything, and who assumes any role of an account
// acts in that account. Tests that call it must not run in parallel.
func (a AWS) Enforce(t testing.TB) {
	t.Helper()
	if err := a.free(0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.free(unlimited); err != nil {
			t.Error(err)
		}
	})
}

// Credentials are those of somebody in one account.
type Credentials struct{ AccessKeyID, SecretAccessKey, SessionToken string }

// Enter returns the credentials of somebody who may do everything in an account,
// which the server gives as long as it checks nothing.
func (a AWS) Enter(t testing.TB, account string) Credentials {
	t.Helper()
	answer := a.call(t, "anybody", "sts", "2011-06-15", "AssumeRole", "RoleArn", "arn:aws:iam::"+account+":role/bootstrap", "RoleSessionName", "test")
	return Credentials{XMLElement(t, answer, "AccessKeyId"), XMLElement(t, answer, "SecretAccessKey"), XMLElement(t, answer, "SessionToken")}
}

// IAM calls the IAM of the account that the credentials are of; parameters are
// names and values by turns. It returns the answer's XML.
func (a AWS) IAM(t testing.TB, who Credentials, action string, parameters ...string) string {
	t.Helper()
	return a.call(t, who.AccessKeyID, "iam", "2010-05-08", action, parameters...)
}

// call calls a service by the query protocol.
func (a AWS) call(t testing.TB, accessKey, service, version, action string, parameters ...string) string {
	t.Helper()
	form := url.Values{"Action": {action}, "Version": {version}}
	for i := 0; i < len(parameters); i += 2 {
		form.Set(parameters[i], parameters[i+1])
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.Endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	// moto finds service and account by this header; without its checks the
	// signature does not matter.
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+accessKey+"/20260101/us-east-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	request.Close = true // leave no connection open behind the test
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v\n%s", action, response.Status, err, body)
	}
	return string(body)
}

// XMLElement returns the text of the first element with a name.
func XMLElement(t testing.TB, xml, name string) string {
	t.Helper()
	_, rest, begun := strings.Cut(xml, "<"+name+">")
	value, _, ended := strings.Cut(rest, "<")
	if !begun || !ended {
		t.Fatalf("no %s in %s", name, xml)
	}
	return value
}

// Reset empties the server.
func (a AWS) Reset(t testing.TB) {
	response, err := http.Post(a.Endpoint+"/moto-api/reset", "", nil)
	if err != nil {
		t.Error(err)
		return
	}
	response.Body.Close()
}

// unlimited is more requests than all tests make.
const unlimited = 1 << 30

// free lets that many requests pass without a check.
func (a AWS) free(requests int) error {
	response, err := http.Post(a.Endpoint+"/moto-api/reset-auth", "text/plain", strings.NewReader(strconv.Itoa(requests)))
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("moto answers %s when its checks are switched", response.Status)
	}
	return nil
}

// moto starts the server of this process, once.
var moto = sync.OnceValues(func() (instance, error) {
	return server{name: "moto", command: motoCommand, ready: motoReady, patience: time.Minute}.start()
})

//go:embed moto/serve.py
var motoProgram []byte

func motoCommand(dir string, port int) ([]string, error) {
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	venv := filepath.Join(cache, "moto-5.2.5") // as install/servers/moto.sh names it
	if _, err := os.Stat(filepath.Join(venv, "complete")); err != nil {
		return nil, &missing{"moto", "no Python environment " + venv}
	}
	program := filepath.Join(dir, "serve.py")
	if err := os.WriteFile(program, motoProgram, 0o600); err != nil {
		return nil, err
	}
	return []string{filepath.Join(venv, "bin", "python"), program, strconv.Itoa(port)}, nil
}

func motoReady(ctx context.Context, _ string, port int) error {
	return answers(ctx, fmt.Sprintf("http://127.0.0.1:%d/moto-api/", port))
}
