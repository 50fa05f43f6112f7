// Package answers is the one table from the kinds of data that package corpus makes
// to the elements of a library of verifiers: what counts as right. The corpus itself
// knows no elements.
//
// It imports the root package and the corpus.
package answers

import (
	"maps"
	"slices"
	"strings"

	"example.com/assay"
	"example.com/assay/internal/corpus"
)

// truth says what should be found in data of a kind.
type truth struct {
	// found are the elements that are right to find; the kind is counted under
	// the first of them that the library has. *_passport stands for all elements
	// that end so.
	found []assay.Element
	// also are elements that are not wrong to find, and not wanted: a part of
	// the thing, or a wider word for it.
	also []assay.Element
}

type elements = []assay.Element

// truths is the one table from kinds of the corpus to elements of the library. A
// kind without a row holds nothing to find.
var truths = map[corpus.Kind]truth{
	"name":            {elements{"person_name"}, elements{"first_name", "last_name"}},
	"given_name":      {elements{"first_name", "person_name"}, elements{"last_name"}},
	"family_name":     {elements{"last_name", "person_name"}, elements{"first_name"}},
	"username":        {elements{"user_name"}, elements{"person_name", "first_name", "last_name"}},
	"email":           {elements{"email_address"}, nil},
	"role_email":      {elements{"email_address"}, nil},
	"mailbox":         {elements{"email_address"}, elements{"person_name", "first_name", "last_name"}},
	"phone":           {elements{"phone_number", "organization_phone"}, nil},
	"address":         {elements{"street_address"}, elements{"postal_code", "city", "state", "country"}},
	"street":          {elements{"street_address"}, nil},
	"postcode":        {elements{"postal_code"}, elements{"street_address"}},
	"city":            {elements{"city"}, elements{"street_address", "location", "state", "country"}},
	"city_name":       {nil, elements{"city", "location", "state"}},
	"country":         {nil, elements{"country", "location", "nationality"}},
	"emp_code":        {nil, elements{"employee_id"}},
	"region":          {nil, elements{"state", "location"}},
	"birthdate":       {elements{"birth_date"}, elements{"date"}},
	"age":             {elements{"age"}, nil},
	"salary":          {nil, elements{"salary"}},
	"height":          {elements{"height", "body_height", "person_height"}, nil},
	"weight":          {elements{"weight", "body_weight", "person_weight"}, nil},
	"body_height":     {elements{"height", "body_height", "person_height"}, nil},
	"body_weight":     {elements{"weight", "body_weight", "person_weight"}, nil},
	"passport":        {elements{"passport_number", "*_passport"}, nil},
	"driver":          {elements{"driver_license", "*_drivers_license"}, nil},
	"plate":           {elements{"license_plate"}, nil},
	"vin":             {elements{"vin"}, nil},
	"imei":            {elements{"imei"}, nil},
	"iccid":           {elements{"iccid"}, nil},
	"card":            {elements{"credit_card"}, nil},
	"cvv":             {elements{"card_cvv"}, nil},
	"iban":            {elements{"iban"}, elements{"bank_account_number", "*_bank_account"}},
	"bic":             {elements{"bic_swift"}, nil},
	"us_routing":      {elements{"us_aba_routing"}, elements{"bank_account_number"}},
	"btc":             {elements{"bitcoin_address", "crypto_address"}, nil},
	"eth":             {elements{"ethereum_address", "crypto_address"}, nil},
	"ipv4":            {elements{"ip_address"}, nil},
	"ipv6":            {elements{"ipv6_address", "ip_address"}, nil},
	"mac":             {elements{"mac_address"}, nil},
	"coordinates":     {elements{"coordinates"}, elements{"latitude", "longitude"}},
	"lat":             {elements{"coordinates", "latitude"}, nil},
	"lon":             {elements{"coordinates", "longitude"}, nil},
	"flag":            {nil, elements{"gender"}},
	"mailhost":        {nil, elements{"domain_name", "hostname"}},
	"hostname":        {nil, elements{"domain_name", "hostname"}},
	"plain_url":       {nil, elements{"url"}},
	"uuid":            {nil, elements{"uuid"}},
	"company":         {nil, elements{"organization_name", "organization"}},
	"job_title":       {nil, elements{"job_title", "occupation"}},
	"timestamp":       {nil, elements{"date", "time", "date_time"}},
	"day":             {nil, elements{"date"}},
	"vat":             {nil, elements{"*_vat_id", "it_vat_code"}},
	"br_cnpj":         {elements{"br_cnpj"}, nil},
	"country_code":    {nil, elements{"country"}},
	"account_no":      {nil, elements{"bank_account_number", "account_number", "national_id_number"}}, // a column NationalIDNumber is of this kind
	"initial":         {nil, elements{"first_name"}},
	"device_uuid":     {nil, elements{"uuid", "advertising_id", "device_id"}},
	"password_sha256": {nil, elements{"password_hash"}},
	"bcrypt":          {nil, elements{"password_hash", "bcrypt_hash"}},
	"phpass":          {nil, elements{"password_hash"}},
	"user_agent":      {nil, elements{"user_agent"}},

	"url_password": {elements{"url_with_credentials"}, elements{"url", "password", "generic_password", "ip_address", "database_url"}},
	"jwt":          {elements{"jwt"}, nil},
	"private_key":  {elements{"private_key"}, nil},
	"aws_key":      {elements{"aws_access_key_id", "aws_access_key"}, nil},
	"aws_secret":   {elements{"aws_secret_access_key", "aws_secret_key"}, elements{"generic_secret", "generic_api_key"}},
	"gcp_key":      {elements{"gcp_api_key", "google_api_key"}, nil},
	"github_token": {elements{"github_token"}, elements{"url_with_credentials"}},
	"gitlab_token": {elements{"gitlab_token", "gitlab_access_token"}, nil},
	"slack_token":  {elements{"slack_token"}, nil},
	"stripe_key":   {elements{"stripe_key", "stripe_secret_key", "stripe_api_key"}, nil},
	"password":     {elements{"generic_password", "password"}, elements{"generic_secret"}},
	"api_token":    {nil, elements{"generic_api_key", "generic_secret", "api_token", "access_token"}},

	"us_ssn":      {elements{"us_ssn"}, nil},
	"us_itin":     {elements{"us_itin"}, nil},
	"us_npi":      {elements{"us_npi"}, nil},
	"us_dea":      {elements{"us_dea_number"}, nil},
	"us_mbi":      {elements{"us_mbi"}, nil},
	"gb_nino":     {elements{"gb_nino"}, nil},
	"gb_nhs":      {elements{"gb_nhs_number"}, nil},
	"ca_sin":      {elements{"ca_sin"}, nil},
	"au_tfn":      {elements{"au_tfn"}, nil},
	"au_medicare": {elements{"au_medicare"}, nil},
	"ie_pps":      {elements{"ie_pps"}, nil},
	"in_aadhaar":  {elements{"in_aadhaar"}, nil},
	"in_pan":      {elements{"in_pan"}, nil},
	"za_id":       {elements{"za_id_number"}, nil},
	"sg_nric":     {elements{"sg_nric_fin"}, nil},
	"hk_id":       {elements{"hk_id"}, nil},
	"fr_nir":      {elements{"fr_nir"}, nil},
	"be_nn":       {elements{"be_national_id"}, nil},
	"es_dni":      {elements{"es_dni", "es_nif"}, nil},
	"es_nie":      {elements{"es_nie", "es_nif"}, nil},
	"it_cf":       {elements{"it_fiscal_code"}, nil},
	"pt_nif":      {elements{"pt_nif"}, elements{"*_vat_id"}},
	"br_cpf":      {elements{"br_cpf"}, nil},
	"ar_cuit":     {elements{"ar_tax_id"}, nil},
	"cl_rut":      {elements{"cl_rut"}, nil},
	"mx_curp":     {elements{"mx_curp"}, nil},
	"ro_cnp":      {elements{"ro_cnp"}, nil},
	"de_tax":      {elements{"de_tax_id"}, nil},
	"at_svnr":     {elements{"at_social_security_number"}, nil},
	"ch_ahv":      {elements{"ch_ahv_number"}, nil},
	"nl_bsn":      {elements{"nl_bsn"}, nil},
	"se_pn":       {elements{"se_personnummer"}, nil},
	"no_fnr":      {elements{"no_fodselsnummer"}, nil},
	"dk_cpr":      {elements{"dk_cpr"}, nil},
	"fi_hetu":     {elements{"fi_personal_identity_code"}, nil},
	"pl_pesel":    {elements{"pl_pesel"}, nil},
	"cz_rc":       {elements{"cz_birth_number"}, elements{"sk_birth_number"}},
	"hu_taj":      {elements{"hu_health_insurance_number"}, nil},
	"bg_egn":      {elements{"bg_national_id"}, nil},
	"gr_amka":     {elements{"gr_amka"}, nil},
	"ru_snils":    {elements{"ru_snils"}, nil},
	"ru_inn":      {elements{"ru_inn"}, nil},
	"ua_rnokpp":   {elements{"ua_tax_id"}, nil},
	"ee_ik":       {elements{"ee_personal_id"}, nil},
	"tr_id":       {elements{"tr_national_id"}, nil},
	"il_id":       {elements{"il_identity_number"}, nil},
	"cn_id":       {elements{"cn_resident_id"}, nil},
	"tw_id":       {elements{"tw_national_id"}, nil},
	"kr_rrn":      {elements{"kr_rrn"}, nil},
	"jp_mynumber": {elements{"jp_my_number"}, nil},
	"th_id":       {elements{"th_national_id"}, nil},
	"id_nik":      {elements{"id_nik"}, nil},
	"my_nric":     {elements{"my_nric"}, nil},
}

