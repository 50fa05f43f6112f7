package code

import (
	"bytes"
	"encoding/hex"
	"net"
	"net/netip"
	"strings"

	"example.com/assay/engine"
)

// network lists the checks of addresses in networks and of mailboxes.
var network = []Check{
	{
		Name:   "email",
		Doc:    "RFC 5322 mailbox, dot-atom or quoted, with a host name whose last label is a top-level domain by shape; IDN and IP literals allowed",
		Regexp: `(?:"[^"\n\\]{1,40}"|[0-9\p{Latin}\p{Greek}\p{Cyrillic}][0-9\p{Latin}\p{Greek}\p{Cyrillic}._%+'&-]{0,63})@(?:\[[0-9A-Fa-f:.]{7,45}\]|(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,62})\.)+(?:xn--[a-z0-9-]{2,24}|[A-Za-z]{2,24}|рф|укр|бел|срб|бг|ею|ελ|中国|中國|公司|网络|香港|台灣|한국|닷컴|भारत|ไทย|مصر|السعودية))`,
		Valid:  validEmail,
	},
	{
		Name:   "ipv4",
		Doc:    "dotted IPv4 address (RFC 791) that is no version number, net mask, unspecified or broadcast address",
		Regexp: `(?:\d{1,3}\.){3}\d{1,3}`,
		Valid:  validIPv4,
		Graded: true,
	},
	{
		Name:   "ipv6",
		Doc:    "IPv6 address in a notation of RFC 4291, other than the unspecified and loopback address",
		Regexp: `[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?::\d{1,3}(?:\.\d{1,3}){3})?`,
		Valid:  validIPv6,
	},
	{
		Name:   "mac",
		Doc:    "IEEE 802 MAC address, EUI-48 or EUI-64, in colon, dash or dotted notation with one separator throughout",
		Regexp: `[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?:[:-][0-9A-Fa-f]{2}){0,2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}`,
		Valid:  validMAC,
	},
	{
		Name: "mac_plain",
		Doc:  "a whole value of twelve hexadecimal digits; needs a field that says that it is a MAC address",
		Find: findWhole,
		Valid: func(c engine.Candidate) float64 {
			_, err := hex.DecodeString(string(c.Bytes()))
			return ok(err == nil && len(c.Bytes()) == 12)
		},
	},
	{
		Name: "web_host",
		Doc:  "refuses a URL whose host is a schema namespace (www.w3.org), loopback, or a name that is reserved or private (RFC 2606, RFC 6761, RFC 6762): example.com, registry.local, a name without a dot",
		Valid: func(c engine.Candidate) float64 {
			s := strings.ToLower(string(c.Bytes()))
			for _, host := range []string{"://www.w3.org/", "://schemas.", "://json-schema.org", "://xmlns.", "://localhost", "://127.0.0.1"} {
				if strings.Contains(s, host) {
					return 0
				}
			}
			return ok(!privateHost(s))
		},
	},
}

// privateEndings are top-level domains that no registry gives out.
const privateEndings = " local localhost internal intranet lan home corp test invalid example "

// privateHost reports whether the host of a URL cannot be reached by its name from
// everywhere.
func privateHost(url string) bool {
	_, host, absolute := strings.Cut(url, "://")
	if !absolute {
		host = url
	}
	host, _, _ = strings.Cut(host, "/")
	host = host[strings.LastIndexByte(host, '@')+1:]
	host, _, _ = strings.Cut(host, ":")
	for _, reserved := range []string{"example.com", "example.org", "example.net"} {
		if host == reserved || strings.HasSuffix(host, "."+reserved) {
			return true
		}
	}
	dot := strings.LastIndexByte(host, '.')
	return dot < 0 || strings.Contains(privateEndings, " "+host[dot+1:]+" ")
}

// fileEndings are what follows the last dot in names like icon@2x.png, which
// look like a mailbox.
const fileEndings = " png jpg jpeg gif svg webp css js mjs ts json map html htm xml yaml yml txt md pdf zip gz jar py go so dll exe scss less woff woff2 service target timer socket local internal lan localdomain "

// validEmail checks what the pattern leaves open: dots, lengths, the domain.
func validEmail(c engine.Candidate) float64 {
	at := bytes.LastIndexByte(c.Bytes(), '@')
	local, domain := c.Bytes()[:at], string(c.Bytes()[at+1:])
	if len(local) > 64 || len(domain) > 253 || bytes.Contains(local, []byte("..")) || bytes.HasSuffix(local, []byte(".")) {
		return 0
	}
	if c.Start > 0 && (c.Text[c.Start-1] == '/' || c.Text[c.Start-1] == ':') && credentialsInURL(c) {
		return 0
	}
	last := strings.ToLower(domain[strings.LastIndexByte(domain, '.')+1:])
	if strings.Contains(domain, ".-") || strings.Contains(domain, "-.") || strings.Contains(fileEndings, " "+last+" ") {
		return 0
	}
	return Yes
}

