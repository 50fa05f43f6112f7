package code

import (
	"strings"

	"example.com/assay/engine"
)

// dates lists the checks of calendar dates.
var dates = []Check{
	{
		Name:   "date",
		Doc:    "a date that exists, numeric in any usual order or with a month's name in one of thirty languages, in a year that a living person can have been born in (1900 to 2099)",
		Regexp: datePattern,
		Valid:  func(c engine.Candidate) float64 { return ok(!PartOfNumber(c) && dateExists(c.Bytes())) },
	},
	{
		Name:   "card_expiry",
		Doc:    "month and year of a card's expiry, MM/YY or MM/YYYY, up to twenty years from now or past",
		Regexp: `(?:0[1-9]|1[0-2]) ?[/-] ?(?:20)?[0-4]\d`,
		Valid:  func(c engine.Candidate) float64 { return ok(standsAlone(c)) },
	},
}

// monthPattern is the beginning of a month's name in the nominative or genitive, of
// the languages of Europe, Turkish and Indonesian, and whole names in Arabic,
// Hebrew, Hindi and Thai, where a name goes on with more than letters.
const monthPattern = `(?:(?:[Jj]an|[Ff]e[bv]|[Ff]év|[Mm]a[aryijgï]|[Mm]är|[Mm]á[rj]|[Mm]rt|[Aa]p[r]|[Áá]pr|[Aa]v[r]|[Aa]br|[Jj]u[nl]|[Jj]ú[nl]|[Jj]ui|[Gg]iu|[Ll]ug|[Aa]ug|[Aa]go|[Aa]gu|[Aa]oû|[Ss]e[ptr]|[Ss]ze|[Oo][kcu]t|[Ot]t|[Nn]o[vi]|[Dd]e[czs]|[Dd]éc|[Dd]ic|[Ee]ne|[Gg]en|[Ss]et|[Oo]tt|[Ff]ebr|[Ll]ut|[Ss]ty|[Kk]wi|[Cc]ze|[Ll]ip|[Ss]ie|[Ww]rz|[Pp]aź|[Ll]is|[Gg]ru|[Mm]ei|[Dd]ez|[Ff]ev|[Oo]ut` +
	`|[Ll]ed|[Úú]no|[Bb]ře|[Dd]ub|[Kk]vě|[Čč]er|[Ss]rp|[Zz]ář|[Řř]íj|[Pp]ro|[Ii]an|[Ii]u[nl]|[Mm]ai` +
	`|[Tt]ammi|[Hh]elmi|[Mm]aalis|[Hh]uhti|[Tt]ouko|[Kk]esä|[Hh]einä|[Ee]lo|[Ss]yys|[Ll]oka|[Mm]arras|[Jj]oulu` +
	`|[Яя]нв|[Фф]ев|[Мм]а[рйяе]|[Аа]пр|[Ии]ю[нл]|[Аа]вг|[Сс]ен|[Сс]еп|[Оо]кт|[Нн]о[яе]|[Дд]ек|[Юю][нл]и|[Яя]ну` +
	`|[Сс]іч|[Лл]ют|[Бб]ер|[Кк]ві|[Тт]ра|[Чч]ер|[Лл]ип|[Сс]ер|[Вв]ер|[Жж]ов|[Лл]ис|[Гг]ру` +
	`|[Ιι]αν|[Φφ]εβ|[Μμ]αρ|[Μμ]ά[ρϊι]|[Αα]πρ|[Μμ]α[ΐϊι]|[Ιι]ο[υύ]|[Αα]υγ|[Αα]ύγ|[Σσ]επ|[Οο]κτ|[Νν]οε|[Νν]οέ|[Δδ]εκ` +
	`|[Oo]ca|[Şş]ub|[Nn]is|[Hh]az|[Tt]em|[Aa]ğu|[Ee]yl|[Ee]ki|[Kk]as|[Aa]ra)\p{L}{0,8}` +
	`|(?:يناير|فبراير|مارس|أبريل|ابريل|مايو|يونيو|يوليو|أغسطس|اغسطس|سبتمبر|أكتوبر|اكتوبر|نوفمبر|ديسمبر)` +
	`|[בל]?(?:ינואר|פברואר|מרץ|מרס|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר)` +
	`|(?:जनवरी|फ़रवरी|फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|सितम्बर|अक्टूबर|अक्तूबर|नवंबर|नवम्बर|दिसंबर|दिसम्बर)` +
	`|(?:มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม)` +
	`|tháng (?:1[0-2]|[1-9]))`

const datePattern = `(?:19|20)\d\d[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:3[01]|[12]\d|0?[1-9])(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?` +
	`|(?:3[01]|[12]\d|0?[1-9])[-/. ] ?(?:3[01]|[12]\d|0?[1-9])[-/. ] ?(?:(?:19|20)\d\d|\d\d)` +
	`|(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|er|\.|º|ª)?[ -](?:of |de |of the )?` + monthPattern + `\.?,?[ -](?:de |del |г\. |năm )?(?:(?:19|20|25)\d\d|'?\d\d)` +
	`|` + monthPattern + `\.? (?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,? (?:19|20)\d\d` +
	`|(?:19|20)\d\d ?[年년] ?(?:1[0-2]|0?[1-9]) ?[月월] ?(?:3[01]|[12]\d|0?[1-9]) ?[日일]` +
	`|(?:19|20)\d\d\. ?` + monthPattern + ` (?:3[01]|[12]\d|0?[1-9])\b` +
	`|(?:19|20)\d\d\. (?:1[0-2]|0?[1-9])\. (?:3[01]|[12]\d|0?[1-9])\b` +
	`|(?:昭和|平成|令和|大正)(?:\d{1,2}|元)年(?:1[0-2]|0?[1-9])月(?:3[01]|[12]\d|0?[1-9])日` +
	`|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:3[01]|[12]\d|0[1-9])`

// dateExists reports whether the day of a date in text exists in its month. The
// pattern has seen to the year.
func dateExists(text []byte) bool {
	s := string(text)
	if i := strings.IndexByte(s, 'T'); i > 0 && digitByte(s[i-1]) {
		s = s[:i]
	}
	groups := DigitGroups(s)
	if len(groups) == 1 && len(s) == 8 && len(groups[0]) == 8 {
		groups = []string{s[:4], s[4:6], s[6:]}
	}
	if len(groups) < 3 {
		return true // the month is a word
	}
	a, b, c := atoi(groups[0]), atoi(groups[1]), atoi(groups[2])
	if len(groups[0]) == 4 {
		return isDate(a, b, c)
	}
	if len(groups[2]) == 2 {
		c += 1900
	}
	return isDate(c, b, a) || isDate(c, a, b)
}

func atoi(s string) int {
	v := 0
	for i := range len(s) {
		v = v*10 + int(s[i]-'0')
	}
	return v
}
