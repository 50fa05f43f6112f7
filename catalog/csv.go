package catalog

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// columns are those that a CSV file may have, in any order.
var columns = map[string]func(l *line, cell string) error{
	"store": func(l *line, cell string) error { l.Store = cell; return nil },
	"uri":   func(l *line, cell string) error { l.URI = cell; return nil },
	"id":    func(l *line, cell string) error { l.ID = cell; return nil },
	"kind":  func(l *line, cell string) error { l.Kind = cell; return nil },
	"owner": func(l *line, cell string) error { l.Owner = cell; return nil },
	"rows":  func(l *line, cell string) (err error) { l.Rows, err = number(cell); return err },
	"bytes": func(l *line, cell string) (err error) { l.Bytes, err = number(cell); return err },
	"modified": func(l *line, cell string) (err error) {
		l.Modified, err = moment(cell)
		return err
	},
	"declared": func(l *line, cell string) (err error) { l.Declared, err = pairs(cell); return err },
	"discover": func(l *line, cell string) error {
		b, err := strconv.ParseBool(cell)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", cell)
		}
		l.Discover = b
		return nil
	},
}

// readCSV reads a table whose first line names its columns. Cells are separated
// by commas, or by semicolons where the first line has them.
func readCSV(r io.Reader, yield func(line, error) bool) {
	table := csv.NewReader(r)
	table.FieldsPerRecord, table.ReuseRecord = -1, true
	head, err := header(table)
	if err != nil {
		yield(line{number: 1}, err)
		return
	}
	for {
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		l := line{}
		if e := (*csv.ParseError)(nil); errors.As(err, &e) {
			l.number, err = e.Line, e.Err
		} else if err == nil {
			l.number, _ = table.FieldPos(0)
			err = l.fill(head, record)
		}
		if !yield(l, err) || err != nil && l.number == 0 {
			return
		}
	}
}

// header reads the first line.
func header(table *csv.Reader) ([]string, error) {
	record, err := table.Read()
	if err != nil {
		return nil, errors.New("no line that names the columns (such as store,id,kind,owner)")
	}
	if len(record) == 1 && strings.Contains(record[0], ";") {
		table.Comma = ';'
		record = strings.Split(record[0], ";")
	}
	head := slices.Clone(record)
	for i, name := range head {
		head[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\uFEFF")))
		if columns[head[i]] == nil {
			return nil, fmt.Errorf("unknown column %q (known: store, uri, id, kind, owner, rows, bytes, modified, declared, discover)", name)
		}
		if slices.Contains(head[:i], head[i]) {
			return nil, fmt.Errorf("column %s comes twice", head[i])
		}
	}
	if !slices.Contains(head, "store") {
		return nil, errors.New("no column store")
	}
	return head, nil
}

// fill takes the cells of a record; empty ones say nothing.
func (l *line) fill(head, record []string) error {
	if len(record) != len(head) {
		return fmt.Errorf("%d cells, and %d columns", len(record), len(head))
	}
	for i, cell := range record {
		if cell = strings.TrimSpace(cell); cell == "" {
			continue
		}
		if err := columns[head[i]](l, cell); err != nil {
			return fmt.Errorf("%s: %w", head[i], err)
		}
	}
	return nil
}

func number(cell string) (*int64, error) {
	n, err := strconv.ParseInt(cell, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%q is not a whole number", cell)
	}
	return &n, nil
}

// moment reads a time, or a day.
func moment(cell string) (*time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, cell); err == nil {
			return &t, nil
		}
	}
	return nil, fmt.Errorf("%q is not a time such as 2026-11-22T08:00:00Z or 2026-11-22", cell)
}

// pairs reads email=email_address;phone=phone_number. An element without a field
// is one of the whole asset.
func pairs(cell string) (map[string][]string, error) {
	out := map[string][]string{}
	for pair := range strings.SplitSeq(cell, ";") {
		field, element, ok := strings.Cut(pair, "=")
		if !ok {
			field, element = "", pair
		}
		if element = strings.TrimSpace(element); element == "" {
			return nil, fmt.Errorf("%q is not of the form field=element;field=element", cell)
		}
		field = strings.TrimSpace(field)
		out[field] = append(out[field], element)
	}
	return out, nil
}
