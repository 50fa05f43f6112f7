package s3_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/sources/s3"
)

// The accounts of the tests: the scanner's and two whose data it reads.
const (
	scannerAccount = "111111111111"
	accountA       = "222222222222"
	accountB       = "333333333333"
)

const (
	roleName   = "assay-scanner"
	externalID = "company-7731"
)

// company is three accounts on one server, with a bucket in each of the two that
// are not the scanner's.
type company struct {
	aws      testserver.AWS
	calls    *counter
	endpoint string // of the counter, in front of the server
}

// newCompany builds the accounts with the policies of docs/sources/s3.md, lets
// the server check from now on, and makes the scanner's the credentials that the
// source finds.
func newCompany(t *testing.T) company {
	t.Helper()
	c := company{aws: testserver.Moto(t)}
	c.calls = newCounter(t, c.aws.Endpoint)
	c.endpoint = c.calls.URL
	trust := strings.ReplaceAll(documented(t, "trust"), "role/assay-service", "user/scanner")
	for _, account := range []string{accountA, accountB} {
		who := c.aws.Enter(t, account)
		c.aws.IAM(t, who, "CreateRole", "RoleName", roleName, "AssumeRolePolicyDocument", trust)
		c.aws.IAM(t, who, "PutRolePolicy", "RoleName", roleName, "PolicyName", "read", "PolicyDocument", documented(t, "role"))
		client := admin(c.aws.Endpoint, who.AccessKeyID, who.SecretAccessKey, who.SessionToken)
		name := "data-of-" + account
		if _, err := client.CreateBucket(t.Context(), &awss3.CreateBucketInput{Bucket: &name}); err != nil {
			t.Fatal(err)
		}
		_, err := client.PutObject(t.Context(), &awss3.PutObjectInput{Bucket: &name, Key: aws.String("people.csv"),
			Body: strings.NewReader("id,name\n1,somebody of " + account + "\n"), Tagging: aws.String("team=data"), Metadata: map[string]string{"origin": "crm"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	who := c.aws.Enter(t, scannerAccount)
	c.aws.IAM(t, who, "CreateUser", "UserName", "scanner")
	c.aws.IAM(t, who, "PutUserPolicy", "UserName", "scanner", "PolicyName", "scan", "PolicyDocument", documented(t, "scanner"))
	keys := c.aws.IAM(t, who, "CreateAccessKey", "UserName", "scanner")
	as(t, testserver.XMLElement(t, keys, "AccessKeyId"), testserver.XMLElement(t, keys, "SecretAccessKey"), "")
	c.aws.Enforce(t)
	t.Cleanup(func() { c.aws.Reset(t) })
	return c
}

func (c company) uri(accounts ...string) string {
	return "s3://?endpoint=" + c.endpoint + "&role=" + roleName + "&accounts=" + strings.Join(accounts, ",")
}

func TestAcrossAccounts(t *testing.T) {
	c := newCompany(t)
	t.Run("without the role", func(t *testing.T) {
		s := open(t, "s3://data-of-"+accountA+"/?endpoint="+c.endpoint, s3.Options{})
		assets, errs := list(t, s)
		if err := errs[idOf("data-of-"+accountA, "")]; len(assets) != 0 || assay.Explain(err) != assay.ReasonDenied {
			t.Errorf("listing gave %v and %v, want denied", assets, err)
		}
		_, _, err := sample(t.Context(), s, object(idOf("data-of-"+accountA, "people.csv")), assay.Plan{})
		if assay.Explain(err) != assay.ReasonDenied {
			t.Errorf("sampling without the role: %v, want denied", err)
		}
	})
	t.Run("with the role", func(t *testing.T) {
		c.calls.reset()
		s := open(t, c.uri(accountA, accountB), s3.Options{ExternalID: externalID})
		assets, errs := list(t, s)
		if len(errs) != 0 || len(assets) != 2 {
			t.Fatalf("listing gave %v and %v", assets, errs)
		}
		for i, account := range []string{accountA, accountB} {
			values, _, err := sample(t.Context(), s, assets[i], assay.Plan{})
			if err != nil || len(values["name"]) != 1 || values["name"][0] != "somebody of "+account {
				t.Errorf("account %s: %v, %v", account, values, err)
			}
			if a := assets[i].Attributes; a["tag.team"] != "data" || a["metadata.origin"] != "crm" || a["account"] != account {
				t.Errorf("attributes %v", a)
			}
		}
		c.checkSessions(t)
		if n := c.calls.count("AssumeRole"); n != 2 {
			t.Errorf("%d sessions were begun for two accounts: they are not cached", n)
		}
	})
	t.Run("wrong external id", func(t *testing.T) {
		s := open(t, c.uri(accountA), s3.Options{ExternalID: "somebody-else"})
		_, errs := list(t, s)
		err := errs["s3://account-"+accountA]
		if assay.Explain(err) != assay.ReasonDenied || !strings.Contains(fmt.Sprint(err), "external id") {
			t.Errorf("listing: %v, want denied with a hint", errs)
		}
	})
	t.Run("account that was not configured", func(t *testing.T) {
		s := open(t, c.uri(accountA), s3.Options{ExternalID: externalID})
		a := object(idOf("data-of-"+accountB, "people.csv"))
		a.Attributes = map[string]string{"account": accountB}
		if _, _, err := sample(t.Context(), s, a, assay.Plan{}); assay.Explain(err) != assay.ReasonDenied {
			t.Errorf("a task made the scanner take a role of another account: %v", err)
		}
		a.Attributes["account"] = accountA // B's bucket with A's session
		if _, _, err := sample(t.Context(), s, a, assay.Plan{}); assay.Explain(err) != assay.ReasonDenied {
			t.Errorf("A's session read B's bucket: %v", err)
		}
	})
}

// checkSessions checks that each bucket was only asked for with the session of
// its own account, and that every request named the account as its owner.
func (c company) checkSessions(t *testing.T) {
	t.Helper()
	accountOf := map[string]string{} // by access key
	for _, r := range c.calls.all() {
		bucket := strings.Split(strings.TrimPrefix(r.path, "/"), "/")[0]
		account, ok := strings.CutPrefix(bucket, "data-of-")
		if !ok {
			continue
		}
		if r.owner != account {
			t.Errorf("a request for %s names %q as the owner", bucket, r.owner)
		}
		if known, ok := accountOf[r.accessKey]; ok && known != account {
			t.Errorf("one session was used for account %s and account %s", known, account)
		}
		accountOf[r.accessKey] = account
	}
	if len(accountOf) != 2 {
		t.Errorf("%d sessions were used, want 2", len(accountOf))
	}
}

// TestSessionRenewed makes sessions count as ending two seconds after they
// began: the server has no end of sessions, so it is the source that is tested.
func TestSessionRenewed(t *testing.T) {
	c := newCompany(t)
	const session = 15 * time.Minute
	s := open(t, c.uri(accountA), s3.Options{ExternalID: externalID, Session: session, Renew: session - 2*time.Second})
	a := object(idOf("data-of-"+accountA, "people.csv"))
	read := func() {
		t.Helper()
		if _, _, err := sample(t.Context(), s, a, assay.Plan{}); err != nil {
			t.Error(err)
		}
	}
	read()
	read()
	if n := c.calls.count("AssumeRole"); n != 1 {
		t.Errorf("%d sessions for two reads in a row", n)
	}
	time.Sleep(2500 * time.Millisecond)
	read()
	if n := c.calls.count("AssumeRole"); n != 2 {
		t.Errorf("%d sessions after the first should have been renewed, want 2", n)
	}
	keys := map[string]bool{}
	for _, r := range c.calls.all() {
		if strings.HasPrefix(r.path, "/data-of-") {
			keys[r.accessKey] = true
		}
	}
	if len(keys) != 2 {
		t.Errorf("reads used %d sessions, want 2", len(keys))
	}
}
