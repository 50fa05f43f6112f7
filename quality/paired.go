package quality

import (
	"math"

	"example.com/assay"
)

// Different is McNemar's exact two-sided p-value: how likely a difference at
// least as great is, when both are equally good (McNemar 1947, Psychometrika
// 12:153). It is 1 when they never differ.
func Different(p assay.Paired) float64 {
	n := p.OnlyOld + p.OnlyNew
	return min(1, 2*halfTail(min(p.OnlyOld, p.OnlyNew), n))
}

// Worse is the exact one-sided p-value of the new one being worse: small values
// are evidence that it is.
func Worse(p assay.Paired) float64 {
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
