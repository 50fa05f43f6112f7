package engine

// frequency estimates how often a folded literal occurs in a byte of ordinary
// text, from the frequency of its bytes; digits come in runs. It only steers
// which literals of an expression are looked for, so rough figures serve.
func frequency(literal string) float64 {
	f := 1.0
	for i := range len(literal) {
		c := literal[i]
		if c == '0' && i > 0 && literal[i-1] == '0' {
			f *= 0.6
			continue
		}
		f *= byteFrequency[c]
	}
	return f
}

// byteFrequency is the share of each folded byte in a mix of English prose, Go
// source and log lines, rounded; every digit counts as 0.
var byteFrequency = func() (t [256]float64) {
	for c := range t {
		t[c] = 0.002
	}
	for c, f := range map[byte]float64{
		' ': 0.16, '\n': 0.02, '\t': 0.03, '0': 0.12, '.': 0.02, ',': 0.01, '-': 0.02, ':': 0.015, '=': 0.008, '/': 0.01,
		'"': 0.01, '(': 0.008, ')': 0.008, '_': 0.008,
		'e': 0.09, 't': 0.07, 'a': 0.06, 'o': 0.055, 'i': 0.055, 'n': 0.055, 's': 0.05, 'r': 0.05, 'h': 0.03, 'd': 0.03,
		'l': 0.03, 'u': 0.025, 'c': 0.03, 'm': 0.02, 'f': 0.02, 'w': 0.012, 'g': 0.015, 'p': 0.02, 'y': 0.012, 'b': 0.012,
		'v': 0.008, 'k': 0.006, 'x': 0.005, 'j': 0.003, 'q': 0.002, 'z': 0.002,
	} {
		t[c] = f
	}
	return t
}()

// setFrequency adds up the frequencies of a set's literals; one with an empty
// string, which is everywhere, and no set at all have frequency 1 or more.
func setFrequency(set []string) float64 {
	if len(set) == 0 {
		return 2
	}
	total := 0.0
	for _, s := range set {
		total += frequency(s)
	}
	return total
}
