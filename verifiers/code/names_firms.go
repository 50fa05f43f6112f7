package code

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/assay/engine"
)

// firmForms are legal forms of companies behind their names, and what stands for
// partners, folded and without full stops. Sources: ISO 20275 and the countries'
// company acts.
var firmForms = words(wordSet(`gmbh ag kg kgaa ohg gbr ug se ev mbh sohne partner partners associates sons brothers co inc incorporated corp ltd limited llc llp plc pty
	sa sas sarl sasu snc eurl sl sll slne slu sau scoop scp cb srl sapi cv rl spa sapa sncdi ltda eireli epp me mei nv bv vof cvba bvba
	ab hb kb ek as asa ans da aps is ivs oy oyj ky tmi sro vos ks spol zs doo dd jdoo sp kd dno sp zoo spzoo spk spj kft kkt bt kht zrt nyrt rt ooo zao oao pao tov
	αε επε οε εε ικε ооо зао оао пао ао тов ат пп еоод оод еад ад tbk persero asociados hijos hermanos figli fils associes zonen синове ltdsti as`))

// firmPrefixes stand before the name of a company.
var firmPrefixes = strings.Fields(`PT CV UD PD Perum Fa ООО ЗАО ОАО ПАО АО ТОВ ПП ЕТ 주식회사 유한회사 (주) (유) บริษัท บจก. บมจ. หจก. 株式会社 有限会社 合同会社 شركة مجموعة گروه`)

// firmEnds is the last bytes of firmPrefixes.
var firmEnds = func() (ends engine.ByteSet) {
	var last []byte
	for _, prefix := range firmPrefixes {
		last = append(last, prefix[len(prefix)-1])
	}
	return engine.MakeByteSet(string(last))
}()

// mostFirmWords is how many words behind a name are looked at for a legal form.
const mostFirmWords = 4

// firmName reports whether the words around the candidate make it a company's
// name: Gritsch AG, Muñoz y Ricart S.L.L., PT Winarno Ramadan.
func firmName(c engine.Candidate) bool {
	if first, _, more := bytes.Cut(c.Bytes(), []byte(" ")); more && allUpper(first) && slices.Contains(firmPrefixes, string(first)) {
		return true
	}
	if last := bytes.LastIndexByte(c.Bytes(), ' '); last > 0 && len(c.Bytes())-last == len(" kft") && firmForms.has(c.Bytes()[last+1:]) {
		return true // Takács Kkt.
	}
	return firmPrecedes(c.Text[max(0, c.Start-firmReach):c.Start]) || firmFollows(c.Text[c.End:min(len(c.Text), c.End+firmReach)])
}

// firmReach is how many bytes on each side of a name are looked at.
const firmReach = 48

// firmPrecedes reports whether what stands before a name on its line ends with
// what stands before names of companies.
func firmPrecedes(before []byte) bool {
	line := bytes.TrimRightFunc(before[bytes.LastIndexByte(before, '\n')+1:], unicode.IsSpace)
	if len(line) == 0 || !firmEnds.Has(line[len(line)-1]) {
		return false
	}
	return slices.ContainsFunc(firmPrefixes, func(prefix string) bool {
		at := len(line) - len(prefix)
		return at >= 0 && string(line[at:]) == prefix && (at == 0 || line[at-1] == ' ')
	})
}

// firmFollows reports whether a legal form stands in what follows a name, before
// the line or the sentence goes on.
func firmFollows(rest []byte) bool {
	if end := bytes.IndexAny(rest, "\n\r\t|;\"<>"); end >= 0 {
		rest = rest[:end]
	}
	for range mostFirmWords {
		rest = bytes.TrimLeft(rest, " ")
		end := bytes.IndexByte(rest, ' ')
		if end < 0 {
			end = len(rest)
		}
		word := bytes.Trim(rest[:end], ",()")
		switch {
		case len(word) == 0:
			return false
		case firmForms.has(word) && formal(word):
			return true
		case !joinsFirm(word):
			return false
		}
		rest = rest[end:]
	}
	return false
}

// formal reports whether a word is written as legal forms are: in capitals, with
// full stops inside, or one that is no other word.
func formal(word []byte) bool {
	bare := bytes.Trim(word, ".")
	return bytes.IndexByte(bare, '.') > 0 || len(bare) > 2 && capitalAt(bare, 0) || allUpper(bare)
}

func allUpper(word []byte) bool { return bytes.Equal(word, bytes.ToUpper(word)) }

// joinsFirm reports whether a word can stand between a name and the legal form.
func joinsFirm(word []byte) bool {
	r, _ := utf8.DecodeRune(word)
	switch string(word) {
	case "&", "y", "e", "und", "et", "and", "és", "og", "och", "i", "a", "и":
		return true
	}
	return r >= utf8.RuneSelf || capitalAt(word, 0)
}
