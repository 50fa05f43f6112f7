package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/beltran/gohive"
	"github.com/google/go-cmp/cmp"

	"example.com/assay/internal/testserver"
	"example.com/assay/report"
)

// estate is one company's data in all stores, on real servers, with what a
// scanner needs to read it and no more. Every store holds e-mail addresses in one
// place and none in another.
type estate struct {
	stores map[string]estateStore
}

type estateStore struct {
	uri      string
	options  map[string]string
	password string   // apart from the URI
	holds    []string // where addresses are: the end of an asset's id, and the field
	clean    string   // the same of a place without any
}

// target is what a command line would have.
func (s estateStore) target(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(s.uri)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	for name, value := range s.options {
		query.Set(name, value)
	}
	u.RawQuery = query.Encode()
	if s.password != "" {
		u.User = url.UserPassword(u.User.Username(), s.password)
	}
	return u.String()
}

// estatePassword is the password, or the end of it, of the scanner everywhere.
const estatePassword = "plantedscanner-password"

func newEstate(t *testing.T) estate {
	t.Helper()
	return estate{map[string]estateStore{
		"objects": estateObjects(t), "warehouse": estateWarehouse(t), "logs": estateLogs(t), "shop": estateShop(t),
	}}
}

// mail is the address of the i-th person.
func mail(i int) string { return fmt.Sprintf("person%d@company.com", i) }

// estateObjects makes buckets in two accounts that are not the scanner's, with
// the policies of docs/sources/s3.md.
func estateObjects(t *testing.T) estateStore {
	t.Helper()
	cloud := testserver.Moto(t)
	t.Cleanup(func() { cloud.Reset(t) })
	trust := strings.ReplaceAll(documentedPolicy(t, "trust"), "role/assay-service", "user/scanner")
	accounts := []string{"222222222222", "333333333333"}
	for i, account := range accounts {
		who := cloud.Enter(t, account)
		cloud.IAM(t, who, "CreateRole", "RoleName", "assay-scanner", "AssumeRolePolicyDocument", trust)
		cloud.IAM(t, who, "PutRolePolicy", "RoleName", "assay-scanner", "PolicyName", "read", "PolicyDocument", documentedPolicy(t, "role"))
		client := s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: &cloud.Endpoint, UsePathStyle: true,
			Credentials: credentials.NewStaticCredentialsProvider(who.AccessKeyID, who.SecretAccessKey, who.SessionToken)})
		bucket, content := "bucket-of-"+account, "id,contact\n1,"+mail(1)+"\n2,"+mail(2)+"\n"
		if i > 0 {
			content = "id,colour\n1,red\n2,blue\n"
		}
		if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("people.csv"), Body: strings.NewReader(content)}); err != nil {
			t.Fatal(err)
		}
	}
	who := cloud.Enter(t, "111111111111")
	cloud.IAM(t, who, "CreateUser", "UserName", "scanner")
	cloud.IAM(t, who, "PutUserPolicy", "UserName", "scanner", "PolicyName", "scan", "PolicyDocument", documentedPolicy(t, "scanner"))
	keys := cloud.IAM(t, who, "CreateAccessKey", "UserName", "scanner")
	t.Setenv("AWS_ACCESS_KEY_ID", testserver.XMLElement(t, keys, "AccessKeyId"))
	t.Setenv("AWS_SECRET_ACCESS_KEY", testserver.XMLElement(t, keys, "SecretAccessKey"))
	t.Setenv("ASSAY_S3_EXTERNAL_ID", "company-7731") // as the trust policy has it
	cloud.Enforce(t)
	return estateStore{
		uri:     "s3://",
		options: map[string]string{"endpoint": cloud.Endpoint, "role": "assay-scanner", "accounts": strings.Join(accounts, ",")},
		holds:   []string{"bucket-of-222222222222/people.csv contact"},
		clean:   "bucket-of-333333333333/people.csv colour",
	}
}

