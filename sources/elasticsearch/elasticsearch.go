// Package elasticsearch is the source of the logs in an Elasticsearch cluster.
//
// An asset is what one service logged on one day. Which service a line is of
// says a field of it, the address, or else the name of its index or data stream.
//
// Of a day, lines of each distinct logging point are read, a few random ones of
// each, so that a statement that logs once a day is seen beside one that logs a
// million times. A logging point is told by a field, or several (see Options);
// lines without one are clustered into templates of messages (see drain.go), and
// templates take the place of logging points. Number and size of the requests do
// not depend on how many lines there are (see sample.go).
//
// The package only reads, through esapi of the client of Elasticsearch. It
// imports the root package only.
package elasticsearch

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"example.com/assay"
)

// Scheme is the scheme of the URIs of this source and of its assets.
const Scheme = "es"

// Undated stands in the place of the day in the id of an asset whose lines have
// no time.
const Undated = "undated"

// Options says where the logs are and how to tell their services and logging
// points apart. The zero value is good for logs in the Elastic Common Schema.
type Options struct {
	// User and Password are for basic authentication; they go before the URI's.
	// An empty password means that in the environment variable ASSAY_ES_PASSWORD.
	User, Password string
	// APIKey is an encoded API key, as Elasticsearch gives it when it makes one;
	// it goes before user and password. Empty means the environment variable
	// ASSAY_ES_API_KEY.
	APIKey string
	// TLS is true, false or skip-verify; empty means true, but false for a
	// server on this host.
	TLS string
	// CA is a file of certificates, in PEM, that sign the server's.
	CA string

	// Indices are the indices, data streams and aliases to read, with * for any
	// characters; none means all that are not hidden. Where Services is set, it
	// says this.
	Indices []string
	// Services are the indices of each service, where their names tell.
	Services map[string][]string
	// ServiceField is the field that names the service of a line; empty means
	// the first that exists of serviceFields.
	ServiceField string
	// TimeField is the field with the time of a line; empty means the first that
	// exists of timeFields.
	TimeField string
	// PointFields together tell logging points apart; none means the first that
	// exist of pointFields.
	PointFields []string
	// MessageField is the field with the text of a line, for templates; empty
	// means the first that a line has of messageFields.
	MessageField string
	// Days is how many days are listed, today the last of them (UTC); 0 means
	// all. The rest is reported as not examined.
	Days int

	// PerPoint is the most lines of one logging point that are read; 0 means 20.
	PerPoint int
	// Points is the most logging points that a task tells apart; 0 means 20,000.
	Points int
}

// Source is the logs of a cluster, of one of its services, or of a service on one
// day; it implements assay.Source. Its methods may be called concurrently.
type Source struct {
	options   Options
	address   string // host:port
	transport *http.Transport
	client    *http.Client
	base      url.URL
	service   string // empty for all
	day       string // empty for all of the service
}

var _ assay.Source = (*Source)(nil)

// Open prepares to read what a URI names; see settings for its options, which go
// before those in o. It makes no request. Its error is an *assay.Error, and does
// not hold a credential.
//
//	es://user@host:9200/service/2026-03-01?index=logs-*
//
// Service and day may be left out, and the port if it is 9200.
func Open(_ context.Context, uri string, o Options) (*Source, error) {
	s := &Source{options: o}
	if err := s.parse(uri); err != nil {
		return nil, &assay.Error{Op: "open", Item: Scheme + " address", Reason: assay.ReasonUnsupported, Err: err,
			Hint: "write es://user@host:9200/service?index=logs-*"}
	}
	s.options.PerPoint = cmp.Or(s.options.PerPoint, 20)
	s.options.Points = cmp.Or(s.options.Points, 20_000)
	if err := s.connect(); err != nil {
		return nil, &assay.Error{Op: "open", Item: s.server(), Reason: assay.ReasonUnsupported, Err: err}
	}
	return s, nil
}

// connect makes the HTTP client.
func (s *Source) connect() error {
	mode := s.options.TLS
	if mode == "" && !onThisHost(s.address) {
		mode = "true"
	}
	s.base = url.URL{Scheme: "https", Host: s.address}
	s.transport = &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		IdleConnTimeout:       time.Minute,
		MaxConnsPerHost:       8,
		ResponseHeaderTimeout: DefaultTimeout,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
	}
	switch mode {
	case "", "false":
		s.base.Scheme = "http"
	case "skip-verify":
		s.transport.TLSClientConfig.InsecureSkipVerify = true
	}
	if s.options.CA != "" {
		pem, err := os.ReadFile(s.options.CA)
		if err != nil {
			return fmt.Errorf("read the certificates of option ca: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return errors.New("the file of option ca holds no certificate")
		}
		s.transport.TLSClientConfig.RootCAs = pool
	}
	s.client = &http.Client{
		Transport: s.transport,
		// A redirection would take the credentials to another server.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return nil
}

// onThisHost reports whether an address is a loopback one.
func onThisHost(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// Close closes idle connections.
func (s *Source) Close() error {
	s.transport.CloseIdleConnections()
	return nil
}

// server returns the URI of the cluster, for errors.
func (s *Source) server() string { return Scheme + "://" + s.address }

// target returns what the source reads, for errors.
func (s *Source) target() string {
	switch {
	case s.service == "":
		return s.server() + "/"
	case s.day == "":
		return s.server() + "/" + url.PathEscape(s.service)
	}
	return string(s.id(s.service, s.day))
}

// id returns the id of what a service logged on a day: es://host:9200/shop/2026-03-01.
func (s *Source) id(service, day string) assay.AssetID {
	return assay.AssetID(s.server() + "/" + url.PathEscape(service) + "/" + day)
}

// locate returns the service and the day that an id names, if they are the
// source's.
func (s *Source) locate(id assay.AssetID) (service, day string, err error) {
	path, ok := strings.CutPrefix(string(id), s.server()+"/")
	escaped, day, two := strings.Cut(path, "/")
	service, escape := url.PathUnescape(escaped)
	if !ok || !two || escape != nil || service == "" || !isDay(day) {
		return "", "", &assay.Error{Op: "sample", Item: string(id), Reason: assay.ReasonVanished,
			Err: errors.New("not a day of a service in " + s.server())}
	}
	if s.service != "" && service != s.service || s.day != "" && day != s.day {
		return "", "", &assay.Error{Op: "sample", Item: string(id), Reason: assay.ReasonDenied, Err: errors.New("it is not below " + s.target())}
	}
	return service, day, nil
}

// isDay reports whether s can stand for a day in an id.
func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil || s == Undated
}
