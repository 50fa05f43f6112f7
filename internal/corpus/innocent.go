package corpus

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed data/words.txt
var wordsText string

// words are the lists of words.txt by name.
var words = parseWords(wordsText)

func parseWords(text string) map[string][]string {
	lists := map[string][]string{}
	for line := range strings.Lines(text) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok && name != "#" {
			lists[name] = strings.Split(rest, ",")
		}
	}
	return lists
}

// word makes values from one of the lists.
func word(list string) func(*maker) string {
	return func(m *maker) string { return one(m, words[list]...) }
}

// technicalKinds hold nothing, though they look as if.
var technicalKinds = []made{
	{"uuid", nil, (*maker).uuid},
	{"md5", nil, func(m *maker) string { return m.from(hexLower, 32) }},
	{"sha1", nil, func(m *maker) string { return m.from(hexLower, 40) }},
	{"sha256", nil, func(m *maker) string { return m.from(hexLower, 64) }},
	{"git_short", nil, func(m *maker) string { return m.from(hexLower, one(m, 7, 8, 10)) }},
	{"epoch", nil, func(m *maker) string { return strconv.FormatInt(m.recent().Unix(), 10) }},
	{"epoch_ms", nil, func(m *maker) string { return strconv.FormatInt(m.recent().UnixMilli(), 10) }},
	{"timestamp", nil, func(m *maker) string {
		return m.recent().Format(one(m, "2006-01-02 15:04:05", "2006-01-02T15:04:05Z", "2006-01-02", "02/01/2006 15:04"))
	}},
	{"version", nil, func(m *maker) string {
		return one(m, "v", "", "") + fmt.Sprintf("%d.%d.%d", m.IntN(30), m.IntN(30), m.IntN(99)) + one(m, "", "", "-beta.2", "."+m.fill("###"), "+build.7")
	}},
	{"order_luhn", nil, func(m *maker) string {
		body := m.from("1789", 1) + m.fill("##############") // no card begins like that
		return body + luhn(body)
	}},
	{"order_number", nil, func(m *maker) string {
		return one(m, "SO-", "#", "INV-2023-", "PO", "R", "10000") + m.fill(one(m, "######", "########", "%#####"))
	}},
	{"sku", nil, func(m *maker) string {
		return m.from(upper, 3) + "-" + m.fill("####") + "-" + one(m, "XL", "BLK", "02", "EU")
	}},
	{"isbn", nil, func(m *maker) string {
		body := "978" + m.fill("#########")
		s := body + strconv.Itoa((10-weighted(body, 1, 3)%10)%10)
		return one(m, s, s[:3]+"-"+s[3:4]+"-"+s[4:8]+"-"+s[8:12]+"-"+s[12:])
	}},
	{"ean", nil, func(m *maker) string {
		body := one(m, "40", "50", "76", "87") + m.fill("##########")
		return body + strconv.Itoa((10-weighted(body, 1, 3)%10)%10)
	}},
	{"tracking", nil, func(m *maker) string {
		return one(m, "1Z"+m.from(upper+digits, 6)+m.fill("##########"), "RR"+m.fill("#########")+one(m, "DE", "GB", "CN"), "JJD"+m.fill("##################"), "00340"+m.fill("###############"))
	}},
	{"price", nil, func(m *maker) string {
		return one(m, fmt.Sprintf("%d.%02d", m.between(1, 4999), m.IntN(100)), fmt.Sprintf("$%d.99", m.between(1, 999)), fmt.Sprintf("%s,%02d €", thousands(m.between(1, 99999), "."), m.IntN(100)), fmt.Sprintf("£%d", m.between(5, 20000)))
	}},
	{"quantity", nil, func(m *maker) string { return strconv.Itoa(m.between(0, 5000)) }},
	{"percent", nil, func(m *maker) string { return fmt.Sprintf("%.1f%%", m.Float64()*100) }},
	{"bytes", nil, func(m *maker) string { return fmt.Sprintf("%.1f %s", m.Float64()*900, one(m, "KB", "MB", "GiB")) }},
	{"dimension", nil, func(m *maker) string {
		return fmt.Sprintf("%dx%d%s", m.between(10, 1920), m.between(10, 1080), one(m, "", " mm", "px"))
	}},
	{"float", nil, func(m *maker) string { return fmt.Sprintf("%.6f", m.Float64()*1000) }},
	{"colour_hex", nil, func(m *maker) string { return "#" + m.from(hexLower, 6) }},
	{"cron", nil, func(m *maker) string { return fmt.Sprintf("%d %d * * %d", m.IntN(60), m.IntN(24), m.IntN(7)) }},
	{"objectid", nil, func(m *maker) string { return m.from(hexLower, 24) }},
	{"ulid", nil, func(m *maker) string { return "01H" + m.from("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 23) }},
	{"etag", nil, func(m *maker) string { return `W/"` + m.from(hexLower, 16) + `"` }},
	{"log_line", nil, (*maker).logLine},
	{"source_code", nil, word("code")},
	{"placeholder", nil, word("placeholder")},
	{"file_name", nil, word("file")},
	{"path", nil, word("path")},
	{"status", nil, word("status")},
	{"user_agent", nil, word("agent")},
	{"plain_url", nil, func(m *maker) string {
		return "https://" + one(m, "shop.northwindtrading.net", "docs.kestrel-labs.io", "cdn.bakerhulme.co.uk") + "/" + one(m, "item/", "assets/", "page/") + m.fill("####")
	}},
}

// thingKinds are names of things, and words.
var thingKinds = []made{
	{"lorem", nil, word("lorem")},
	{"sentence", nil, word("sentence")},
	{"product", nil, word("product")},
	{"company", nil, word("company")},
	{"brand", nil, word("brand")},
	{"city_name", nil, word("city")},
	{"job_title", nil, word("job")},
	{"article_title", nil, word("title")},
}

func (m *maker) logLine() string {
	at := m.recent()
	switch m.IntN(4) {
	case 0:
		return at.Format("2006-01-02T15:04:05.000Z") + fmt.Sprintf(" INFO [worker-%d] processed %d records in %d ms", m.IntN(16), m.IntN(9000), m.IntN(4000))
	case 1:
		return at.Format("Jan _2 15:04:05") + fmt.Sprintf(" node%d kernel: [%d.%06d] usb 1-1: new high-speed device", m.IntN(9), m.IntN(90000), m.IntN(999999))
	case 2:
		return fmt.Sprintf(`{"ts":%d,"level":"warn","msg":"retry %d","trace":"%s"}`, at.UnixMilli(), m.IntN(5), m.from(hexLower, 32))
	}
	return fmt.Sprintf("E%s %d cache.go:%d] eviction failed: key=%s size=%d", at.Format("0102 15:04:05.000000"), m.IntN(70000), m.IntN(900), m.from(hexLower, 12), m.IntN(1<<20))
}

// randomDigits are bare numbers of each length: nothing can be known of them.
func randomDigits(m *maker, n int) string { return m.from(digits[1:], 1) + m.from(digits, n-1) }
