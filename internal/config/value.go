package config

import (
	"encoding"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// Secret is a value that shows itself nowhere and cannot stand in the file. Code
// that must have it converts it to a string, and thereby can be found.
type Secret string

const hidden = "(set, not shown)"

// String says whether the secret is set.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString is String, for %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText is String, for encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes the secret from a variable.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = Secret(text)
	return nil
}

// URI is an address. In the file it has no password; by a variable it may.
type URI string

// String returns the address without user's password, query and fragment.
func (u URI) String() string {
	parsed, err := url.Parse(string(u))
	if err != nil {
		scheme, _, _ := strings.Cut(string(u), ":")
		return scheme + ":…"
	}
	if parsed.User != nil {
		parsed.User = url.User(parsed.User.Username())
	}
	if parsed.Opaque == "" && parsed.Host != "" {
		parsed.RawQuery, parsed.Fragment = "", ""
		return parsed.String()
	}
	return string(u)
}

// GoString is String, for %#v.
func (u URI) GoString() string { return u.String() }

// MarshalText is String, for encoders.
func (u URI) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText takes the address from a variable or a flag.
func (u *URI) UnmarshalText(text []byte) error {
	*u = URI(text)
	return nil
}

// checkPublic refuses an address that the file may not hold.
func (u URI) checkPublic() error {
	parsed, err := url.Parse(string(u))
	if err != nil {
		return errors.New("is not an address (special characters are written as %20 and the like)")
	}
	if _, has := parsed.User.Password(); has {
		return errors.New("holds a password, which may not stand in the file (set its environment variable, which ends in _PASSWORD, or the one in _PASSWORD_FILE)")
	}
	return nil
}

// withPassword returns the address with a password, where there is one to be put in.
func (u URI) withPassword(password Secret) (string, error) {
	if password == "" {
		return string(u), nil
	}
	parsed, err := url.Parse(string(u))
	if err != nil || parsed.Host == "" || parsed.User.Username() == "" {
		return "", fmt.Errorf("%s: a password is set, but the address names no user", u)
	}
	parsed.User = url.UserPassword(parsed.User.Username(), string(password))
	return parsed.String(), nil
}

// Size is a number of bytes, written as 10MB or 1GiB.
type Size int64

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Size) UnmarshalText(text []byte) error {
	n, err := humanize.ParseBytes(string(text))
	if err != nil || n > 1<<62 {
		return errors.New("is not a size such as 500KB or 1GB")
	}
	*s = Size(n)
	return nil
}

// String returns the size as it may be written.
func (s Size) String() string { return humanize.Bytes(uint64(max(s, 0))) }

var durationType = reflect.TypeFor[time.Duration]()

// setText sets a value from what a variable or a flag holds.
func setText(v reflect.Value, text string) error {
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("is neither true nor false")
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int64:
		return setInt(v, text)
	case reflect.Float64:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return errors.New("is not a number")
		}
		v.SetFloat(f)
	case reflect.Slice:
		v.Set(reflect.ValueOf(slices.DeleteFunc(strings.Split(text, ","), func(s string) bool { return s == "" })))
	default:
		return errors.New("can be set in the file only")
	}
	return nil
}

func setInt(v reflect.Value, text string) error {
	if v.Type() == durationType {
		d, err := time.ParseDuration(text)
		if err != nil {
			return errors.New("is not a duration such as 30s or 5m")
		}
		v.SetInt(int64(d))
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return errors.New("is not a whole number")
	}
	v.SetInt(n)
	return nil
}
