package code

import "example.com/assay/engine"

// device lists the checks of numbers that name a device, a line or a vehicle.
var device = []Check{
	{
		Name:   "imei",
		Doc:    "3GPP TS 23.003 equipment identity: 15 digits with the Luhn digit, reporting body 01, 10, 30, 33, 35, 44, 45, 49, 50-54, 86, 91, 98 or 99; IMEISV of 16 digits only in groups",
		Regexp: `\d{2}[ -]?\d{6}[ -]?\d{6}[ -]?\d`,
		Valid: func(c engine.Candidate) float64 {
			n := compact(c.Bytes())
			return ok(standsAlone(c) && len(n) == 15 && imeiBody[n.int(0, 2)] && n.luhn() && !fewDigits(n))
		},
	},
	{
		Name:   "imsi",
		Doc:    "ITU-T E.212 subscriber identity: 15 digits that begin with an assigned mobile country code range (2xx to 7xx)",
		Regexp: `[2-7]\d{13,14}`,
		Valid: func(c engine.Candidate) float64 {
			n := compact(c.Bytes())
			return ok(standsAlone(c) && n.int(0, 3) < 760 && !fewDigits(n))
		},
	},
	{
		Name:   "iccid",
		Doc:    "ITU-T E.118 SIM card number: 89, then 18 or 17 digits, the last of them the Luhn digit",
		Regexp: `89\d{2}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{2,4}F?`,
		Valid: func(c engine.Candidate) float64 {
			n := compact(c.Bytes())
			if len(n) > 0 && n[len(n)-1] == 'F' {
				n = n[:len(n)-1]
			}
			return ok(standsAlone(c) && (len(n) == 19 || len(n) == 20) && n.numeric() && n.luhn() && !fewDigits(n))
		},
	},
	{
		Name:   "vin",
		Doc:    "ISO 3779 vehicle identification number: 17 characters without I, O and Q, with the check digit of 49 CFR 565 in position 9",
		Regexp: `[A-HJ-NPR-Za-hj-npr-z0-9]{13}\d{4}`,
		Valid: func(c engine.Candidate) float64 {
			n := compact(c.Bytes())
			return ok(standsAlone(c) && vinShape(n) && n[8] == vinDigit(n))
		},
	},
	{
		Name: "vin_shape",
		Doc:  "ISO 3779 vehicle identification number outside North America: no check digit, so for use with context only",
		Valid: func(c engine.Candidate) float64 {
			return ok(standsAlone(c) && vinShape(compact(c.Bytes())))
		},
	},
}

// imeiBody holds the reporting body identifiers that GSMA has allocated.
var imeiBody = map[int]bool{
	1: true, 10: true, 30: true, 33: true, 35: true, 44: true, 45: true, 49: true, 50: true, 51: true,
	52: true, 53: true, 54: true, 86: true, 91: true, 98: true, 99: true,
}

// vinShape wants letters and digits, a manufacturer that has letters or is
// North American, and a serial number that ends in digits.
func vinShape(n number) bool {
	letters := 0
	for i := range len(n) {
		if letterByte(n[i]) {
			letters++
		}
	}
	return len(n) == 17 && letters >= 3 && n[13:].numeric() && !n.uniform()
}

// vinValues transliterates A to Z (I, O and Q do not occur).
const vinValues = "12345678-12345-7-923456789"

// vinDigit returns the check digit that belongs into position 9.
func vinDigit(n number) byte {
	sum := 0
	for i, w := range []int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2} {
		v := n.at(i)
		if v > 9 {
			v = int(vinValues[v-10] - '0')
		}
		sum += v * w
	}
	if sum%11 == 10 {
		return 'X'
	}
	return byte('0' + sum%11)
}
