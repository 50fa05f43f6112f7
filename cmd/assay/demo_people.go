package main

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"math/big"
	"math/rand/v2"
	"strings"
	"time"
)

// demoToday is the day on which the demo company lives, so that the same seed
// makes the same company.
var demoToday = time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC)

// demoLocale is what a country's people of the demo company are made of.
type demoLocale struct {
	country, lang string
	first, last   []string
	streets       []string // with %d for the house number
	cities        []string
	zip           string // # is a digit
	phones        []string
	mail          []string
}

var demoLocales = []demoLocale{
	{
		country: "US", lang: "en",
		first:   strings.Fields("James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah Charles Karen Daniel Nancy Matthew Lisa Anthony Betty Mark Sandra Paul Ashley"),
		last:    strings.Fields("Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Jackson Martin Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams"),
		streets: []string{"%d Maple Street", "%d Oak Avenue", "%d Cedar Lane", "%d Washington Blvd", "%d Hillcrest Drive", "%d Park Road"},
		cities:  []string{"Portland", "Austin", "Denver", "Columbus", "Sacramento", "Albany"},
		zip:     "9####", phones: []string{"+1 503-5##-####", "(512) 4##-####", "303-7##-####"},
		mail: []string{"gmail.com", "outlook.com", "yahoo.com", "kestrel-outdoor.com"},
	},
	{
		country: "DE", lang: "de",
		first:   strings.Fields("Lukas Anna Maximilian Lena Felix Marie Paul Sophie Jonas Laura Leon Julia Tim Katharina Niklas Sabine Stefan Petra Andreas Monika Thomas Claudia Markus Susanne Jürgen Birgit Wolfgang Heike Uwe Gisela"),
		last:    strings.Fields("Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Maier"),
		streets: []string{"Hauptstraße %d", "Gartenweg %d", "Bahnhofstraße %d", "Lindenallee %d", "Schillerstraße %d", "Am Markt %d"},
		cities:  []string{"Hamburg", "Leipzig", "Köln", "Stuttgart", "Bremen", "Dresden"},
		zip:     "2####", phones: []string{"+49 30 2#######", "+49 151 1#######", "0171 2######"},
		mail: []string{"web.de", "gmx.de", "t-online.de", "posteo.de"},
	},
	{
		country: "ES", lang: "es",
		first:   strings.Fields("Antonio María Manuel Carmen José Ana Francisco Isabel David Laura Javier Cristina Carlos Marta Miguel Lucía Rafael Elena Pablo Pilar Sergio Rosa Jorge Raquel Alberto Silvia Fernando Beatriz Diego Nuria"),
		last:    strings.Fields("García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Ruiz Hernández Jiménez Díaz Moreno Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Serrano Blanco Molina Morales Suárez Ortega"),
		streets: []string{"Calle Mayor %d", "Avenida de la Constitución %d", "Calle del Sol %d", "Plaza de España %d", "Paseo de Gracia %d"},
		cities:  []string{"Madrid", "Sevilla", "Valencia", "Zaragoza", "Bilbao", "Málaga"},
		zip:     "28###", phones: []string{"+34 6## ### ###", "+34 91 2## ## ##"},
		mail: []string{"telefonica.net", "hotmail.es", "correo.es"},
	},
}

// demoPerson is somebody who does not exist.
type demoPerson struct {
	locale            *demoLocale
	name, email       string
	phone, street     string
	city, zip         string
	born              time.Time
	iban, card, ssn   string
	ip, mac, passport string
}

// faker makes the content of the demo company. The same seed gives the same
// content.
type faker struct{ *rand.Rand }

func newFaker(seed uint64) faker { return faker{rand.New(rand.NewPCG(seed, seed))} }

func (f faker) pick(from []string) string { return from[f.IntN(len(from))] }

// digits fills a pattern: # is a random digit.
func (f faker) digits(pattern string) string {
	return strings.Map(func(r rune) rune {
		if r == '#' {
			return rune('0' + f.IntN(10))
		}
		return r
	}, pattern)
}

