package code

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
	"unicode"

	"example.com/assay/engine"
	"example.com/assay/internal/testserver"
)

// stdnumModules names the module of python-stdnum that knows the identifier of
// a check.
var stdnumModules = map[string]string{
	"at_social_security_number": "at.vnr",
	"at_tax_id":                 "at.tin",
	"at_vat_id":                 "at.uid",
	"be_national_id":            "be.ssn",
	"be_identity_card":          "be.eid",
	"be_vat_id":                 "be.vat",
	"ch_ahv_number":             "ch.ssn",
	"ch_business_id":            "ch.uid",
	"ch_vat_id":                 "ch.vat",
	"de_tax_id":                 "de.idnr",
	"de_vat_id":                 "de.vat",
	"fr_nir":                    "fr.nir",
	"fr_tax_id":                 "fr.nif",
	"fr_siren":                  "fr.siren",
	"fr_siret":                  "fr.siret",
	"fr_vat_id":                 "fr.tva",
	"gb_utr":                    "gb.utr",
	"gb_vat_id":                 "gb.vat",
	"gb_upn":                    "gb.upn",
	"ie_pps":                    "ie.pps",
	"ie_vat_id":                 "ie.vat",
	"lu_vat_id":                 "lu.tva",
	"mc_vat_id":                 "mc.tva",
	"nl_bsn":                    "nl.bsn",
	"nl_vat_id":                 "nl.btw",
	"nl_passport":               "nl.identiteitskaartnummer",
	"nl_student_number":         "nl.onderwijsnummer",
	"dk_cpr":                    "dk.cpr",
	"dk_vat_id":                 "dk.cvr",
	"ee_personal_id":            "ee.ik",
	"ee_vat_id":                 "ee.kmkr",
	"ee_business_id":            "ee.registrikood",
	"fi_personal_identity_code": "fi.hetu",
	"fi_business_id":            "fi.ytunnus",
	"fi_vat_id":                 "fi.alv",
	"is_kennitala":              "is_.kennitala",
	"lt_personal_id":            "lt.asmens",
	"lt_vat_id":                 "lt.pvm",
	"lv_personal_code":          "lv.pvn",
	"lv_vat_id":                 "lv.pvn",
	"no_fodselsnummer":          "no.fodselsnummer",
	"no_business_id":            "no.orgnr",
	"no_vat_id":                 "no.mva",
	"no_bank_account":           "no.kontonr",
	"se_personnummer":           "se.personnummer",
	"se_business_id":            "se.orgnr",
	"se_vat_id":                 "se.vat",
	"al_tax_id":                 "al.nipt",
	"cy_vat_id":                 "cy.vat",
	"es_dni":                    "es.dni",
	"es_nie":                    "es.nie",
	"es_nif":                    "es.nif",
	"es_cif":                    "es.cif",
	"es_bank_account":           "es.ccc",
	"gr_amka":                   "gr.amka",
	"gr_tax_id":                 "gr.vat",
	"hr_oib":                    "hr.oib",
	"it_fiscal_code":            "it.codicefiscale",
	"it_vat_code":               "it.iva",
	"jmbg":                      "si.emso",
	"me_tax_id":                 "me.pib",
	"mk_tax_id":                 "mk.edb",
	"mt_vat_id":                 "mt.vat",
	"pt_nif":                    "pt.nif",
	"pt_citizen_card":           "pt.cc",
	"rs_tax_id":                 "rs.pib",
	"si_tax_id":                 "si.ddv",
	"si_business_id":            "si.maticna",
	"tr_national_id":            "tr.tckimlik",
	"tr_tax_id":                 "tr.vkn",
	"bg_national_id":            "bg.egn",
	"bg_foreigner_id":           "bg.pnf",
	"bg_vat_id":                 "bg.vat",
	"by_tax_id":                 "by.unp",
	"cz_birth_number":           "cz.rc",
	"cz_vat_id":                 "cz.dic",
	"cz_bank_account":           "cz.bankaccount",
	"hu_vat_id":                 "hu.anum",
	"md_personal_id":            "md.idno",
	"md_business_id":            "md.idno",
	"pl_pesel":                  "pl.pesel",
	"pl_tax_id":                 "pl.nip",
	"pl_regon":                  "pl.regon",
	"ro_cnp":                    "ro.cnp",
	"ro_business_id":            "ro.cui",
	"ru_inn":                    "ru.inn",
	"ru_ogrn":                   "ru.ogrn",
	"sk_vat_id":                 "sk.dph",
	"ua_tax_id":                 "ua.rntrc",
	"ua_business_id":            "ua.edrpou",
	"ca_sin":                    "ca.sin",
	"ca_business_number":        "ca.bn",
	"ca_bc_health_number":       "ca.bc_phn",
	"mx_curp":                   "mx.curp",
	"mx_rfc":                    "mx.rfc validate_check_digits",
	"us_itin":                   "us.itin",
	"us_atin":                   "us.atin",
	"us_ein":                    "us.ein",
	"us_ptin":                   "us.ptin",
	"ar_tax_id":                 "ar.cuit",
	"ar_bank_account":           "ar.cbu",
	"br_cpf":                    "br.cpf",
	"br_cnpj":                   "br.cnpj",
	"cl_rut":                    "cl.rut",
	"co_nit":                    "co.nit",
	"cr_national_id":            "cr.cpf",
	"cr_business_id":            "cr.cpj",
	"cr_residence_id":           "cr.cr",
	"cu_national_id":            "cu.ni",
	"do_national_id":            "do.cedula",
	"do_tax_id":                 "do.rnc",
	"ec_national_id":            "ec.ci",
	"ec_tax_id":                 "ec.ruc",
	"gt_tax_id":                 "gt.nit",
	"pe_national_id":            "pe.cui",
	"pe_tax_id":                 "pe.ruc",
	"py_tax_id":                 "py.ruc",
	"sv_tax_id":                 "sv.nit",
	"uy_tax_id":                 "uy.rut",
	"ve_tax_id":                 "ve.rif",
	"au_abn":                    "au.abn",
	"au_acn":                    "au.acn",
	"au_tfn":                    "au.tfn",
	"cn_resident_id":            "cn.ric",
	"cn_uscc":                   "cn.uscc",
	"id_nik":                    "id.nik",
	"id_npwp":                   "id.npwp",
	"in_aadhaar":                "in_.aadhaar",
	"in_vid":                    "in_.vid",
	"in_pan":                    "in_.pan",
	"in_gstin":                  "in_.gstin",
	"in_voter_id":               "in_.epic",
	"jp_my_number":              "jp.in_",
	"jp_corporate_number":       "jp.cn",
	"kr_rrn":                    "kr.rrn",
	"kr_brn":                    "kr.brn",
	"my_nric":                   "my.nric",
	"nz_ird":                    "nz.ird",
	"pk_cnic":                   "pk.cnic",
	"sg_uen":                    "sg.uen",
	"th_national_id":            "th.pin",
	"th_business_id":            "th.moa",
	"tw_business_id":            "tw.ubn",
	"vn_tax_id":                 "vn.mst",
	"az_tax_id":                 "az.voen",
	"il_identity_number":        "il.idnr",
	"il_business_id":            "il.hp",
	"gh_tax_id":                 "gh.tin",
	"gn_tax_id":                 "gn.nifp",
	"ke_tax_pin":                "ke.pin",
	"ma_ice":                    "ma.ice",
	"mu_national_id":            "mu.nid",
	"mz_tax_id":                 "mz.nuit",
	"sn_ninea":                  "sn.ninea",
	"tn_tax_id":                 "tn.mf",
	"za_id_number":              "za.idnr",
	"za_tax_id":                 "za.tin",
}

