package corpus

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// maker makes pieces of data in one locale.
type maker struct {
	*rand.Rand
	locale *Locale
}

// one picks one of the choices.
func one[T any](m *maker, choices ...T) T { return choices[m.IntN(len(choices))] }

// chance is true with probability p.
func (m *maker) chance(p float64) bool { return m.Float64() < p }

// between returns a whole number from low to high, both included.
func (m *maker) between(low, high int) int { return low + m.IntN(high-low+1) }

const (
	digits   = "0123456789"
	upper    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lower    = "abcdefghijklmnopqrstuvwxyz"
	alphanum = digits + upper + lower
	hexLower = "0123456789abcdef"
	base64ch = alphanum + "+/"
	urlSafe  = alphanum + "-_"
)

// from returns n characters of an alphabet.
func (m *maker) from(alphabet string, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[m.IntN(len(alphabet))]
	}
	return string(out)
}

// fill replaces # by a digit, % by one of 1 to 9, ^ by one of 2 to 9 and ? by a
// capital letter.
func (m *maker) fill(pattern string) string {
	var out strings.Builder
	for _, r := range pattern {
		switch r {
		case '#':
			out.WriteString(m.from(digits, 1))
		case '%':
			out.WriteString(m.from(digits[1:], 1))
		case '^':
			out.WriteString(m.from(digits[2:], 1))
		case '?':
			out.WriteString(m.from("ABCDEGHJKLMNPRSTVWXYZ", 1))
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

func (m *maker) given() string  { return one(m, m.locale.given...) }
func (m *maker) family() string { return one(m, m.locale.family...) }

func (m *maker) name() string {
	given, family := m.given(), m.family()
	switch m.locale.order {
	case "family":
		return family + " " + given
	case "family-joined":
		if m.locale.language == "ja" && m.chance(0.5) {
			return family + " " + given
		}
		return family + given
	}
	if m.locale.language == "en" && m.chance(0.15) {
		return given + " " + m.from(upper, 1) + ". " + family
	}
	return given + " " + family
}

func (m *maker) address() string {
	city := one(m, m.locale.cities...)
	return strings.NewReplacer(
		"{street}", one(m, m.locale.streets...),
		"{num}", strconv.Itoa(m.between(2, 289)),
		"{unit}", strconv.Itoa(m.between(1, 40)),
		"{small}", strconv.Itoa(m.between(1, 9)),
		"{letter}", m.from("abcd", 1),
		"{city}", city[0],
		"{post}", m.fill(city[1]),
	).Replace(one(m, m.locale.address...))
}

func (m *maker) postcode() string { return m.fill(one(m, m.locale.cities...)[1]) }
func (m *maker) city() string     { return one(m, m.locale.cities...)[0] }
func (m *maker) phone() string    { return m.fill(one(m, m.locale.phones...)) }
func (m *maker) plate() string    { return m.fill(one(m, m.locale.plates...)) }

// born is a day on which somebody alive today may have been born.
func (m *maker) born() time.Time {
	return time.Date(1935, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, m.IntN(72*365))
}

// recent is a moment of the last years.
func (m *maker) recent() time.Time {
	return time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(m.IntN(6*365*86400)) * time.Second)
}

func (m *maker) date() string { return m.locale.format(one(m, m.locale.dates...), m.born()) }

// latin is a name as it stands in an e-mail address or a user name.
func (m *maker) latin(name string) string {
	name = strings.ToLower(asciiLetters.Replace(name))
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, name)
	if len(name) < 2 { // another script
		return one(m, "kenji", "olga", "wei", "nadia", "minjun", "eleni", "yusuf", "ravi", "noa", "petro", "suda")
	}
	return name
}

var asciiLetters = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue",
	"é", "e", "è", "e", "ê", "e", "ë", "e", "É", "E", "á", "a", "à", "a", "â", "a", "ã", "a", "Á", "A", "å", "a", "Å", "A",
	"í", "i", "î", "i", "ï", "i", "Í", "I", "ı", "i", "İ", "I", "ó", "o", "ô", "o", "õ", "o", "ø", "o", "Ø", "O",
	"ú", "u", "ñ", "n", "ç", "c", "Ç", "C", "ş", "s", "Ş", "S", "ğ", "g", "ł", "l", "Ł", "L", "ń", "n", "ś", "s",
	"ź", "z", "ż", "z", "Ż", "Z", "ą", "a", "ę", "e", "ć", "c", "č", "c", "Č", "C", "ř", "r", "š", "s", "ž", "z",
	"ě", "e", "ů", "u", "ý", "y", "ť", "t", "ň", "n", "ő", "o", "Ő", "O", "ű", "u", "ă", "a", "ș", "s", "Ș", "S", "ț", "t", "Ț", "T",
)

// mailHosts are providers and companies; example.com and its like would be
// known fakes.
var mailHosts = []string{
	"gmail.com", "outlook.com", "yahoo.co.uk", "web.de", "gmx.at", "orange.fr", "libero.it", "wp.pl",
	"mail.ru", "qq.com", "naver.com", "uol.com.br", "proton.me", "icloud.com", "seznam.cz",
	"northwindtrading.net", "kestrel-labs.io", "bakerhulme.co.uk", "stadtwerke-lenzfeld.de", "univ-montclair.fr",
}

func (m *maker) email() string {
	given, family := m.latin(m.given()), m.latin(m.family())
	local := one(m,
		given+"."+family,
		given[:1]+family,
		given+strconv.Itoa(m.between(1, 99)),
		family+"_"+given,
		given+"."+family+"+news",
		given+"-"+family,
	)
	if m.chance(0.04) {
		return strings.ToUpper(local) + "@" + one(m, mailHosts...)
	}
	return local + "@" + one(m, mailHosts...)
}

func (m *maker) username() string {
	return m.latin(m.given()) + one(m, "_", ".", "") + one(m, m.latin(m.family()), strconv.Itoa(m.between(1, 2009)))
}

// thousands writes a whole number with a separator between groups of three.
func thousands(n int, separator string) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + separator + s[i:]
	}
	return s
}

func (m *maker) uuid() string {
	return fmt.Sprintf("%s-%s-4%s-%s%s-%s", m.from(hexLower, 8), m.from(hexLower, 4),
		m.from(hexLower, 3), m.from("89ab", 1), m.from(hexLower, 3), m.from(hexLower, 12))
}
