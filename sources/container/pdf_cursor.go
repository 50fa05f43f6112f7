package container

import "math"

// matrix is a transformation: x' = a x + c y + e, y' = b x + d y + f.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

// times returns the transformation by m and then by n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// cursor is where on the page the next sign is drawn. Words and lines are nothing
// that a page knows of: they follow from where signs stand.
type cursor struct {
	font       *font
	size, lead float64
	page       matrix // of the page
	line, at   matrix // of the line's beginning, and of the next sign, on the page as it is
	saved      []matrix
	x, y       float64 // where the last sign ended
}

// maxSaved is how many transformations can be saved.
const maxSaved = 100

// place carries out the operators that move the cursor (ISO 32000-1, 8.4.4 and 9.4.2).
func (c *cursor) place(op operator, n []float64) {
	switch {
	case op == "BT":
		c.line, c.at = identity, identity
	case op == "q" && len(c.saved) < maxSaved:
		c.saved = append(c.saved, c.page)
	case op == "Q" && len(c.saved) > 0:
		c.page, c.saved = c.saved[len(c.saved)-1], c.saved[:len(c.saved)-1]
	case op == "cm" && len(n) == 6:
		c.page = matrix(n).times(c.page)
	case op == "Tm" && len(n) == 6:
		c.line, c.at = matrix(n), matrix(n)
	case op == "Td" && len(n) == 2:
		c.move(n[0], n[1])
	case op == "TD" && len(n) == 2:
		c.lead = -n[1]
		c.move(n[0], n[1])
	case op == "TL" && len(n) == 1:
		c.lead = n[0]
	case op == "T*":
		c.nextLine()
	}
}

func (c *cursor) move(x, y float64) {
	c.line = matrix{1, 0, 0, 1, x, y}.times(c.line)
	c.at = c.line
}

func (c *cursor) nextLine() {
	lead := c.lead
	if lead == 0 {
		lead = 1.2 * c.size
	}
	c.move(0, -lead)
}

// advance moves on along the line.
func (c *cursor) advance(width float64) { c.at = matrix{1, 0, 0, 1, width, 0}.times(c.at) }

// now returns where the next sign is drawn, and how large.
func (c *cursor) now() (x, y, size float64) {
	m := c.at.times(c.page)
	return m[4], m[5], math.Max(c.size*math.Hypot(m[0], m[1]), 1e-3)
}

// end notes that the last sign ended here.
func (c *cursor) end() { c.x, c.y, _ = c.now() }

// between returns what stands between the last sign and the next: a line end if
// the next is above, below, or far to the left, a blank if there is room for one.
func (c *cursor) between() string {
	x, y, size := c.now()
	switch {
	case math.Abs(y-c.y) > size/2 || x < c.x-size:
		return "\n"
	case x > c.x+size/5:
		return " "
	}
	return ""
}
