package code

import (
	"strings"
	"unicode"

	"example.com/assay/engine"
)

// people lists the checks of what is said of a person.
var people = []Check{
	{
		Name:  "gender_value",
		Doc:   "a whole value that names a gender or sex in one of twenty languages, or a code of ISO/IEC 5218",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return ok(isOneOf(c, genders)) },
	},
	{
		Name:  "marital_value",
		Doc:   "a whole value that names a marital status in one of twelve languages",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return ok(isOneOf(c, maritalStates)) },
	},
	{
		Name: "word_value",
		Doc:  "a whole value of a few words: letters, blanks and little else; needs a field that says what it is",
		Find: findWhole,
		Valid: func(c engine.Candidate) float64 {
			return ok(len(c.Bytes()) <= 80 && nameLike(c.Bytes()))
		},
	},
	{
		Name:  "document_value",
		Doc:   "a whole value that can be the number of a document: 5 to 20 capital letters and digits in groups, with two digits at least; needs a field that says so",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return ok(documentLike(c.Bytes())) },
	},
	{
		Name: "document_number",
		Doc:  "the number of a document in running text: stands alone and has two digits at least",
		Valid: func(c engine.Candidate) float64 {
			return ok(standsAlone(c) && documentLike(c.Bytes()) && !LooksLikeDate(c.Bytes()))
		},
	},
	{
		Name: "gb_nino_prefix",
		Doc:  "refuses prefixes of national insurance numbers that HMRC does not use",
		Valid: func(c engine.Candidate) float64 {
			return ok(!strings.Contains(" BG GB KN NK NT TN ZZ ", " "+string(compact(c.Bytes())[:2])+" "))
		},
	},
	{
		Name: "gb_nhs",
		Doc:  "NHS number: ten digits, modulus 11 with weights 10 to 2",
		Valid: func(c engine.Candidate) float64 {
			n := compact(c.Bytes())
			digit := (11 - n.sum(10, 9, 8, 7, 6, 5, 4, 3, 2)%11) % 11
			return ok(standsAlone(c) && !n.uniform() && digit == n.last())
		},
	},
	{
		Name: "amount_value",
		Doc:  "a whole value that is an amount of money of three digits and more; needs a field that says of what",
		Find: findWhole,
		Valid: func(c engine.Candidate) float64 {
			return ok(DigitCount(c.Bytes()) >= 3 && amountLike(string(c.Bytes())))
		},
	},
	{
		Name: "text_value",
		Doc:  "a whole value of at most 200 bytes with two letters and more; needs a field that says what it is",
		Find: findWhole,
		Valid: func(c engine.Candidate) float64 {
			return ok(len(c.Bytes()) <= 200 && letterCount(string(c.Bytes())) >= 2)
		},
	},
	{
		Name:  "blood_value",
		Doc:   "a whole value that is an ABO blood group, with or without the Rh factor; needs a field that says so",
		Find:  findWhole,
		Valid: func(c engine.Candidate) float64 { return ok(isOneOf(c, bloodGroups)) },
	},
	{
		Name: "login_value",
		Doc:  "a whole value without blanks that can be a user name or handle; needs a field that says so",
		Find: findWhole,
		Valid: func(c engine.Candidate) float64 {
			return ok(loginLike(c.Bytes()))
		},
	},
	{
		Name: "token_value",
		Doc:  "a whole value without blanks, of 4 to 4,096 characters; needs a field that says what it is",
		Find: findWhole,
		Valid: func(c engine.Candidate) float64 {
			return ok(len(c.Bytes()) >= 4 && len(c.Bytes()) <= 4096 && !hasBlank(c.Bytes()) && !placeholder(c.Bytes()) && !codeWord(c))
		},
	},
}

