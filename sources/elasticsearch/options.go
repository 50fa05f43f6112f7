package elasticsearch

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// settings are the options that a URI may have. Only index may be there more
// than once.
var settings = map[string]func(o *Options, value string) error{
	"index":         addIndices,
	"service-field": func(o *Options, v string) error { o.ServiceField = v; return nil },
	"time-field":    func(o *Options, v string) error { o.TimeField = v; return nil },
	"point-field":   func(o *Options, v string) error { o.PointFields = strings.Split(v, ","); return nil },
	"message-field": func(o *Options, v string) error { o.MessageField = v; return nil },
	"days":          func(o *Options, v string) (err error) { o.Days, err = strconv.Atoi(v); return err },
	"per-point":     func(o *Options, v string) (err error) { o.PerPoint, err = strconv.Atoi(v); return err },
	"points":        func(o *Options, v string) (err error) { o.Points, err = strconv.Atoi(v); return err },
	"tls":           func(o *Options, v string) error { o.TLS = v; return nil },
	"ca":            func(o *Options, v string) error { o.CA = v; return nil },
}

// addIndices reads logs-*,clicks-* or shop=logs-shop-*,audit-shop,pay=pay-*: an
// index behind a named one is of the same service.
func addIndices(o *Options, value string) error {
	service := ""
	for entry := range strings.SplitSeq(value, ",") {
		if name, pattern, named := strings.Cut(entry, "="); named {
			if service, entry = name, pattern; name == "" {
				return errors.New("a service has no name")
			}
		}
		if service == "" {
			o.Indices = append(o.Indices, entry)
			continue
		}
		if o.Services == nil {
			o.Services = map[string][]string{}
		}
		o.Services[service] = append(o.Services[service], entry)
	}
	return nil
}

// parse reads the URI into the source.
func (s *Source) parse(uri string) error {
	u, err := url.Parse(uri)
	// No message quotes the URI: where a password is not escaped, any part of the
	// URI may be a part of the password.
	if err != nil || u.User == nil && strings.Contains(strings.SplitN(uri, "?", 2)[0], "@") || u.Fragment != "" {
		return errors.New("not a URI; special characters in a name or password are written as %40 and the like")
	}
	if u.Scheme != Scheme || u.Hostname() == "" || u.Opaque != "" {
		return errors.New("not of the form es://host")
	}
	s.address = net.JoinHostPort(strings.ToLower(u.Hostname()), cmp.Or(u.Port(), "9200"))
	if err := s.parsePath(u.EscapedPath()); err != nil {
		return err
	}
	for name, values := range u.Query() {
		set := settings[name]
		if set == nil || len(values) > 1 && name != "index" {
			return fmt.Errorf("option %q is unknown, or there twice", name)
		}
		for _, v := range values {
			if err := set(&s.options, v); err != nil {
				return fmt.Errorf("option %s has no such value", name)
			}
		}
	}
	s.credentials(u.User)
	return s.options.check()
}

// parsePath reads /service/day.
func (s *Source) parsePath(escaped string) error {
	parts := strings.Split(strings.Trim(escaped, "/"), "/")
	if len(parts) > 2 {
		return errors.New("its path has more parts than a service and a day")
	}
	service, err := url.PathUnescape(parts[0])
	if err != nil {
		return errors.New("its path is not escaped rightly")
	}
	s.service = service
	if len(parts) == 2 {
		s.day = parts[1]
		if !isDay(s.day) {
			return errors.New("what follows the service is not a day, such as 2026-03-01")
		}
	}
	return nil
}

// credentials puts in those of the URI and of the environment.
func (s *Source) credentials(user *url.Userinfo) {
	o := &s.options
	o.APIKey = cmp.Or(o.APIKey, os.Getenv("ASSAY_ES_API_KEY"))
	if user != nil {
		password, _ := user.Password()
		o.User, o.Password = cmp.Or(o.User, user.Username()), cmp.Or(o.Password, password)
	}
	if o.User != "" {
		o.Password = cmp.Or(o.Password, os.Getenv("ASSAY_ES_PASSWORD"))
	}
}

// A name of an index, with or without wildcards, and the name of a field. What
// else Elasticsearch allows would have a meaning in an address.
var (
	indexForm = regexp.MustCompile(`^[^\s,"\\/|?#%<>=]+$`)
	fieldForm = regexp.MustCompile(`^[^\s,"\\*]+$`)
)

// check refuses options that cannot be meant.
func (o Options) check() error {
	for _, f := range append([]string{o.ServiceField, o.TimeField, o.MessageField}, o.PointFields...) {
		if f != "" && !fieldForm.MatchString(f) {
			return errors.New("a field has a name that cannot be")
		}
	}
	patterns := o.Indices
	for service, indices := range o.Services {
		if service == "" {
			return errors.New("a service has no name")
		}
		patterns = append(patterns[:len(patterns):len(patterns)], indices...)
	}
	for _, p := range patterns {
		if !indexForm.MatchString(p) {
			return errors.New("an index has a name that cannot be")
		}
	}
	switch o.TLS {
	case "", "true", "false", "skip-verify":
	default:
		return errors.New("tls is none of true, false and skip-verify")
	}
	switch {
	case len(o.Indices) > 0 && len(o.Services) > 0:
		return errors.New("index names the service of some indices, and not of others")
	case o.Days < 0 || o.PerPoint < 0 || o.Points < 0 || o.PerPoint > maxPerPoint:
		return fmt.Errorf("a number of days, lines or points is negative, or per-point is above %d", maxPerPoint)
	}
	return nil
}
