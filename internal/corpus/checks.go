package corpus

import (
	"strconv"
	"strings"
)

// The check digits here are written from the published algorithms and from
// nothing else; ids_oracle_test.py compares them with another implementation.

// weighted is the sum of the digits times the weights, the weights repeating.
func weighted(number string, weights ...int) int {
	sum, i := 0, 0
	for _, r := range number {
		if r >= '0' && r <= '9' {
			sum += int(r-'0') * weights[i%len(weights)]
			i++
		}
	}
	return sum
}

// luhn returns the digit that completes a number (ISO/IEC 7812-1, annex B).
func luhn(number string) string {
	sum, double := 0, true
	for i := len(number) - 1; i >= 0; i-- {
		d := int(number[i] - '0')
		if double {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return strconv.Itoa((10 - sum%10) % 10)
}

// mod9710 returns the two digits that complete a text of letters and digits
// (ISO/IEC 7064, MOD 97-10), which they precede in an IBAN.
func mod9710(text string) string {
	rest := remainder97(expand(text) + "00")
	return two(98 - rest)
}

// expand writes letters as two digits, A as 10.
func expand(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r >= 'A' && r <= 'Z' {
			out.WriteString(strconv.Itoa(int(r-'A') + 10))
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

func remainder97(number string) int {
	rest := 0
	for _, r := range number {
		rest = (rest*10 + int(r-'0')) % 97
	}
	return rest
}

// mod1110 returns the digit of ISO/IEC 7064, MOD 11,10.
func mod1110(number string) string {
	product := 10
	for _, r := range number {
		sum := (int(r-'0') + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = sum * 2 % 11
	}
	return strconv.Itoa((11 - product) % 10)
}

// mod112 returns the character of ISO/IEC 7064, MOD 11-2: a digit or X.
func mod112(number string) string {
	product := 0
	for _, r := range number {
		product = (product + int(r-'0')) * 2 % 11
	}
	check := (12 - product) % 11
	if check == 10 {
		return "X"
	}
	return strconv.Itoa(check)
}

// verhoeff returns the digit of Verhoeff's dihedral scheme (1969).
func verhoeff(number string) string {
	permutation := [8][10]int{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4}}
	for i := 2; i < 8; i++ {
		for j := range 10 {
			permutation[i][j] = permutation[i-1][permutation[1][j]]
		}
	}
	c := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		c = dihedral(c, permutation[(i+1)%8][d])
	}
	for inverse := range 10 {
		if dihedral(c, inverse) == 0 {
			return strconv.Itoa(inverse)
		}
	}
	return ""
}

// dihedral multiplies in the group of the symmetries of a pentagon.
func dihedral(a, b int) int {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return (a+b-5)%5 + 5
	case b < 5:
		return ((a-5)-b+5)%5 + 5
	}
	return (a - b + 5) % 5
}

// digit11 is 11 minus the remainder by 11, as most countries use it: 11 becomes
// 0, and 10 the given replacement. An empty replacement means that such numbers
// are not given out; then it reports false.
func digit11(sum int, ten string) (string, bool) {
	switch d := (11 - sum%11) % 11; {
	case d < 10:
		return strconv.Itoa(d), true
	default:
		return ten, ten != ""
	}
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