// Answers is the table for one library.
type Answers struct {
	wanted    map[corpus.Kind]assay.Element   // what a kind is counted under
	right     map[corpus.Kind][]assay.Element // what counts as having found it
	tolerated map[corpus.Kind][]assay.Element // what is not wrong to find
	missing   []corpus.Kind                   // kinds that the library has no verifier for
}

// For returns the answers for a library of elements.
func For(library []assay.Element) Answers {
	a := Answers{
		wanted:    map[corpus.Kind]assay.Element{},
		right:     map[corpus.Kind][]assay.Element{},
		tolerated: map[corpus.Kind][]assay.Element{},
	}
	for kind, t := range truths {
		a.tolerated[kind] = t.also
		for _, e := range t.found {
			if slices.Contains(library, e) {
				a.wanted[kind], a.right[kind] = e, t.found
				break
			}
		}
		if t.found != nil && a.wanted[kind] == "" {
			a.missing = append(a.missing, kind)
		}
	}
	slices.Sort(a.missing)
	return a
}

// Kinds returns the kinds that the table has a row for, in order.
func Kinds() []corpus.Kind { return slices.Sorted(maps.Keys(truths)) }

// Wanted returns the element that data of a kind is counted under; empty where
// there is nothing to find in it, or no verifier for it.
func (a Answers) Wanted(kind corpus.Kind) assay.Element { return a.wanted[kind] }