// likelier are narrower patterns for checks whose own one gives hardly any valid
// number at random.
var likelier = map[string]string{
	"cz_bank_account": `(?:\d{1,6}-)?\d{2,10}/(?:0100|0800|2010)`,
	"cn_resident_id":  `110101(?:19[5-9]|200)\d[01]\d[0-2]\d{4}[0-9X]`,
	"mu_national_id":  `[A-Z][0-2]\d0[1-9]\d{2}\d{6}[0-9A-G]`,
}

// TestNationalAgainstStdnum holds every check that python-stdnum knows too
// against it: numbers that it calls valid, the same with one character off or
// two neighbours swapped, and random ones.
func TestNationalAgainstStdnum(t *testing.T) {
	oracle := newOracle(t)
	for _, check := range national {
		module := stdnumModules[check.Name]
		if module == "" {
			continue
		}
		t.Run(check.Name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, uint64(len(check.Name))))
			pattern := cmp.Or(likelier[check.Name], check.Regexp)
			numbers := candidates(pattern, random)
			valid := keep(numbers, oracle.ask(t, module, numbers))
			for range 20 { // where random ones are rarely valid
				if len(valid) >= 40 {
					break
				}
				numbers = candidates(pattern, random)
				valid = append(valid, keep(numbers, oracle.ask(t, module, numbers))...)
			}
			if len(valid) < 20 {
				t.Fatalf("only %d of %d candidates are valid by stdnum.%s: too few to compare", len(valid), len(numbers), module)
			}
			compare(t, oracle, check, module, numbers)
			compare(t, oracle, check, module, mutations(valid, random))
		})
	}
}