var genders = wordSet(`m f d w x u h 0 1 2 9 male female man woman men women boy girl non-binary nonbinary non_binary other divers diverse unknown
	transgender agender genderfluid genderqueer prefer_not_to_say mannlich weiblich mann frau herr homme femme masculin feminin hombre mujer
	masculino femenino feminino maschio femmina uomo donna homem mulher vrouw man mezczyzna kobieta kvinna kvinde mand kvinne mies nainen
	muz zena erkek kadin bay bayan мужскои женскии мужчина женщина муж жен м ж чоловiк жiнка чоловіча жіноча чоловік жінка ανδρας γυναικα
	αρρεν θηλυ ferfi no barbat femeie 男 女 男性 女性 남 여 남성 여성 남자 여자 ذكر انثى זכר נקבה पुरुष महिला nam nu laki-laki perempuan mr mrs ms miss mr. mrs. ms.`)

var maritalStates = wordSet(`single married divorced widowed widow widower separated engaged civil_partnership domestic_partnership common_law cohabiting never_married
	ledig verheiratet geschieden verwitwet getrennt lebenspartnerschaft eingetragene_lebenspartnerschaft celibataire marie mariee divorce divorcee veuf veuve pacse pacsee
	soltero soltera casado casada divorciado divorciada viudo viuda separado separada union_libre pareja_de_hecho celibe nubile coniugato coniugata sposato sposata
	divorziato divorziata vedovo vedova solteiro solteira viuvo viuva uniao_estavel ongehuwd gehuwd gescheiden weduwe weduwnaar kawaler panna zonaty zamezna
	rozwiedziony rozwiedziona wdowiec wdowa ogift gift skild anka ankling ugift skilt naimaton naimisissa eronnut leski svobodny svobodna zenaty vdana
	rozvedeny rozvedena bekar evli bosanmis dul холост женат замужем разведен разведена вдовец вдова не_замужем 未婚 既婚 已婚 离异 离婚 丧偶 미혼 기혼 이혼 사별
	اعزب متزوج مطلق ارمل s m d w`)

var bloodGroups = wordSet(`a b ab o 0 a+ a- b+ b- ab+ ab- o+ o- 0+ 0- a_+ a_- b_+ b_- ab_+ ab_- o_+ o_- a_pos b_pos ab_pos o_pos a_neg b_neg ab_neg o_neg
	a_positive b_positive ab_positive o_positive a_negative b_negative ab_negative o_negative a_rh+ b_rh+ ab_rh+ o_rh+ a_rh- b_rh- ab_rh- o_rh- a型 b型 ab型 o型 a형 b형 ab형 o형`)

// letterCount returns the number of letters in s.
func letterCount(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

func hasBlank(text []byte) bool {
	for _, b := range text {
		if b <= ' ' {
			return true
		}
	}
	return false
}

// loginLike reports whether text has the characters and the length of a login.
func loginLike(text []byte) bool {
	letters := 0
	for _, b := range text {
		switch {
		case letterByte(b) || b >= 0x80:
			letters++
		case !digitByte(b) && b != '.' && b != '_' && b != '-' && b != '@' && b != '+' && b != '#' && b != '\\':
			return false
		}
	}
	return letters >= 1 && len(text) >= 2 && len(text) <= 64
}

// documentLike reports whether text has the characters and the length of a
// document's number.
func documentLike(text []byte) bool {
	n := 0
	for _, b := range text {
		switch {
		case b >= 'A' && b <= 'Z' || digitByte(b):
			n++
		case b != ' ' && b != '-' && b != '/' && b != '<':
			return false
		}
	}
	return n >= 5 && n <= 20 && DigitCount(text) >= 2
}

// amountLike reports whether s is a number with separators and perhaps a currency.
func amountLike(s string) bool {
	s = strings.Trim(strings.ToUpper(s), " $€£¥₹₽")
	for _, code := range []string{"USD", "EUR", "GBP", "CHF", "INR", "PLN", "SEK", "K"} {
		s = strings.Trim(strings.TrimSuffix(strings.TrimPrefix(s, code), code), " ")
	}
	return len(s) <= 16 && strings.Trim(s, "0123456789.,' ") == ""
}
