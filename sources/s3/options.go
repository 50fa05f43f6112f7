package s3

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// settings are the options that a URI may have.
var settings = map[string]func(o *Options, value string) error{
	"endpoint": func(o *Options, v string) error {
		u, err := url.Parse(v)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
			return errors.New("not of the form https://host")
		}
		o.Endpoint = v
		return nil
	},
	"region": func(o *Options, v string) error { o.Region = v; return nil },
	"accounts": func(o *Options, v string) error {
		o.Accounts = strings.Split(v, ",")
		return nil
	},
	"role":           func(o *Options, v string) error { o.Role = v; return nil },
	"percent":        func(o *Options, v string) (err error) { o.Percent, err = strconv.ParseFloat(v, 64); return err },
	"min-keys":       func(o *Options, v string) (err error) { o.MinKeys, err = strconv.Atoi(v); return err },
	"max-keys":       func(o *Options, v string) (err error) { o.MaxKeys, err = strconv.Atoi(v); return err },
	"seed":           func(o *Options, v string) (err error) { o.Seed, err = strconv.ParseUint(v, 10, 64); return err },
	"ranges":         func(o *Options, v string) (err error) { o.Ranges, err = strconv.Atoi(v); return err },
	"range-bytes":    func(o *Options, v string) (err error) { o.RangeBytes, err = strconv.ParseInt(v, 10, 64); return err },
	"requester-pays": func(o *Options, v string) (err error) { o.RequesterPays, err = strconv.ParseBool(v); return err },
}

// parse reads the URI into the source.
func (s *Source) parse(uri string) error {
	u, err := url.Parse(uri)
	switch {
	case err != nil: // the error of Parse quotes the URI
		return errors.New("not a URI; special characters in a key are written as %20 and the like")
	case u.Scheme != Scheme || u.Opaque != "":
		return errors.New("not of the form s3://bucket")
	case u.User != nil:
		return errors.New("credentials do not belong into the address; they are found in the environment or the shared configuration of AWS")
	}
	s.bucket, s.prefix = u.Host, strings.TrimPrefix(u.Path, "/")
	if s.bucket == "" && s.prefix != "" {
		return errors.New("it names a key and no bucket")
	}
	for name, values := range u.Query() {
		set := settings[name]
		if set == nil {
			return fmt.Errorf("unknown option %q", name)
		}
		if err := set(&s.options, values[0]); err != nil {
			return fmt.Errorf("option %s has no such value", name)
		}
	}
	if s.options.ExternalID == "" {
		s.options.ExternalID = os.Getenv("ASSAY_S3_EXTERNAL_ID")
	}
	return s.options.check(s.bucket)
}

var accountForm = regexp.MustCompile(`^\d{12}$`)

// check refuses options that cannot be meant.
func (o Options) check(bucket string) error {
	for _, a := range o.Accounts {
		if !accountForm.MatchString(a) {
			return errors.New("an account is not a number of 12 digits")
		}
	}
	switch {
	case bucket != "" && len(o.Accounts) > 1:
		return errors.New("a bucket is in one account, but several are named")
	case o.Percent < 0 || o.Percent > 100:
		return errors.New("percent is not between 0 and 100")
	case o.MinKeys < 0 || o.MaxKeys < 0 || o.Ranges < 0 || o.RangeBytes < 0:
		return errors.New("a number of keys, ranges or bytes is negative")
	}
	return nil
}
