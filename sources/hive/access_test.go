package hive_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/sources/hive"
)

// relay is a TCP proxy in front of a server. It counts, and speaks TLS to its
// clients if it has a configuration.
type relay struct {
	net.Listener
	mu   sync.Mutex
	up   bytes.Buffer // what clients sent
	down int64        // bytes that they got
}

func newRelay(t *testing.T, address string, secure *tls.Config) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if secure != nil {
		l = tls.NewListener(l, secure)
	}
	r := &relay{Listener: l}
	var connections sync.WaitGroup
	t.Cleanup(func() { l.Close(); connections.Wait() })
	connections.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", address)
			if err != nil {
				client.Close()
				continue
			}
			connections.Go(func() { io.Copy(io.MultiWriter(server, sent{r}), client); server.Close() })
			connections.Go(func() { io.Copy(io.MultiWriter(client, received{r}), server); client.Close() })
		}
	})
	return r
}

type sent struct{ *relay }

func (s sent) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.up.Write(p)
}

type received struct{ *relay }

func (r received) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down += int64(len(p))
	return len(p), nil
}

// sum returns how often each call was made, and the bytes of the answers, since
// it was last called.
func (r *relay) sum(calls ...string) (counts map[string]int, down int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts = map[string]int{}
	for _, c := range calls {
		counts[c] = bytes.Count(r.up.Bytes(), []byte(c))
	}
	down, r.down = r.down, 0
	r.up.Reset()
	return counts, down
}

