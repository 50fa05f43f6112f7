package corpus

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// stdnumModules says which module of PyPI python-stdnum knows a kind.
var stdnumModules = map[Kind]string{
	"us_ssn": "us.ssn", "us_itin": "us.itin", "us_routing": "us.rtn",
	"gb_nhs": "gb.nhs", "ca_sin": "ca.sin", "au_tfn": "au.tfn", "ie_pps": "ie.pps", "in_aadhaar": "in_.aadhaar", "in_pan": "in_.pan",
	"za_id": "za.idnr", "fr_nir": "fr.nir", "be_nn": "be.nn", "es_dni": "es.dni", "es_nie": "es.nie",
	"it_cf": "it.codicefiscale", "pt_nif": "pt.nif", "br_cpf": "br.cpf", "br_cnpj": "br.cnpj", "ar_cuit": "ar.cuit", "cl_rut": "cl.rut", "mx_curp": "mx.curp",
	"ro_cnp": "ro.cnp", "de_tax": "de.idnr", "at_svnr": "at.vnr", "ch_ahv": "ch.ssn", "nl_bsn": "nl.bsn", "se_pn": "se.personnummer",
	"no_fnr": "no.fodselsnummer", "dk_cpr": "dk.cpr", "fi_hetu": "fi.hetu", "pl_pesel": "pl.pesel", "cz_rc": "cz.rc",
	"bg_egn": "bg.egn", "gr_amka": "gr.amka", "ru_inn": "ru.inn", "ua_rnokpp": "ua.rntrc", "ee_ik": "ee.ik", "tr_id": "tr.tckimlik", "il_id": "il.idnr",
	"cn_id": "cn.ric", "kr_rrn": "kr.rrn", "th_id": "th.pin", "id_nik": "id.nik", "my_nric": "my.nric",
	"card": "luhn", "iban": "iban", "bic": "bic", "imei": "imei", "iccid": "luhn", "isbn": "isbn", "ean": "ean", "btc": "bitcoin",
}

const oracleScript = `
import importlib, json, sys
bad = []
for kind, module, value in json.load(sys.stdin):
    try:
        if module == 'luhn':
            value = value.replace(' ', '').replace('-', '')
        importlib.import_module('stdnum.' + module).validate(value)
    except Exception as e:
        bad.append([kind, value, repr(e)])
json.dump(bad, sys.stdout)
`

// TestOracle holds the check digits against python-stdnum, which the variable
// ASSAY_STDNUM_PYTHON leads to: a Python in which it is installed.
func TestOracle(t *testing.T) {
	python := os.Getenv("ASSAY_STDNUM_PYTHON")
	if python == "" {
		t.Skip("needs ASSAY_STDNUM_PYTHON: a python3 after pip install python-stdnum")
	}
	c := newCorpus(t, 5)
	m := c.maker(c.locales[0], "oracle")
	var ask [][3]string
	for kind, module := range stdnumModules {
		for range 200 {
			ask = append(ask, [3]string{string(kind), module, makers[kind](m)})
		}
	}
	input, err := json.Marshal(ask)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(python, "-c", oracleScript)
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer stdin.Close()
		stdin.Write(input)
	}()
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var bad [][3]string
	if err := json.Unmarshal(output, &bad); err != nil {
		t.Fatal(err)
	}
	for _, b := range bad {
		t.Errorf("%s %s: %s", b[0], b[1], b[2])
	}
	t.Logf("%d numbers of %d kinds", len(ask), len(stdnumModules))
}
