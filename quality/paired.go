package quality

import "math"

// Paired counts how two verifiers fared on the same labelled units. Units on
// which both were right, or both wrong, say nothing about which is better.
type Paired struct {
	OnlyOld int `json:"only_old"` // the old one right, the new one wrong
	OnlyNew int `json:"only_new"` // the reverse
}

// Count adds one unit.
func (p *Paired) Count(oldRight, newRight bool) {
	if oldRight && !newRight {
		p.OnlyOld++
	}
	if newRight && !oldRight {
		p.OnlyNew++
	}
}

// Different is McNemar's exact two-sided p-value: how likely a difference at
// least as great is, when both are equally good (McNemar 1947, Psychometrika
// 12:153). It is 1 when they never differ.
func (p Paired) Different() float64 {
	n := p.OnlyOld + p.OnlyNew
	return min(1, 2*halfTail(min(p.OnlyOld, p.OnlyNew), n))
}

// Worse is the exact one-sided p-value of the new one being worse: small values
// are evidence that it is.
func (p Paired) Worse() float64 {
	return halfTail(p.OnlyNew, p.OnlyOld+p.OnlyNew)
}

// halfTail is P(X <= k) for X binomial with n trials of chance one half.
func halfTail(k, n int) float64 {
	all, _ := math.Lgamma(float64(n) + 1)
	var sum float64
	for i := 0; i <= k; i++ {
		a, _ := math.Lgamma(float64(i) + 1)
		b, _ := math.Lgamma(float64(n-i) + 1)
		sum += math.Exp(all - a - b - float64(n)*math.Ln2)
	}
	return min(1, sum)
}