// compare fails where check and oracle disagree on a number, unless the
// disagreement is meant.
func compare(t *testing.T, o *oracle, check Check, module string, numbers []string) {
	t.Helper()
	pattern := regexp.MustCompile("^(?:" + check.Regexp + ")$")
	wrong := 0
	for i, want := range o.ask(t, module, numbers) {
		got := accepts(check, pattern, numbers[i])
		if got != want && !deliberate[check.Name].covers(pattern, numbers[i], got) {
			if wrong++; wrong <= 5 {
				t.Errorf("%q: got %v, stdnum.%s says %v", numbers[i], got, module, want)
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d verdicts differ", wrong, len(numbers))
	}
}

func accepts(check Check, pattern *regexp.Regexp, text string) bool {
	if !pattern.MatchString(text) {
		return false
	}
	return check.Valid(engine.Candidate{Text: []byte(text), End: len(text)}) != 0
}

// candidates returns numbers of the pattern's shape: random ones, each with all
// its last characters, since most identifiers end in their check.
func candidates(pattern string, random *rand.Rand) []string {
	const bases, most = 250, 4000
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic(err)
	}
	tree = tree.Simplify()
	var out []string
	for range bases {
		var b strings.Builder
		generate(tree, random, &b)
		n := b.String()
		out = append(out, n)
		last := "0123456789"
		if c := n[len(n)-1]; c < '0' || c > '9' || strings.HasSuffix(pattern, `Z]\b`) {
			last += "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		}
		for _, c := range last {
			out = append(out, n[:len(n)-1]+string(c))
		}
	}
	for range 100 * bases { // where more than one character checks
		if len(out) > most {
			break
		}
		var b strings.Builder
		generate(tree, random, &b)
		out = append(out, b.String())
	}
	return out
}

// generate writes a random text that the syntax tree matches, without optional
// separators.
func generate(re *syntax.Regexp, random *rand.Rand, b *strings.Builder) {
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(strings.ToUpper(string(re.Rune)))
	case syntax.OpCharClass:
		var all []rune
		for i := 0; i < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if r < unicode.MaxASCII && !unicode.IsLower(r) || r == 'Ñ' {
					all = append(all, r)
				}
			}
		}
		b.WriteRune(all[random.IntN(len(all))])
	case syntax.OpConcat, syntax.OpCapture:
		for _, sub := range re.Sub {
			generate(sub, random, b)
		}
	case syntax.OpAlternate:
		generate(re.Sub[random.IntN(len(re.Sub))], random, b)
	case syntax.OpQuest:
		if !separator(re.Sub[0]) && random.IntN(2) == 0 {
			generate(re.Sub[0], random, b)
		}
	case syntax.OpWordBoundary, syntax.OpEmptyMatch:
	default:
		panic(fmt.Sprint("no generator for ", re.Op, " in ", re))
	}
}

func separator(re *syntax.Regexp) bool {
	return (re.Op == syntax.OpLiteral || re.Op == syntax.OpCharClass) && !slices.ContainsFunc(re.Rune, func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	})
}

// mutations returns some of the numbers, each with one character off, two
// neighbours swapped, one character more and one less.
func mutations(numbers []string, random *rand.Rand) []string {
	random.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
	var out []string
	for _, n := range numbers[:min(len(numbers), 60)] {
		if !strings.Contains(n, "/") {
			n = string(compact([]byte(n)))
		}
		for i := range n {
			if n[i] >= '0' && n[i] <= '9' {
				out = append(out, n[:i]+string('0'+byte(random.IntN(10)))+n[i+1:])
			}
			if i+1 < len(n) && n[i] < 0x80 && n[i+1] < 0x80 {
				out = append(out, n[:i]+n[i+1:i+2]+n[i:i+1]+n[i+2:])
			}
		}
		out = append(out, n[1:], n[:len(n)-1], "1"+n, n+"0")
	}
	return out
}

func keep(numbers []string, valid []bool) []string {
	var out []string
	for i, v := range valid {
		if v {
			out = append(out, numbers[i])
		}
	}
	return out
}

// oracle is a running testdata/oracle.py.
type oracle struct {
	in  io.Writer
	out *bufio.Reader
}

func newOracle(t *testing.T) *oracle {
	command := exec.Command(testserver.Stdnum(t), "testdata/oracle.py")
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := command.Wait(); err != nil {
			t.Error("python-stdnum:", err)
		}
	})
	return &oracle{in, bufio.NewReader(out)}
}

// ask returns the oracle's verdict on each number.
func (o *oracle) ask(t *testing.T, module string, numbers []string) []bool {
	t.Helper()
	question, err := json.Marshal(map[string]any{"module": module, "numbers": numbers})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.in.Write(append(question, '\n')); err != nil {
		t.Fatal(err)
	}
	line, err := o.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var verdicts []bool
	if err := json.Unmarshal(line, &verdicts); err != nil {
		t.Fatal(err)
	}
	return verdicts
}