// certificate returns a TLS configuration that nobody has reason to trust.
func certificate(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func TestCredentials(t *testing.T) {
	d := newDatabase(t)
	plain := testserver.HiveWithoutSASL(t)
	dir := d.folder(t, "one")
	write(t, dir, "rows", "x\n")
	d.do(t, "CREATE EXTERNAL TABLE DB.one (v STRING)"+tabbed+dir+"'")
	d.grant(t, "one")
	secure := newRelay(t, d.Address, certificate(t))
	const good = scanner + ":" + password + "@"
	tests := []struct {
		name, authority, options, env string
		want                          assay.Reason
	}{
		{name: "plain", authority: good + d.Address},
		{name: "password from the environment", authority: scanner + "@" + d.Address, env: password},
		{name: "wrong password", authority: scanner + ":planted@" + d.Address, want: assay.ReasonDenied},
		{name: "no password", authority: scanner + "@" + d.Address, want: assay.ReasonDenied},
		{name: "another user", authority: "plantedother:plantedother-password@" + d.Address, want: assay.ReasonDenied},
		{name: "nosasl", authority: scanner + "@" + plain.Address, options: "&auth=nosasl"},
		{name: "nosasl, without a right", authority: "plantedother@" + plain.Address, options: "&auth=nosasl", want: assay.ReasonDenied},
		{name: "nosasl asked of a SASL server", authority: good + d.Address, options: "&auth=nosasl", want: assay.ReasonUnavailable},
		{name: "SASL asked of a server without", authority: good + plain.Address, want: assay.ReasonUnavailable},
		{name: "TLS", authority: good + secure.Addr().String(), options: "&tls=skip-verify"},
		{name: "TLS, unknown authority", authority: good + secure.Addr().String(), options: "&tls=true", want: assay.ReasonUnavailable},
		{name: "TLS asked of a server without", authority: good + d.Address, options: "&tls=skip-verify", want: assay.ReasonUnavailable},
		{name: "no TLS asked of a TLS server", authority: good + secure.Addr().String(), want: assay.ReasonUnavailable},
		{name: "the metastore's port", authority: good + d.Metastore, options: "&auth=nosasl", want: assay.ReasonUnavailable},
		{name: "nobody there", authority: good + "127.0.0.1:1", want: assay.ReasonUnavailable},
		{name: "no such host", authority: good + "no-such-host.invalid", want: assay.ReasonUnavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("ASSAY_HIVE_PASSWORD", tt.env)
			uri := "hive://" + tt.authority + "/?metastore=" + d.Metastore + tt.options
			s, err := hive.Open(t.Context(), uri, hive.Options{ConnectTimeout: 3 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			_, address, _ := strings.Cut(tt.authority, "@")
			if !strings.Contains(address, ":") {
				address += ":10000"
			}
			values, _, err := sample(t, s, assay.AssetID("hive://"+address+"/"+d.name+"/one"), assay.Plan{})
			if tt.want == "" && (err != nil || len(values["v"]) != 1) || tt.want != "" && assay.Explain(err) != tt.want {
				t.Errorf("%v, %v; want reason %q", values, err, tt.want)
			}
			if text := fmt.Sprintf("%+v", err); strings.Contains(text, "planted") {
				t.Errorf("a credential shows in %s", text)
			}
		})
	}
	t.Run("no metastore", func(t *testing.T) {
		s := open(t, "hive://"+good+d.Address+"/?metastore=127.0.0.1:1")
		var last error
		for _, err := range s.Assets(t.Context()) {
			last = err
		}
		if assay.Explain(last) != assay.ReasonUnavailable || !strings.Contains(fmt.Sprint(last), "metastore") {
			t.Errorf("listing: %v", last)
		}
	})
}

func TestAddresses(t *testing.T) {
	for _, uri := range []string{"hive://h", "hive://h:1/db", "hive://u:p@h/DB/T?metastore=m&tls=true&auth=plain&partitions=3", "hive://[::1]/a%2Fb"} {
		if _, err := hive.Open(t.Context(), uri, hive.Options{}); err != nil {
			t.Errorf("%s: %v", uri, err)
		}
	}
	for _, uri := range []string{"hive://", "hive:h", "mysql://h", "hive://h/a/b/c", "hive://h/?nosuch=1", "hive://h/?auth=kerberos", "hive://h/?auth=x", "hive://h/?tls=x",
		"hive://h/?partitions=0", "hive://h/?metastore=:", "hive://u:pl@nted/%zz@h", "hive://h/%zz", "hive://h/#f", "hive://h/?tls=true&tls=false"} {
		_, err := hive.Open(t.Context(), uri, hive.Options{})
		if assay.Explain(err) != assay.ReasonUnsupported || strings.Contains(fmt.Sprint(err), "nted") {
			t.Errorf("%s: %v", uri, err)
		}
	}
}

// TestCost holds that a task costs the same calls and bytes when the partition
// has a hundred times as many rows, and when there are a hundred times as many
// partitions, but for their names.
func TestCost(t *testing.T) {
	d := newDatabase(t)
	server, metastore := newRelay(t, d.Address, nil), newRelay(t, d.Metastore, nil)
	s := open(t, "hive://"+scanner+":"+password+"@"+server.Addr().String()+"/?metastore="+metastore.Addr().String())
	calls := []string{"OpenSession", "ExecuteStatement", "FetchResults", "get_table_objects_by_name_req", "get_partition_names"}
	cost := func(name string, rows, partitions int) (counts map[string]int, rowBytes, nameBytes int64) {
		d.do(t, "CREATE EXTERNAL TABLE DB."+name+" (id INT, note STRING) PARTITIONED BY (n INT)"+tabbed+d.folder(t, name)+"'")
		d.grant(t, name)
		var b, specs strings.Builder
		for i := range rows {
			fmt.Fprintf(&b, "%d\tnote number %06d\n", i, i)
		}
		dir := d.folder(t, name, "rows")
		write(t, dir, "rows", b.String())
		for i := range partitions {
			fmt.Fprintf(&specs, " PARTITION (n=%d) LOCATION 'file:%s'", i, dir)
		}
		d.do(t, "ALTER TABLE DB."+name+" ADD"+specs.String())
		server.sum()
		metastore.sum()
		values, _, err := sample(t, s, assay.AssetID("hive://"+server.Addr().String()+"/"+d.name+"/"+name), assay.Plan{Rows: 100})
		if err != nil || len(values["id"]) != 100 {
			t.Fatalf("%d rows, %v", len(values["id"]), err)
		}
		counts, rowBytes = server.sum(calls...)
		more, nameBytes := metastore.sum(calls...)
		for call, n := range more {
			counts[call] += n
		}
		return counts, rowBytes, nameBytes
	}
	small, smallBytes, smallNames := cost("small", 2_000, 3)
	large, largeBytes, largeNames := cost("large", 200_000, 300)
	t.Logf("2,000 rows, 3 partitions: %v, %d and %d bytes; 200,000 rows, 300 partitions: %v, %d and %d bytes", small, smallBytes, smallNames, large, largeBytes, largeNames)
	for call, n := range small {
		if large[call] != n || n == 0 {
			t.Errorf("%s: %d calls for the small table, %d for the large", call, n, large[call])
		}
	}
	// How often is asked whether a statement has finished depends on the server's
	// pace; an answer has some 150 bytes.
	if largeBytes > smallBytes+smallBytes/4+3000 || largeNames > smallNames+300*16 {
		t.Errorf("%d and %d bytes for the large table, %d and %d for the small", largeBytes, largeNames, smallBytes, smallNames)
	}
}
