package quality

import "math"

// Logistic fits a logistic model by Newton's method with a ridge penalty on all
// weights but the first, which belongs to a feature that is always 1 (Hastie,
// Tibshirani and Friedman 2009, The Elements of Statistical Learning, 4.4.1).
// Every row of x has as many features; y tells which rows are positive.
func Logistic(x [][]float64, y []bool, ridge float64) []float64 {
	if len(x) == 0 {
		return nil
	}
	w := make([]float64, len(x[0]))
	for range 50 {
		gradient, hessian := derivatives(x, y, w, ridge)
		step := solve(hessian, gradient)
		most := 0.0
		for i, s := range step {
			w[i] += s
			most = max(most, math.Abs(s))
		}
		if most < 1e-8 {
			break
		}
	}
	return w
}

// derivatives returns the gradient of the penalised log-likelihood and the
// negative of its second derivatives.
func derivatives(x [][]float64, y []bool, w []float64, ridge float64) (gradient []float64, hessian [][]float64) {
	n := len(w)
	gradient, hessian = make([]float64, n), make([][]float64, n)
	for i := range hessian {
		hessian[i] = make([]float64, n)
		if i > 0 {
			gradient[i], hessian[i][i] = -ridge*w[i], ridge
		}
	}
	hessian[0][0] = 1e-9
	for r, row := range x {
		sum := 0.0
		for i, v := range row {
			sum += w[i] * v
		}
		p := 1 / (1 + math.Exp(-sum))
		rest := -p
		if y[r] {
			rest = 1 - p
		}
		for i, v := range row {
			gradient[i] += rest * v
			for j, u := range row {
				hessian[i][j] += p * (1 - p) * v * u
			}
		}
	}
	return gradient, hessian
}

// solve returns the solution of a·s = b by Gaussian elimination with pivots; a
// and b are used up.
func solve(a [][]float64, b []float64) []float64 {
	n := len(b)
	for c := range n {
		pivot := c
		for r := c + 1; r < n; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[pivot][c]) {
				pivot = r
			}
		}
		a[c], a[pivot], b[c], b[pivot] = a[pivot], a[c], b[pivot], b[c]
		if a[c][c] == 0 {
			continue
		}
		for r := c + 1; r < n; r++ {
			factor := a[r][c] / a[c][c]
			for k := c; k < n; k++ {
				a[r][k] -= factor * a[c][k]
			}
			b[r] -= factor * b[c]
		}
	}
	s := make([]float64, n)
	for r := n - 1; r >= 0; r-- {
		sum := b[r]
		for k := r + 1; k < n; k++ {
			sum -= a[r][k] * s[k]
		}
		if a[r][r] != 0 {
			s[r] = sum / a[r][r]
		}
	}
	return s
}
