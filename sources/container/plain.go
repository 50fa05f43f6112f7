package container

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/hamba/avro/v2"
)

// plain makes a value as the Avro library decodes it one that encoding/json
// writes as a person would: times as times, numbers in full. Bytes that are no
// text become null, and are counted by their path.
func (f *avroFile) plain(v any, schema avro.Schema, path string) any {
	switch v := v.(type) {
	case nil, bool, string:
		return v
	case float64:
		return jsonNumber(v)
	case float32:
		return jsonNumber(float64(v))
	case []byte:
		return f.bytes(v, path)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case time.Duration:
		return v.String()
	case *big.Rat:
		return v.FloatString(max(scaleOf(v), 0))
	case map[string]any:
		return f.plainMap(v, schema, path)
	case []any:
		items := schema
		if s, ok := schema.(*avro.ArraySchema); ok {
			items = s.Items()
		}
		for i := range v {
			v[i] = f.plain(v[i], items, path+"[*]")
		}
		return v
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Array && r.Type().Elem().Kind() == reflect.Uint8 { // a value of type fixed
		b := make([]byte, r.Len())
		reflect.Copy(reflect.ValueOf(b), r)
		return f.bytes(b, path)
	}
	return v
}

// plainMap is plain for a record, a map, and a value of a union that the library
// puts into a map with the name of its type.
func (f *avroFile) plainMap(v map[string]any, schema avro.Schema, path string) any {
	switch s := schema.(type) {
	case *avro.UnionSchema:
		for _, t := range s.Types() {
			named, ok := t.(avro.NamedSchema)
			if ok && len(v) == 1 && v[named.FullName()] != nil {
				return f.plain(v[named.FullName()], t, path)
			}
		}
	case *avro.RecordSchema:
		for _, field := range s.Fields() {
			v[field.Name()] = f.plain(v[field.Name()], field.Type(), path+"."+field.Name())
		}
		return v
	case *avro.RefSchema:
		return f.plainMap(v, s.Schema(), path)
	case *avro.MapSchema:
		schema = s.Values()
	}
	for name, m := range v {
		v[name] = f.plain(m, schema, path+"."+name)
	}
	return v
}

// jsonNumber is written without an exponent if it is whole: a number of a phone or a
// card must not come as 4.1e15.
func jsonNumber(f float64) any {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return fmt.Sprint(f)
	case f == math.Trunc(f) && math.Abs(f) < 1e18:
		return json.Number(strconv.FormatFloat(f, 'f', -1, 64))
	}
	return f
}

// bytes is text if the bytes are.
func (f *avroFile) bytes(b []byte, path string) any {
	if utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 {
		return string(b)
	}
	f.binary[path]++
	return nil
}

// scaleOf returns how many decimal places a decimal has.
func scaleOf(r *big.Rat) int {
	n := 0
	for d := new(big.Int).Set(r.Denom()); d.Cmp(big.NewInt(1)) > 0 && n < 100; n++ {
		d.Quo(d, big.NewInt(10))
	}
	return n
}
