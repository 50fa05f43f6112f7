package quality

import (
	"math"

	"example.com/assay"
)

// z95 is the standard normal quantile of a two-sided 95 % interval.
const z95 = 1.959963984540054

// unknown is the estimate without data.
var unknown = assay.Estimate{High: 1}

// Proportion estimates a share from k of n units drawn independently, with the
// 95 % Wilson score interval (Wilson 1927, J. Am. Stat. Assoc. 22:209; Brown,
// Cai and DasGupta 2001, Stat. Sci. 16:101).
func Proportion(k, n int) assay.Estimate {
	if n <= 0 {
		return unknown
	}
	p := float64(k) / float64(n)
	low, high := Wilson(p, float64(n), z95)
	return assay.Estimate{Value: p, Low: low, High: high, N: n}
}

// Wilson returns the score interval of a share p seen in n units, z standard
// normal quantiles wide; n may be an effective number and need not be whole.
func Wilson(p, n, z float64) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	z2 := z * z
	middle := (p + z2/(2*n)) / (1 + z2/n)
	half := z / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	low, high = max(0, middle-half), min(1, middle+half)
	if p == 0 {
		low = 0 // exactly, without the rounding of the line above
	}
	if p == 1 {
		high = 1
	}
	return low, high
}

// MidP returns the 95 % mid-P interval of a share p seen in n units: the exact
// binomial limits of Clopper and Pearson with half the weight of what was seen
// counted on each side. For rare events, where Wilson's interval covers the
// truth in as few as 84 % of samples, it keeps close to 95 % (Berry and Armitage
// 1995, The Statistician 44:417; Agresti and Gottard 2007, Comput. Stat. Data
// Anal. 51:6447). n may be an effective number and need not be whole.
func MidP(p, n float64) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	if math.IsInf(n, 1) {
		return p, p // everything was seen
	}
	x := p * n
	const tail = 0.025
	if x > 0 {
		low = bisect(0, p, func(q float64) bool { return tailAbove(x, n, q) < tail })
	}
	high = 1
	if x < n {
		high = bisect(p, 1, func(q float64) bool { return 1-tailAbove(x, n, q) > tail })
	}
	return low, high
}

// tailAbove is P(X > x) + P(X = x)/2 for X binomial with n trials of chance q,
// continued to numbers that are not whole by the incomplete beta function.
func tailAbove(x, n, q float64) float64 {
	atLeast, above := 1.0, 0.0
	if x > 0 {
		atLeast = incompleteBeta(x, n-x+1, q)
	}
	if x < n {
		above = incompleteBeta(x+1, n-x, q)
	}
	return (atLeast + above) / 2
}

// bisect returns where below, true at low and false at high, turns.
func bisect(low, high float64, below func(float64) bool) float64 {
	for range 40 {
		middle := (low + high) / 2
		if below(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// incompleteBeta is the regularised incomplete beta function I_x(a, b), by its
// continued fraction (Abramowitz and Stegun, Handbook of Mathematical Functions,
// 26.5.8) evaluated with Lentz's method.
func incompleteBeta(a, b, x float64) float64 {
	if x <= 0 {
		return 0
	}
	if x >= 1 {
		return 1
	}
	if x > (a+1)/(a+b+2) { // the fraction converges fast on the other side
		return 1 - betaFraction(b, a, 1-x)
	}
	return betaFraction(a, b, x)
}

func betaFraction(a, b, x float64) float64 {
	lab, _ := math.Lgamma(a + b)
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	front := math.Exp(lab - la - lb + a*math.Log(x) + b*math.Log1p(-x))
	return front / a / lentz(a, b, x)
}

// lentz evaluates 1 + d1/(1 + d2/(1 + …)), the denominator of the fraction.
func lentz(a, b, x float64) float64 {
	const tiny, enough, steps = 1e-300, 1e-14, 500
	f, c, d := 1.0, 1.0, 0.0
	for i := 1; i <= steps; i++ {
		m := float64(i / 2)
		term := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		if i%2 == 1 {
			term = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		d = 1 / notZero(1+term*d, tiny)
		c = notZero(1+term/c, tiny)
		f *= c * d
		if math.Abs(c*d-1) < enough {
			break
		}
	}
	return f
}

func notZero(v, tiny float64) float64 {
	if math.Abs(v) < tiny {
		return tiny
	}
	return v
}
