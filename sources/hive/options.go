package hive

import (
	"cmp"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
)

// set sets the option that a URI names so, and reports whether there is such a
// one with such a value.
func (o *Options) set(name, value string) bool {
	switch name {
	case "metastore":
		if _, _, err := net.SplitHostPort(value); err != nil {
			value = net.JoinHostPort(value, "9083")
		}
		o.Metastore = value
	case "auth":
		o.Auth = value
	case "metastore-auth":
		o.MetastoreAuth = value
	case "tls":
		o.TLS = value
	case "partitions":
		n, err := strconv.Atoi(value)
		o.Partitions = n
		return err == nil && n > 0
	default:
		return false
	}
	return true
}

// check puts in defaults, and refuses options that cannot be meant.
func (o *Options) check() error {
	o.Auth, o.MetastoreAuth = cmp.Or(o.Auth, AuthPlain), cmp.Or(o.MetastoreAuth, AuthNoSASL)
	o.Partitions = cmp.Or(o.Partitions, 10)
	for _, auth := range []string{o.Auth, o.MetastoreAuth} {
		if auth == "kerberos" {
			return errors.New("assay does not speak Kerberos")
		}
		if auth != AuthPlain && auth != AuthNoSASL {
			return errors.New("auth is none of plain and nosasl")
		}
	}
	switch o.TLS {
	case "", "false", "true", "skip-verify":
	default:
		return errors.New("tls is none of true, false and skip-verify")
	}
	if _, port, err := net.SplitHostPort(o.Metastore); err != nil || port == "" {
		return errors.New("the metastore is not of the form host:port")
	}
	return nil
}

// tls returns the configuration for HiveServer2; nil without TLS.
func (s *Source) tls() *tls.Config {
	if s.options.TLS == "" || s.options.TLS == "false" {
		return nil
	}
	host, _, _ := net.SplitHostPort(s.address) // it was joined
	return &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: s.options.TLS == "skip-verify"}
}
