package main

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"
)

// appMaker makes the value of a column in row i, counted from 0.
type appMaker func(f *gofakeit.Faker, i int) any

// appMakers make the content of the tables in testdata/app/schema.sql. They
// share no strings and no code with the verifiers: what people have comes from
// gofakeit, what else stands here. Much of that was chosen because it resembles
// something personal: numbers as long as documents have, versions like
// addresses, product names like people's.
var appMakers = map[string]appMaker{
	// people's
	"bcrypt": func(f *gofakeit.Faker, _ int) any { return "$2y$12$" + appText(f, appAlphabet+"./", 53) },
	"born": func(f *gofakeit.Faker, _ int) any {
		return f.DateRange(appDay(1940), appDay(2007)).Format(time.DateOnly)
	},
	"card":     func(f *gofakeit.Faker, _ int) any { return f.CreditCardNumber(nil) },
	"email":    func(f *gofakeit.Faker, _ int) any { return appMail(f) },
	"first":    func(f *gofakeit.Faker, _ int) any { return f.FirstName() },
	"iban":     func(f *gofakeit.Faker, _ int) any { return appIBAN(f) },
	"ipv4":     func(f *gofakeit.Faker, _ int) any { return f.IPv4Address() },
	"last":     func(f *gofakeit.Faker, _ int) any { return f.LastName() },
	"login":    func(f *gofakeit.Faker, _ int) any { return f.Username() },
	"mac":      func(f *gofakeit.Faker, _ int) any { return f.MacAddress() },
	"mailbox":  func(f *gofakeit.Faker, _ int) any { return f.Name() + " <" + appMail(f) + ">" },
	"passport": func(f *gofakeit.Faker, _ int) any { return f.Numerify("5########") },
	"person":   func(f *gofakeit.Faker, _ int) any { return f.Name() },
	"phone":    func(f *gofakeit.Faker, _ int) any { return appPhone(f) },
	"sex":      func(f *gofakeit.Faker, _ int) any { return f.RandomString([]string{"f", "m", "x"}) },
	"ssn": func(f *gofakeit.Faker, _ int) any {
		return fmt.Sprintf("%03d-%02d-%04d", f.Number(100, 665), f.Number(1, 99), f.Number(1, 9999))
	},
	"street": func(f *gofakeit.Faker, _ int) any { return appStreet(f) },
	"town":   func(f *gofakeit.Faker, _ int) any { return f.City() },
	"zip":    func(f *gofakeit.Faker, _ int) any { return f.Zip() },

	// people's among other things
	"sometimes email": func(f *gofakeit.Faker, i int) any {
		if i%5 > 0 {
			return nil
		}
		return appMail(f)
	},
	"note":   func(f *gofakeit.Faker, i int) any { return appNote(f, i) },
	"letter": func(f *gofakeit.Faker, i int) any { return appLetter(f, i) },
	"audit":  func(f *gofakeit.Faker, i int) any { return appAudit(f, i) },

	// numbers
	"digit":     func(f *gofakeit.Faker, _ int) any { return f.Number(1, 9) },
	"ean":       func(f *gofakeit.Faker, _ int) any { return appEAN(f.Numerify("40##########")) },
	"flag":      func(f *gofakeit.Faker, _ int) any { return f.Number(0, 1) },
	"four":      func(f *gofakeit.Faker, _ int) any { return f.Numerify("####") },
	"isbn":      func(f *gofakeit.Faker, _ int) any { return appISBN(f) },
	"large":     func(f *gofakeit.Faker, _ int) any { return f.Number(10_000, 40_000_000) },
	"nine":      func(_ *gofakeit.Faker, i int) any { return 219_000_000 + 7919*i },
	"nothing":   func(*gofakeit.Faker, int) any { return nil },
	"order":     func(_ *gofakeit.Faker, i int) any { return strconv.Itoa(100_000_000 + 13*i) },
	"price":     func(f *gofakeit.Faker, _ int) any { return fmt.Sprintf("%.2f", f.Float64Range(0.5, 900)) },
	"serial":    func(_ *gofakeit.Faker, i int) any { return i + 1 },
	"small":     func(f *gofakeit.Faker, _ int) any { return f.Number(1, 1200) },
	"snowflake": func(_ *gofakeit.Faker, i int) any { return 1_204_817_239_441_276_928 + 4_194_304*int64(i) },
	"stamp": func(_ *gofakeit.Faker, i int) any {
		return appDay(2021).Add(time.Duration(i) * 100 * time.Hour).Format("20060102150405")
	},
	"tracking": func(f *gofakeit.Faker, _ int) any { return f.Numerify("JJD0146#############") },
	"unix":     func(f *gofakeit.Faker, _ int) any { return f.Number(1_600_000_000, 1_760_000_000) },
	"version": func(f *gofakeit.Faker, _ int) any {
		return fmt.Sprintf("%d.%d.%d.%d", f.Number(1, 12), f.Number(0, 40), f.Number(0, 20), f.Number(0, 255))
	},

	// codes
	"batch":  func(f *gofakeit.Faker, _ int) any { return f.Numerify("L2025-###/##") },
	"bin":    func(f *gofakeit.Faker, _ int) any { return strings.ToUpper(f.Lexify("?")) + f.Numerify("##-##") },
	"colour": func(f *gofakeit.Faker, _ int) any { return fmt.Sprintf("#%06x", f.Number(0, 0xffffff)) },
	"coupon": func(f *gofakeit.Faker, i int) any { return strings.ToUpper(f.Lexify("SAVE-????-")) + strconv.Itoa(i) },
	"cron": func(f *gofakeit.Faker, _ int) any {
		return fmt.Sprintf("%d %d * * 1-5", f.Number(0, 59), f.Number(0, 23))
	},
	"md5": func(f *gofakeit.Faker, i int) any {
		return fmt.Sprintf("%x", md5.Sum([]byte(appText(f, appAlphabet, 9))))
	},
	"reference": func(f *gofakeit.Faker, _ int) any { return f.Numerify("KSK-####-#####") },
	"sha1": func(f *gofakeit.Faker, i int) any {
		return fmt.Sprintf("%x", sha1.Sum([]byte(appText(f, appAlphabet, 9))))
	},
	"sha256": func(f *gofakeit.Faker, i int) any {
		return fmt.Sprintf("%x", sha256.Sum256([]byte(appText(f, appAlphabet, 9))))
	},
	"sixteen": func(f *gofakeit.Faker, i int) any { return []byte(fmt.Sprintf("dev-%012d", i)) },
	"size": func(f *gofakeit.Faker, _ int) any {
		return fmt.Sprintf("%dx%dx%d mm", f.Number(20, 900), f.Number(20, 900), f.Number(5, 400))
	},
	"sku": func(f *gofakeit.Faker, i int) any {
		return fmt.Sprintf("KI-%05d-%s", i, strings.ToUpper(f.Lexify("??")))
	},
	"uuid": func(f *gofakeit.Faker, _ int) any { return f.UUID() },

	// words
	"agent":      func(f *gofakeit.Faker, _ int) any { return appAgent(f) },
	"basket":     func(f *gofakeit.Faker, i int) any { return appBasket(f, i) },
	"carrier":    appOneOf("DHL", "UPS", "GLS", "DPD", "PostNord"),
	"category":   appOneOf("Garden", "Kitchen & Dining", "Outdoor", "Books", "Spare parts", "Toys", "Gift cards"),
	"currency":   appOneOf("EUR", "USD", "SEK", "GBP"),
	"day":        func(f *gofakeit.Faker, _ int) any { return appPast(f).Format(time.DateOnly) },
	"edition":    appOneOf("1st edition", "2nd, revised", "paperback 2019", "reprint"),
	"image":      func(f *gofakeit.Faker, i int) any { return fmt.Sprintf("media/%d/hero-%s@2x.png", i, f.Lexify("????")) },
	"kind":       appOneOf("billing", "shipping"),
	"layout":     appOneOf("wide", "tall", "tile"),
	"locale":     appOneOf("en_US", "de_DE", "sv_SE", "fr_FR", "pt_BR"),
	"media":      appOneOf("image/png", "image/webp", "image/jpeg"),
	"method":     appOneOf("card", "transfer", "invoice", "cash"),
	"past":       func(f *gofakeit.Faker, _ int) any { return appPast(f) },
	"path":       func(f *gofakeit.Faker, i int) any { return fmt.Sprintf("/var/kiosk/avatars/%02x/%d.webp", i%256, i) },
	"permission": func(f *gofakeit.Faker, _ int) any { return appWord(f, appThings) + "." + appWord(f, appVerbs) },
	"product":    func(f *gofakeit.Faker, _ int) any { return appWord(f, appLines) + " " + appWord(f, appGoods) },
	"prose":      func(f *gofakeit.Faker, _ int) any { return appProse(f, 3) },
	"role":       appOneOf("owner", "manager", "clerk", "guest", "auditor"),
	"sentence":   func(f *gofakeit.Faker, _ int) any { return appProse(f, 1) },
	"setting": func(f *gofakeit.Faker, i int) any {
		return fmt.Sprintf("%s.%s_%d", appWord(f, appThings), appWord(f, appVerbs), i)
	},
	"slug": func(f *gofakeit.Faker, i int) any {
		return fmt.Sprintf("%s-%s-%d", appWord(f, appThings), appWord(f, appVerbs), i)
	},
	"status":   appOneOf("open", "paid", "packed", "shipped", "returned"),
	"strategy": appOneOf("oauth2", "local", "saml"),
	"template": func(f *gofakeit.Faker, _ int) any {
		return "Hello {{user.first_name}},\n" + appProse(f, 2) + "\n{{shop.email}} · {{shop.phone}}"
	},
	"trace": func(f *gofakeit.Faker, _ int) any { return appTrace(f) },
	"value": appOneOf("true", "30", "eu-north-1", "UTC", "/srv/kiosk", "smtp:587", "10/minute", "{}", "Y-m-d H:i"),
	"zone":  appOneOf("Europe/Berlin", "America/New_York", "Europe/Stockholm", "Asia/Tokyo", "UTC"),
}

const appAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

var (
	appThings = strings.Fields("order stock invoice theme search basket import export cache voucher shelf label")
	appVerbs  = strings.Fields("create update delete view refund archive retry publish print sort")
	appLines  = strings.Fields("Chelsea Victoria Jackson Madison Sierra Savannah Florence Milan Austin Brooklyn Camden Sydney")
	appGoods  = strings.Fields("Boot Sponge Bookcase Lamp Rug Teapot Backpack Blanket Stool Mirror Kettle")
	appProses = []string{
		"Arrived two days late but well packed.", "The handle is a little loose; 3 of 5 stars.", "Fits the 40 mm bracket exactly.",
		"Would buy again at 19.90, not at 29.90.", "Der Stoff ist weicher als erwartet.", "Part 4 of the manual is missing.",
		"Can you ship before the 24th?", "Works since version 2.3.1, see changelog.", "Passt perfekt in die Ecke im Flur.",
		"Colour differs from the photo (more like #aa8844).", "The box said 12 pieces, I counted 11.", "Bra kvalitet för priset.",
	}
)

func appOneOf(words ...string) appMaker {
	return func(f *gofakeit.Faker, _ int) any { return f.RandomString(words) }
}

func appWord(f *gofakeit.Faker, words []string) string { return f.RandomString(words) }