// credentialsInURL reports whether the candidate is user:secret@host of a URL.
func credentialsInURL(c engine.Candidate) bool {
	before := c.Text[max(0, c.Start-64):c.Start]
	i := bytes.LastIndex(before, []byte("://"))
	return i >= 0 && !bytes.ContainsAny(before[i+3:], " /\t\n\"'?")
}

func validIPv4(c engine.Candidate) float64 {
	addr, err := netip.ParseAddr(string(c.Bytes()))
	if err != nil || PartOfNumber(c) || versionBefore(c) || c.End < len(c.Text) && c.Text[c.End] == '@' { // image:1.20.3.4@sha256
		return 0
	}
	b := addr.As4()
	switch {
	case b[0] == 0, b[0] == 255, b[3] == 255 && b[2] == 255, strings.HasSuffix(addr.String(), ".0.0.0"):
		return 0
	case b == [4]byte{127, 0, 0, 1}:
		return 0
	case b[0] < 10 && b[1] < 30 && b[2] < 30 && b[3] < 30 && small(b):
		return 0.4 // 1.2.3.4 is a version as often as an address
	}
	return Yes
}

// small reports whether no part of the address has more than two digits.
func small(b [4]byte) bool {
	return b[1] < 100 && b[2] < 100 && b[3] < 100
}

// PartOfNumber reports whether the candidate goes on to the left or right: in a
// longer dotted number, an OID, a file name or a word.
func PartOfNumber(c engine.Candidate) bool {
	before, after := byte(' '), byte(' ')
	if c.Start > 0 {
		before = c.Text[c.Start-1]
	}
	if c.End < len(c.Text) {
		after = c.Text[c.End]
	}
	if wordByte(before) || wordByte(after) || before == '.' || before == '-' && c.Start > 1 && wordByte(c.Text[c.Start-2]) {
		return true
	}
	return (after == '.' || after == '-') && c.End+1 < len(c.Text) && wordByte(c.Text[c.End+1])
}

func wordByte(b byte) bool { return digitByte(b) || letterByte(b) || b == '_' }

// versionWords stand before version numbers of four parts.
var versionWords = []string{"version", "ver", "v", "release", "build", "firmware", "fw", "sw", "software", "chrome/", "safari/", "edg/", "assemblyversion", "fileversion", "revision"}

func versionBefore(c engine.Candidate) bool {
	before := strings.TrimRight(strings.ToLower(string(c.Text[max(0, c.Start-24):c.Start])), " :=\"'>/")
	whole := strings.ToLower(string(c.Text[max(0, c.Start-24):c.Start]))
	for _, w := range versionWords {
		if strings.HasSuffix(before, w) && !letterBefore(before, len(before)-len(w)) || strings.HasSuffix(whole, w) && strings.HasSuffix(w, "/") {
			return true
		}
	}
	return false
}

func letterBefore(s string, i int) bool { return i > 0 && letterByte(s[i-1]) }

func validIPv6(c engine.Candidate) float64 {
	s := string(c.Bytes())
	addr, err := netip.ParseAddr(s)
	if err != nil || addr.IsUnspecified() || addr.IsLoopback() || strings.Count(s, ":") < 3 && len(s) < 9 {
		return 0
	}
	if c.Start > 0 && (wordByte(c.Text[c.Start-1]) || c.Text[c.Start-1] == ':') ||
		c.End < len(c.Text) && (wordByte(c.Text[c.End]) || c.Text[c.End] == ':') {
		return 0
	}
	if !strings.ContainsAny(s, "0123456789") { // a::b::c in code: cafe::babe
		return 0
	}
	return Yes
}

func validMAC(c engine.Candidate) float64 {
	hw, err := net.ParseMAC(string(c.Bytes()))
	if err != nil || PartOfNumber(c) || neighbourIs(c, ':') {
		return 0
	}
	if bytes.Count(hw, []byte{0}) == len(hw) || bytes.Count(hw, []byte{0xff}) == len(hw) {
		return 0
	}
	return Yes
}

// neighbourIs reports whether b stands directly before or after the candidate.
func neighbourIs(c engine.Candidate, b byte) bool {
	return c.Start > 0 && c.Text[c.Start-1] == b ||
		c.End+1 < len(c.Text) && c.Text[c.End] == b && wordByte(c.Text[c.End+1])
}