// Missing returns the kinds that the library has no verifier for.
func (a Answers) Missing() []corpus.Kind { return a.missing }

// Judge renames what was found in data of a kind to the element that the kind is
// counted under, and drops what is not wrong to find. It reports false for what
// was dropped.
func (a Answers) Judge(kind corpus.Kind, found assay.Element) (assay.Element, bool) {
	if isAny(a.right[kind], found) {
		return a.wanted[kind], true
	}
	return found, !isAny(a.tolerated[kind], found)
}

// Free tells whether data of a kind is certain not to hold an element.
func (a Answers) Free(kind corpus.Kind, element assay.Element) bool {
	return a.Covered(kind) && !isAny(truths[kind].found, element) && !isAny(truths[kind].also, element)
}

// isAny tells whether an element is in a list of names and of endings.
func isAny(list []assay.Element, found assay.Element) bool {
	return slices.ContainsFunc(list, func(e assay.Element) bool {
		ending, star := strings.CutPrefix(string(e), "*")
		return e == found || star && strings.HasSuffix(string(found), ending)
	})
}

// Covered tells whether data of the kind can be measured with: there is a
// verifier for it, or nothing to find in it.
func (a Answers) Covered(kind corpus.Kind) bool {
	return a.wanted[kind] != "" || len(truths[kind].found) == 0
}
