package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"
)

// Web is the server of pages and API.
type Web struct {
	// Listen is its address. It speaks HTTPS when TLSCert is set.
	Listen string `yaml:"listen"`
	// TLSCert and TLSKey are files in PEM.
	TLSCert string `yaml:"tls_cert"`
	TLSKey  string `yaml:"tls_key"`
	// URL is where browsers find it, such as https://assay.example.com behind a
	// proxy that speaks HTTPS for it.
	URL string `yaml:"url"`
	// Insecure lets it listen without TLS on an address that others reach.
	Insecure bool `yaml:"insecure"`
	// MetricsListen is the address for metrics and probes; empty means none.
	MetricsListen string `yaml:"metrics_listen"`
	// Session is how long a browser stays logged in.
	Session time.Duration `yaml:"session"`
}

func defaultWeb() Web { return Web{Listen: "127.0.0.1:8080", Session: 12 * time.Hour} }

// TLS reports whether the server itself speaks HTTPS.
func (w Web) TLS() bool { return w.TLSCert != "" }

// Secure reports whether browsers reach the server by HTTPS only.
func (w Web) Secure() bool {
	u, err := url.Parse(w.URL)
	return w.TLS() || err == nil && u.Scheme == "https"
}

func (w Web) check(key string) error {
	var errs []error
	wrong := func(name, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s.%s: %s", key, name, fmt.Sprintf(format, args...)))
	}
	host, _, err := net.SplitHostPort(w.Listen)
	if err != nil {
		wrong("listen", "want host:port, such as 127.0.0.1:8080")
	} else if !loopback(host) && !w.TLS() && !w.Insecure {
		wrong("listen", "tokens would cross the network in the clear at %s (set %s.tls_cert and %s.tls_key, or, where a proxy speaks HTTPS for it, %s.insecure)", w.Listen, key, key, key)
	}
	if (w.TLSCert == "") != (w.TLSKey == "") {
		wrong("tls_cert", "a certificate and its key (tls_key) go together")
	}
	if u, err := url.Parse(w.URL); w.URL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		wrong("url", "want https://host")
	}
	if w.Session < time.Minute {
		wrong("session", "want at least 1m")
	}
	return errors.Join(errs...)
}

// loopback reports whether only this machine reaches a host. A name other than
// localhost may be anything.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
