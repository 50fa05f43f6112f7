package catalog

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxLine is how long a line of an inventory may be.
const maxLine = 1 << 20

// readJSONL reads one JSON object a line; empty lines are passed over.
func readJSONL(r io.Reader, yield func(line, error) bool) {
	scan := bufio.NewScanner(r)
	scan.Buffer(make([]byte, 0, 64<<10), maxLine)
	n := 0
	for scan.Scan() {
		n++
		text := bytes.TrimSpace(scan.Bytes())
		if n == 1 {
			text = bytes.TrimPrefix(text, []byte("\uFEFF"))
		}
		if len(text) == 0 {
			continue
		}
		l := line{number: n}
		if !yield(l.parse(text)) {
			return
		}
	}
	if err := scan.Err(); errors.Is(err, bufio.ErrTooLong) {
		yield(line{number: n + 1}, fmt.Errorf("the line is longer than %d MiB", maxLine>>20))
	} else if err != nil {
		yield(line{}, err)
	}
}

// parse reads the JSON of a line. A misspelt name must not lose what it holds.
func (l line) parse(text []byte) (line, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&l)
	if err == nil && decoder.More() {
		err = errors.New("more than one JSON value (write one a line)")
	}
	wrong, syntax := (*json.UnmarshalTypeError)(nil), (*json.SyntaxError)(nil)
	switch {
	case errors.As(err, &wrong):
		err = fmt.Errorf("%s is a JSON %s, want %s", strings.TrimPrefix(wrong.Field, "row."), wrong.Value, plain(wrong.Type.String()))
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("not a JSON object (write one a line)")
	case err != nil:
		err = errors.New(strings.TrimPrefix(err.Error(), "json: "))
	}
	return l, err
}

// plain names a Go type for people who keep inventories.
func plain(goType string) string {
	switch {
	case strings.HasPrefix(goType, "int"):
		return "a whole number"
	case strings.HasPrefix(goType, "map"):
		return "an object"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case goType == "bool":
		return "true or false"
	case strings.HasSuffix(goType, "Time"):
		return "a time such as 2026-11-22T08:00:00Z"
	}
	return "a text"
}