// text makes n characters of an alphabet.
func (f faker) text(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[f.IntN(len(alphabet))]
	}
	return string(b)
}

const (
	upperDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	base62      = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

func (f faker) person() demoPerson {
	l := &demoLocales[f.IntN(len(demoLocales))]
	first, last := f.pick(l.first), f.pick(l.last)
	return demoPerson{
		locale:   l,
		name:     first + " " + last,
		email:    strings.ToLower(asciiOnly(first)+"."+asciiOnly(last)) + f.digits("##") + "@" + f.pick(l.mail),
		phone:    f.digits(f.pick(l.phones)),
		street:   fmt.Sprintf(f.pick(l.streets), 1+f.IntN(180)),
		city:     f.pick(l.cities),
		zip:      f.digits(l.zip),
		born:     demoToday.AddDate(-18-f.IntN(60), -f.IntN(12), -f.IntN(28)),
		iban:     f.iban(),
		card:     f.card(),
		ssn:      fmt.Sprintf("%03d-%02d-%04d", 1+f.IntN(650), 1+f.IntN(99), 1+f.IntN(9999)),
		ip:       fmt.Sprintf("%d.%d.%d.%d", 80+f.IntN(100), f.IntN(256), f.IntN(256), 1+f.IntN(254)),
		mac:      fmt.Sprintf("3c:22:fb:%02x:%02x:%02x", f.IntN(256), f.IntN(256), f.IntN(256)),
		passport: f.text("CFGHJKLMNPRTVWXYZ", 1) + f.digits("########"),
	}
}

// asciiOnly writes a name as people do in an e-mail address.
func asciiOnly(name string) string {
	return strings.NewReplacer("ü", "ue", "ö", "oe", "ä", "ae", "ß", "ss", "á", "a", "é", "e", "í", "i",
		"ó", "o", "ú", "u", "ñ", "n", "Á", "A", "É", "E").Replace(name)
}

// iban makes a German bank account number with right check digits (ISO 13616:
// the number read with the country and 00 at its end is 1 modulo 97).
func (f faker) iban() string {
	account := f.digits("##################")
	n, _ := new(big.Int).SetString(account+"131400", 10) // D is 13, E is 14
	check := 98 - n.Mod(n, big.NewInt(97)).Int64()
	return fmt.Sprintf("DE%02d%s", check, account)
}

// card makes a card number with a right check digit (ISO/IEC 7812, Luhn).
func (f faker) card() string {
	number := f.digits(f.pick([]string{"4532###########", "5412###########"}))
	sum := 0
	for i, r := range number {
		d := int(r - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return number + string(rune('0'+(10-sum%10)%10))
}

// The secrets below open nothing. They are put together here, at run time, so
// that none stands in the source.

// githubToken makes a token in GitHub's format: 30 characters and their CRC32 in
// base 62.
func (f faker) githubToken() string {
	body := f.text(base62, 30)
	sum, check := crc32.ChecksumIEEE([]byte(body)), [6]byte{}
	for i := len(check) - 1; i >= 0; i-- {
		check[i] = base62[sum%62]
		sum /= 62
	}
	return "gh" + "p_" + body + string(check[:])
}

// awsKeyID makes an access key id in the format of AWS.
func (f faker) awsKeyID() string { return "AK" + "IA" + f.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16) }

// jwt makes a JSON Web Token (RFC 7519) with a random signature.
func (f faker) jwt(subject string) string {
	part := base64.RawURLEncoding.EncodeToString
	signature := make([]byte, 32)
	for i := range signature {
		signature[i] = byte(f.Uint32())
	}
	return part([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." +
		part(fmt.Appendf(nil, `{"sub":%q,"iat":%d}`, subject, demoToday.Unix()-int64(f.IntN(1e6)))) + "." + part(signature)
}
