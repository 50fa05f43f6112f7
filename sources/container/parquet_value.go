package container

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	layout "github.com/parquet-go/parquet-go/format"

	"example.com/assay"
)

// maxValue is how many bytes of one value are read.
const maxValue = 64 << 10

// leaf is a column that holds values.
type leaf struct {
	field assay.Field
	index int // among the leaves
	node  parquet.Node
}

// leavesOf lists the columns with their paths as fields are written: members
// after a dot, elements of a list [*], keys of a map .*~ and its values .*
func leavesOf(file *parquet.File) []*leaf {
	w := &leafWalk{}
	for _, f := range file.Root().Fields() {
		w.field(f, f.Name())
	}
	return w.leaves
}

type leafWalk struct{ leaves []*leaf }

// field walks a field whose path is known but for its repetition.
func (w *leafWalk) field(f parquet.Field, path string) {
	if f.Repeated() {
		path += "[*]"
	}
	w.node(f, path)
}

func (w *leafWalk) node(n parquet.Node, path string) {
	if n.Leaf() {
		w.leaves = append(w.leaves, &leaf{field: assay.Field{Path: path, Type: n.Type().String()}, index: len(w.leaves), node: n})
		return
	}
	fields := n.Fields()
	switch logicalOf(n).(type) {
	case *layout.ListType: // a group with one repeated field, which mostly wraps the element
		if len(fields) == 1 {
			w.element(fields[0], path+"[*]")
			return
		}
	case *layout.MapType: // a group with one repeated group of key and value
		if len(fields) == 1 && len(fields[0].Fields()) == 2 {
			w.node(fields[0].Fields()[0], path+".*~")
			w.node(fields[0].Fields()[1], path+".*")
			return
		}
	}
	for _, f := range fields {
		w.field(f, path+"."+f.Name())
	}
}

func (w *leafWalk) element(n parquet.Node, path string) {
	if !n.Leaf() && len(n.Fields()) == 1 {
		n = n.Fields()[0]
	}
	w.node(n, path)
}

func logicalOf(n parquet.Node) any {
	if t := n.Type().LogicalType(); t != nil {
		return t.Value
	}
	return nil
}

// values hands over the values of one column.
type values struct {
	leaf     *leaf
	reading  *assay.FieldReading
	yield    func(assay.Datum) error
	yieldErr error
	rows     int64 // still wanted
	begun    bool  // inside a row
	binary   int   // values that are no text
	cut      int   // values that were too long
	buffer   [128]parquet.Value
}

// page hands over the values of a page, up to the end of the wanted rows.
func (v *values) page(page parquet.Page) error {
	r := page.Values()
	for {
		n, err := r.ReadValues(v.buffer[:])
		for _, value := range v.buffer[:n] {
			if value.RepetitionLevel() == 0 {
				if v.begun {
					v.rows--
				}
				if v.begun = v.rows > 0; !v.begun {
					return nil
				}
			}
			if err := v.value(value); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// atEnd returns an error if the column ends before the wanted rows.
func (v *values) atEnd() error {
	if v.rows > 1 || v.rows == 1 && !v.begun {
		return errors.New("the column has fewer rows than the file says")
	}
	return nil
}

func (v *values) value(value parquet.Value) error {
	if value.IsNull() {
		v.reading.Empty++
		return nil
	}
	text, ok := v.leaf.text(value)
	switch {
	case !ok:
		v.binary++
		return nil
	case text == "":
		v.reading.Empty++
		return nil
	case len(text) > maxValue:
		v.cut++
		text = strings.ToValidUTF8(text[:maxValue], "")
	}
	v.reading.Sampled++
	v.yieldErr = v.yield(assay.Datum{Field: &v.leaf.field, Value: assay.Value(text)})
	return v.yieldErr
}

// finish says what of the column was not read although its pages were.
func (v *values) finish() {
	switch r := v.reading; {
	case v.binary > 0:
		r.Status, r.Reason = assay.StatusPartial, assay.ReasonBinary
		r.Detail = fmt.Sprintf("%d values are no text", v.binary)
		if r.Sampled == 0 {
			r.Status = assay.StatusNotExamined
		}
	case v.cut > 0:
		r.Status, r.Reason = assay.StatusPartial, assay.ReasonBudget
		r.Detail = fmt.Sprintf("of %d values that are longer than %d KiB the beginning was read", v.cut, maxValue>>10)
	}
}

// text returns a value as a person would write it; false if it is no text.
func (l *leaf) text(v parquet.Value) (string, bool) {
	logical := logicalOf(l.node)
	switch v.Kind() {
	case parquet.Boolean:
		return strconv.FormatBool(v.Boolean()), true
	case parquet.Int32:
		return number(int64(v.Int32()), logical), true
	case parquet.Int64:
		return number(v.Int64(), logical), true
	case parquet.Int96:
		return legacyTime(v), true
	case parquet.Float:
		return strconv.FormatFloat(float64(v.Float()), 'f', -1, 32), true
	case parquet.Double:
		return strconv.FormatFloat(v.Double(), 'f', -1, 64), true
	}
	b := v.ByteArray()
	switch kind := logical.(type) {
	case *layout.DecimalType:
		return decimal(signed(b), int(kind.Scale)), true
	case *layout.UUIDType:
		if len(b) == 16 {
			h := hex.EncodeToString(b)
			return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], true
		}
	}
	return string(b), utf8.Valid(b) && strings.IndexByte(string(b), 0) < 0
}

// number writes an integer by its logical type.
func number(n int64, logical any) string {
	switch kind := logical.(type) {
	case *layout.DateType:
		return time.Unix(0, 0).UTC().AddDate(0, 0, int(n)).Format(time.DateOnly)
	case *layout.TimestampType:
		return instant(n, kind.Unit).Format("2006-01-02 15:04:05.999999999")
	case *layout.TimeType:
		return instant(n, kind.Unit).Format("15:04:05.999999999")
	case *layout.DecimalType:
		return decimal(big.NewInt(n), int(kind.Scale))
	case *layout.IntType:
		if !kind.IsSigned {
			return strconv.FormatUint(uint64(n)&(1<<(uint(kind.BitWidth)-1)<<1-1), 10)
		}
	}
	return strconv.FormatInt(n, 10)
}

// instant returns the time n units after the beginning of 1970.
func instant(n int64, unit layout.TimeUnit) time.Time {
	if unit.Value == nil {
		return time.Unix(n, 0).UTC()
	}
	perSecond := int64(time.Second / unit.Value.Duration())
	return time.Unix(n/perSecond, n%perSecond*int64(unit.Value.Duration())).UTC()
}

// legacyTime reads the 96 bits in which Hive and Impala wrote times: nanoseconds
// of the day, and the Julian day.
func legacyTime(v parquet.Value) string {
	const julianDayOf1970 = 2440588
	n := v.Int96()
	nanos := int64(n[1])<<32 | int64(n[0])
	day := int64(n[2]) - julianDayOf1970
	return time.Unix(day*24*60*60, nanos).UTC().Format("2006-01-02 15:04:05.999999999")
}

// signed reads a big-endian number in two's complement.
func signed(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// decimal writes a number with so many digits behind the point.
func decimal(n *big.Int, scale int) string {
	if scale <= 0 {
		return n.String()
	}
	sign, digits := "", new(big.Int).Abs(n).String()
	if n.Sign() < 0 {
		sign = "-"
	}
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	return sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}