// documentedPolicy returns a policy of docs/sources/s3.md.
func documentedPolicy(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/sources/s3.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```json "+name+"\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatalf("docs/sources/s3.md has no block %q", name)
	}
	return block
}

// estateWarehouse makes a table whose latest partition holds addresses, and one
// whose older partition does.
func estateWarehouse(t *testing.T) estateStore {
	t.Helper()
	server := testserver.Hive(t)
	host, port, _ := strings.Cut(server.Address, ":")
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	o := gohive.NewConnectConfiguration()
	o.Username, o.Password, o.PollIntervalInMillis = server.Admin, server.Admin+"-password", 20
	conn, err := gohive.Connect(host, number, "CUSTOM", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	do := func(statement string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		c := conn.Cursor()
		defer c.Close()
		if c.Exec(ctx, statement); c.Err != nil {
			t.Fatalf("%s: %v", statement, c.Err)
		}
	}
	do("SET ROLE ADMIN")
	do("CREATE DATABASE estate")
	t.Cleanup(func() { do("DROP DATABASE estate CASCADE") })
	for table, dayOfMail := range map[string]string{"leads": "2026-03-02", "archive": "2026-03-01"} {
		folder := filepath.Join(server.Files, "estate", table)
		do("CREATE EXTERNAL TABLE estate." + table + " (id INT, contact STRING) PARTITIONED BY (ds STRING)" +
			` ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t' LOCATION 'file:` + folder + "'")
		for _, day := range []string{"2026-03-01", "2026-03-02"} {
			content := "1\tnone\n2\tnone\n"
			if day == dayOfMail {
				content = "1\t" + mail(1) + "\n2\t" + mail(2) + "\n"
			}
			write(t, filepath.Join(folder, day, "rows"), content)
			do("ALTER TABLE estate." + table + " ADD PARTITION (ds='" + day + "') LOCATION 'file:" + filepath.Join(folder, day) + "'")
		}
		do("GRANT SELECT ON TABLE estate." + table + " TO USER plantedscanner")
	}
	return estateStore{
		uri: "hive://plantedscanner@" + server.Address + "/estate", options: map[string]string{"metastore": server.Metastore}, password: estatePassword,
		holds: []string{"estate/leads contact"}, clean: "estate/archive contact",
	}
}

// estateLogs makes the logs of two services, in one of which a single line of a
// rare logging point has an address.
func estateLogs(t *testing.T) estateStore {
	t.Helper()
	address := testserver.Elasticsearch(t)
	var bulk bytes.Buffer
	enc := json.NewEncoder(&bulk)
	for i := range 3000 {
		line := map[string]any{"@timestamp": "2026-03-01T12:00:00Z", "service": []string{"checkout", "search"}[i%2],
			"caller": fmt.Sprintf("main.go:%d", i%20), "message": "handled a request"}
		if i == 1234 {
			line["caller"], line["message"] = "rare.go:1", "could not reach "+mail(1)
		}
		bulk.WriteString(`{"create":{}}` + "\n")
		if err := enc.Encode(line); err != nil {
			t.Fatal(err)
		}
	}
	post := func(method, path string, body []byte) {
		t.Helper()
		request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), method, address+path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if response.Body.Close(); response.StatusCode >= 300 {
			t.Fatalf("%s: %s", path, response.Status)
		}
	}
	post("POST", "/estate-logs/_bulk?refresh=true", bulk.Bytes())
	t.Cleanup(func() { post("DELETE", "/estate-logs", nil) })
	return estateStore{
		uri: "es://" + strings.TrimPrefix(address, "http://"), options: map[string]string{"index": "estate-*"},
		holds: []string{"checkout/2026-03-01 message"}, clean: "search/2026-03-01 message",
	}
}

// estateShop makes two tables of PostgreSQL.
func estateShop(t *testing.T) estateStore {
	t.Helper()
	server := testserver.Postgres(t)
	db := server.Open(t)
	if _, err := db.Exec(t.Context(), `
		CREATE TABLE customers (id SERIAL PRIMARY KEY, payload JSONB);
		INSERT INTO customers (payload) SELECT jsonb_build_object('mail', 'person' || i || '@company.com') FROM generate_series(1, 2000) i;
		CREATE TABLE colours (id SERIAL PRIMARY KEY, name TEXT); INSERT INTO colours (name) VALUES ('red'), ('blue');
		CREATE USER plantedscanner PASSWORD '`+estatePassword+`'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO plantedscanner`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec(context.Background(), "DROP OWNED BY plantedscanner; DROP USER plantedscanner"); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server.URI("plantedscanner", ""))
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User("plantedscanner")
	return estateStore{uri: u.String(), password: estatePassword, holds: []string{"public/customers payload.$.mail"}, clean: "public/colours name"}
}

// place is how estateStore writes where something is.
func (e estate) place(asset, field string) string {
	for _, s := range e.stores {
		for _, p := range append(slices.Clone(s.holds), s.clean) {
			if end, f, _ := strings.Cut(p, " "); f == field && strings.HasSuffix(asset, "/"+end) {
				return p
			}
		}
	}
	return asset + " " + field
}

// TestScanStores scans all stores by one command.
func TestScanStores(t *testing.T) {
	e := newEstate(t)
	useState(t)
	args := []string{"scan", "--format", "jsonl", "--seed", "7", "--elements", "email_address"}
	var want []string
	for _, s := range e.stores {
		args = append(args, s.target(t))
		want = append(want, s.holds...)
	}
	code, out, errs := runInProcess(t, "", args...)
	if code != report.ExitFindings {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	var found []string
	for line := range strings.Lines(out) {
		var f struct{ Asset, Field, Element, Status, Reason, Detail string }
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		if f.Element != "" {
			found = append(found, e.place(f.Asset, f.Field))
		} else if f.Status != "" && f.Status != "scanned" {
			t.Errorf("%s %s is %s: %s %s", f.Asset, f.Field, f.Status, f.Reason, f.Detail)
		}
	}
	slices.Sort(found)
	slices.Sort(want)
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("findings (-want +got):\n%s\n%s", diff, errs)
	}
	if strings.Contains(out+errs, "planted") || strings.Contains(out+errs, "company-7731") {
		t.Errorf("a user, a password or the external id is in the output: %s", errs)
	}
}

// TestServeStores: one process, configured with all stores, shows what it
// examined of each, and what it found.
func TestServeStores(t *testing.T) {
	e := newEstate(t)
	s := &served{T: t, config: filepath.Join(t.TempDir(), "assay.yaml")}
	var file strings.Builder
	fmt.Fprintf(&file, "data: %q\nstores:\n", filepath.Join(filepath.Dir(s.config), "data"))
	for name, store := range e.stores {
		options, err := json.Marshal(store.options) // JSON is YAML
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&file, "  %s: {uri: %q, options: %s}\n", name, store.uri, options)
		if store.password != "" {
			t.Setenv("ASSAY_STORES_"+strings.ToUpper(name)+"_PASSWORD", store.password)
		}
	}
	if err := os.WriteFile(s.config, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	s.start()
	var want []string
	for _, store := range e.stores {
		want = append(append(want, store.holds...), store.clean)
	}
	covered := map[string]string{}
	s.wait("all stores are scanned", func() bool {
		var answer struct {
			Items []struct{ Asset, Field, Status string }
		}
		s.decode("/api/v1/coverage?limit=1000", &answer)
		for _, c := range answer.Items {
			covered[e.place(c.Asset, c.Field)] = c.Status
		}
		return !slices.ContainsFunc(want, func(place string) bool { return covered[place] == "" })
	})
	for place, status := range covered {
		if status != "scanned" {
			t.Errorf("%s is %s", place, status)
		}
	}
	var answer struct {
		Items []struct{ Asset, Field, Element string }
	}
	s.decode("/api/v1/findings?limit=1000", &answer)
	found := map[string]bool{}
	for _, f := range answer.Items {
		if f.Element == "email_address" {
			found[e.place(f.Asset, f.Field)] = true
		}
	}
	for _, store := range e.stores {
		if slices.ContainsFunc(store.holds, func(place string) bool { return !found[place] }) || found[store.clean] {
			t.Errorf("%s: found %v", store.uri, found)
		}
	}
	shown := s.get("/coverage") + s.get("/") + s.log.String()
	if strings.Contains(shown, estatePassword) || strings.Contains(shown, "company-7731") {
		t.Error("a password or the external id is shown")
	}
}