func appDay(year int) time.Time { return time.Date(year, time.March, 1, 8, 15, 0, 0, time.UTC) }

func appPast(f *gofakeit.Faker) time.Time { return f.DateRange(appDay(2019), appDay(2026)) }

func appText(f *gofakeit.Faker, alphabet string, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[f.IntN(len(alphabet))]
	}
	return string(out)
}

// appStreet makes a street as there are; those of gofakeit are no streets.
func appStreet(f *gofakeit.Faker) string {
	n := f.Number(1, 240)
	return fmt.Sprintf(f.RandomString([]string{"%d Alder Street", "%d Quarry Road", "%d N Juniper Ave", "%d Harbour Drive, Apt 4",
		"%d Old Mill Lane", "Fliederweg %d", "Ringstraße %d", "Storgatan %d", "%d rue des Tilleuls", "Rua das Oliveiras, %d"}), n)
}

func appMail(f *gofakeit.Faker) string {
	host := f.RandomString([]string{"fjordmail.net", "lindqvist-bygg.se", "postbox.org", "northgate-college.edu"})
	return strings.ToLower(f.FirstName() + "." + f.LastName() + strconv.Itoa(f.Number(1, 99)) + "@" + host)
}

func appPhone(f *gofakeit.Faker) string {
	return f.Numerify(f.RandomString([]string{"+1 (415) 2##-####", "212-3##-####", "+46 70 2## ## ##", "+49 171 3######"}))
}

