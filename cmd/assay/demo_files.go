package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// demoFiles are the files of the demo company beside its database.
var demoFiles = []struct {
	path string
	make func(f faker) []byte
}{
	{"exports/newsletter.csv", newsletterCSV},
	{"exports/inventory.csv", inventoryCSV},
	{"events/clicks.jsonl.gz", clicksGzip},
	{"crm/accounts.json", accountsJSON},
	{"logs/access.log", accessLog},
	{"logs/worker.log", workerLog},
	{"support/tickets.en.txt", func(f faker) []byte { return f.letters("en") }},
	{"support/tickets.de.txt", func(f faker) []byte { return f.letters("de") }},
	{"support/tickets.es.txt", func(f faker) []byte { return f.letters("es") }},
	{"deploy/app.env", envFile},
	{"backup/2025.csv.gz", tornGzip},
}

// writeFiles makes the files of the demo company below dir.
func writeFiles(dir string, f faker) error {
	for _, file := range demoFiles {
		path := filepath.Join(dir, filepath.FromSlash(file.path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, file.make(f), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// table writes rows as CSV. Writing to memory cannot fail.
func table(header []string, n int, row func() []string) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.Write(header)
	for range n {
		_ = w.Write(row())
	}
	w.Flush()
	return out.Bytes()
}

func newsletterCSV(f faker) []byte {
	return table([]string{"no", "col_2", "col_3", "opened"}, 800, func() []string {
		p := f.person()
		return []string{f.digits("#####"), p.name, p.email, strconv.Itoa(f.IntN(40))}
	})
}

func inventoryCSV(f faker) []byte {
	return table([]string{"sku", "bin", "counted", "unit_cost"}, 600, func() []string {
		return []string{f.digits("KS-####"), f.text("ABCDEF", 1) + f.digits("##"), strconv.Itoa(f.IntN(500)), f.digits("1#.##")}
	})
}

func clicksGzip(f faker) []byte {
	var lines bytes.Buffer
	for i := range 900 {
		p := f.person()
		line, _ := json.Marshal(map[string]any{
			"n": i, "page": "/p/" + f.digits("###"), "ms": f.IntN(900),
			"client": map[string]any{"addr": p.ip, "lang": p.locale.lang},
			"who":    map[string]any{"login": p.email},
		})
		lines.Write(append(line, '\n'))
	}
	return zipped(lines.Bytes())
}

func zipped(data []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(data) // to memory
	_ = w.Close()
	return out.Bytes()
}

// tornGzip is a backup whose end is missing: assay must say so, not pass it
// over.
func tornGzip(f faker) []byte {
	whole := zipped(newsletterCSV(f))
	return whole[:len(whole)/3]
}

func accountsJSON(f faker) []byte {
	accounts := make([]any, 150)
	for i := range accounts {
		p := f.person()
		accounts[i] = map[string]any{
			"id": i, "tier": f.pick([]string{"basic", "plus"}),
			"holder": map[string]any{"display": p.name, "reach": []any{p.phone, p.email}},
			"home":   map[string]any{"line": p.street, "town": p.city, "code": p.zip},
		}
	}
	doc, _ := json.MarshalIndent(map[string]any{"exported": demoToday.Format(time.DateOnly), "accounts": accounts}, "", " ")
	return doc
}

func accessLog(f faker) []byte {
	var out bytes.Buffer
	at := demoToday
	for range 1500 {
		at = at.Add(time.Duration(f.IntN(5000)) * time.Millisecond)
		fmt.Fprintf(&out, "%s - - [%s] \"GET /p/%s HTTP/1.1\" 200 %d\n", f.person().ip, at.Format("02/Jan/2006:15:04:05 -0700"), f.digits("###"), f.IntN(90_000))
	}
	return out.Bytes()
}

func workerLog(f faker) []byte {
	var out bytes.Buffer
	at := demoToday
	for i := range 1200 {
		at = at.Add(time.Duration(f.IntN(9000)) * time.Millisecond)
		fmt.Fprintf(&out, "%s level=%s job=%d %s\n", at.Format(time.RFC3339), f.pick([]string{"info", "info", "warn"}), i, f.logMessage())
	}
	return out.Bytes()
}

func (f faker) logMessage() string {
	switch f.IntN(60) {
	case 0:
		return "reset mail sent to " + f.person().email
	case 1:
		return fmt.Sprintf("connect %s://report:%s@db2.internal:5432/shop failed, retrying", "postgres", f.text(base62, 14))
	case 2:
		return "clone with " + f.githubToken()
	}
	return f.pick([]string{"picked 3 parcels", "cache warmed in 41 ms", "queue is empty", "rebuilt the search index", "sent 12 labels to the printer"})
}

// envFile is a settings file of the kind that ends up in places where it should
// not.
func envFile(f faker) []byte {
	return []byte(strings.Join([]string{
		"LOG_LEVEL=info",
		"HTTP_PORT=8080",
		"AWS_ACCESS_KEY_ID=" + f.awsKeyID(),
		"AWS_SECRET_ACCESS" + "_KEY=" + f.text(base62+"+/", 40),
		"SMTP_PASS" + "WORD=" + f.text(base62, 16),
		"",
	}, "\n"))
}

// letterParts are what customers write, in three languages: openings, bodies
// that name nobody, and bodies with a place for a person's data.
var letterParts = map[string]struct{ open, plain, personal []string }{
	"en": {
		[]string{"Hello,", "Dear team,", "Hi there,"},
		[]string{"the tent arrived with a torn seam and I would like another one.", "is the blue jacket coming back in medium?", "my parcel has been in the depot for a week."},
		[]string{"my name is {name} and you can reach me at {email} or {phone}.", "please send it to {name}, {street}, {zip} {city}.", "I was born on {born}, so the youth discount should not apply."},
	},
	"de": {
		[]string{"Guten Tag,", "Hallo,", "Sehr geehrte Damen und Herren,"},
		[]string{"die Jacke ist leider zu klein, ich möchte sie umtauschen.", "wann kommt die neue Kollektion?", "das Paket liegt seit einer Woche im Lager."},
		[]string{"mein Name ist {name}, erreichbar unter {phone}.", "bitte überweisen Sie den Betrag auf {iban}.", "meine neue Anschrift lautet {street}, {zip} {city}.", "schreiben Sie mir an {email}."},
	},
	"es": {
		[]string{"Hola,", "Buenos días,", "Estimados señores,"},
		[]string{"la mochila llegó rota y quiero cambiarla.", "¿cuándo vuelve la chaqueta azul?", "el paquete lleva una semana en el almacén."},
		[]string{"me llamo {name} y mi teléfono es {phone}.", "envíenlo a {street}, {zip} {city}.", "mi correo es {email}."},
	},
}

// letters makes a file of customers' letters in one language.
func (f faker) letters(lang string) []byte {
	parts := letterParts[lang]
	var out bytes.Buffer
	for range 120 {
		p := f.person()
		for p.locale.lang != lang {
			p = f.person()
		}
		fill := strings.NewReplacer("{name}", p.name, "{email}", p.email, "{phone}", p.phone, "{street}", p.street,
			"{zip}", p.zip, "{city}", p.city, "{iban}", p.iban, "{born}", p.born.Format("2 January 2006"))
		fmt.Fprintf(&out, "%s %s %s\n", f.pick(parts.open), f.pick(parts.plain), fill.Replace(f.pick(parts.personal)))
	}
	return out.Bytes()
}
