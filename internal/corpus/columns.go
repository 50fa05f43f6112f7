package corpus

import (
	"fmt"
	"strconv"
	"strings"
)

// columnMakers are kinds that occur in columns only: what databases keep in a
// form of their own.
var columnMakers = map[Kind]func(*maker) string{
	"dob":    func(m *maker) string { return m.born().Format("2006-01-02") },
	"street": (*maker).streetLine,
	"vat":    (*maker).vat,
	"body_weight": func(m *maker) string {
		return fmt.Sprintf("%d.%d", m.between(44, 130), m.IntN(10))
	},
	"body_height":  func(m *maker) string { return strconv.Itoa(m.between(148, 201)) },
	"iban_compact": func(m *maker) string { return strings.ReplaceAll(m.iban(), " ", "") },
	"role_email": func(m *maker) string {
		return one(m, "support", "info", "billing") + "@" + one(m, mailHosts...)
	},
	"mailbox": func(m *maker) string { return m.name() + " <" + m.email() + ">" },
	"env_text": func(m *maker) string {
		return "AWS_ACCESS_KEY_ID=" + m.awsKey() + "\nCI=true\nNODE_ENV=test"
	},
	"lat": func(m *maker) string { lat, _ := m.latLon(); return fmt.Sprintf("%.6f", lat) },
	"lon": func(m *maker) string { _, lon := m.latLon(); return fmt.Sprintf("%.6f", lon) },

	"fk":              func(m *maker) string { return strconv.Itoa(m.between(1, 4000)) },
	"bool":            func(m *maker) string { return one(m, "0", "1") },
	"flag":            func(m *maker) string { return one(m, "M", "F", "X") },
	"int":             func(m *maker) string { return strconv.Itoa(m.between(0, 9999)) },
	"year":            func(m *maker) string { return strconv.Itoa(m.between(1950, 2023)) },
	"port":            func(m *maker) string { return one(m, "22", "443", "161", "10050") },
	"price_plain":     func(m *maker) string { return fmt.Sprintf("%d.%02d", m.between(0, 2999), m.IntN(100)) },
	"weight_plain":    func(m *maker) string { return fmt.Sprintf("%d.%03d", m.IntN(40), m.IntN(1000)) },
	"day":             func(m *maker) string { return m.recent().Format("2006-01-02") },
	"salary":          func(m *maker) string { return strconv.Itoa(500 * m.between(40, 300)) },
	"compact_time":    func(m *maker) string { return m.recent().Format("20060102150405") },
	"order_long":      func(m *maker) string { return "1000" + m.fill("#####") },
	"account_no":      func(m *maker) string { return "1000" + m.fill("#####") },
	"device_uuid":     (*maker).uuid,
	"password_sha256": func(m *maker) string { return m.from(hexLower, 64) },
	"emp_code":        func(m *maker) string { return "E" + m.fill("####") },
	"slug": func(m *maker) string {
		return one(m, "release", "summer", "front", "cache", "mail") + "-" + one(m, "notes", "sale", "page", "size", "queue") + "-" + m.fill("#")
	},
	"words":        func(m *maker) string { return one(m, "standard", "basic set", "old import", "misc", "n/a", "batch 4") },
	"initial":      func(m *maker) string { return m.from(upper, 1) },
	"salutation":   func(m *maker) string { return one(m, "Mr", "Ms", "Dr") },
	"relation":     func(m *maker) string { return one(m, "mother", "spouse", "brother", "friend") },
	"region":       func(m *maker) string { return one(m, "Bavaria", "Ohio", "Kent", "Utah") },
	"country_code": func(m *maker) string { return one(m, "DE", "US", "FR", "JP") },
	"locale_code":  word("locale"),
	"timezone":     func(m *maker) string { return one(m, "Europe/Berlin", "America/Chicago", "Asia/Tokyo", "UTC") },
	"currency":     word("currency"),
	"country":      word("country"),
	"category":     word("category"),
	"department":   word("department"),
	"role":         word("role"),
	"event":        word("event"),
	"mime":         func(m *maker) string { return one(m, "text/plain", "image/png", "application/pdf") },
	"hostname": func(m *maker) string {
		return one(m, "web", "db", "mq", "cache") + m.fill("0#") + "." + one(m, "dc1", "dc2") + ".kestrel-labs.io"
	},
	"bcrypt":    func(m *maker) string { return "$2y$10$" + m.from(alphanum+"./", 53) },
	"phpass":    func(m *maker) string { return "$P$B" + m.from(alphanum+"./", 30) },
	"from15":    func(m *maker) string { return m.from(alphanum, 15) },
	"ssh_print": func(m *maker) string { return "SHA256:" + m.from(base64ch, 43) },
	"ssh_key": func(m *maker) string {
		return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + m.from(base64ch, 43)
	},
	"api_token": func(m *maker) string { return m.from(alphanum, 64) },
}

// columnAlias says which kind a column's own form is.
var columnAlias = map[string]Kind{
	"dob":          "birthdate",
	"iban_compact": "iban",
	"env_text":     "aws_key",
}

func (m *maker) streetLine() string {
	number := strconv.Itoa(m.between(1, 240))
	street := one(m, m.locale.streets...)
	for _, form := range m.locale.address {
		if strings.Index(form, "{num}") < strings.Index(form, "{street}") {
			return number + " " + street
		}
	}
	return street + " " + number
}

// vat is a company's or trader's number for value added tax, without its check.
func (m *maker) vat() string {
	return one(m, "DE"+m.fill("%########"), "ATU"+m.fill("########"), "IT"+m.fill("###########"))
}

// columnTypes are the declared types that are not varchar(255).
var columnTypes = map[string]string{
	"auto": "int", "fk": "int", "int": "int", "year": "smallint", "port": "int", "epoch": "int", "epoch_ms": "bigint",
	"bool": "tinyint(1)", "flag": "char(1)", "initial": "char(1)",
	"dob": "date", "day": "date", "timestamp": "datetime", "compact_time": "binary(14)",
	"price_plain": "decimal(12,2)", "weight_plain": "decimal(12,4)", "body_weight": "decimal(5,1)", "body_height": "int",
	"float": "double", "lat": "double", "lon": "double",
	"note": "text", "lorem": "text", "sentence": "text", "json": "json", "json_tech": "json", "log_line": "text", "env_text": "text", "ssh_key": "text",
	"uuid": "char(36)", "md5": "char(32)", "sha1": "char(40)", "sha256": "char(64)", "ulid": "varchar(26)",
	"country_code": "char(2)", "currency": "char(3)", "ipv4": "varchar(45)",
}

func typeOf(kind string) string {
	if t, ok := columnTypes[kind]; ok {
		return t
	}
	return "varchar(255)"
}