// appIBAN makes a German account number; its check digits are 98 less the
// remainder of the rearranged number by 97 (ISO 13616).
func appIBAN(f *gofakeit.Faker) string {
	account := f.Numerify("5#################")
	n, _ := new(big.Int).SetString(account+"131400", 10)
	return fmt.Sprintf("DE%02d%s", 98-n.Mod(n, big.NewInt(97)).Int64(), account)
}

// appEAN appends the check digit of an article number (GS1).
func appEAN(digits string) string {
	sum := 0
	for i, d := range digits {
		sum += int(d-'0') * (1 + 2*(i%2))
	}
	return digits + strconv.Itoa((10-sum%10)%10)
}

func appISBN(f *gofakeit.Faker) string {
	ean := appEAN("978" + f.Numerify("3########"))
	return ean[:3] + "-" + ean[3:4] + "-" + ean[4:8] + "-" + ean[8:12] + "-" + ean[12:]
}

func appAgent(f *gofakeit.Faker) string {
	return fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36", f.Number(100, 140))
}

func appProse(f *gofakeit.Faker, sentences int) string {
	var out []string
	for range sentences {
		out = append(out, f.RandomString(appProses))
	}
	return strings.Join(out, " ")
}

func appTrace(f *gofakeit.Faker) string {
	return fmt.Sprintf("RuntimeException: shelf %d not found in /srv/kiosk/app/Stock.php:%d\n#0 {main} kiosk/core@%d.%d.%d",
		f.Number(1, 999), f.Number(10, 400), f.Number(1, 5), f.Number(0, 20), f.Number(0, 9))
}

func appNote(f *gofakeit.Faker, i int) any {
	switch i % 12 {
	case 0:
		return "Please ring me on " + appPhone(f) + " when you are outside."
	case 6:
		return "Send the receipt to " + appMail(f) + " as well, thanks!"
	case 3, 9:
		return appProse(f, 1)
	}
	return nil
}

func appLetter(f *gofakeit.Faker, i int) any {
	text := appProse(f, 2)
	switch i % 5 {
	case 0:
		text += "\nYou can reach me at " + appMail(f) + "."
	case 1:
		text += "\nPlease refund to account " + appIBAN(f) + "."
	}
	return text + "\nOrder " + strconv.Itoa(100_000_000+13*i)
}

func appBasket(f *gofakeit.Faker, i int) any {
	return appJSON(map[string]any{"items": []any{map[string]any{"sku": fmt.Sprintf("KI-%05d", i), "n": f.Number(1, 5)}}, "step": f.Number(1, 4)})
}

// appAudit holds what appPaths says; the schema's comments say it of columns only.
func appAudit(f *gofakeit.Faker, i int) any {
	return appJSON(map[string]any{
		"actor":  map[string]any{"addr": f.IPv4Address(), "mail": appMail(f)},
		"before": map[string]any{"stock": f.Number(0, 90)}, "after": map[string]any{"stock": f.Number(0, 90)}, "seq": i,
	})
}

// appPaths are the personal paths inside JSON columns.
var appPaths = map[string]string{
	"audit_log.detail.$.actor.addr": "ip_address",
	"audit_log.detail.$.actor.mail": "email_address",
}

func appJSON(v any) string {
	out, _ := json.Marshal(v) // maps of plain values always marshal
	return string(out)
}
