package main

import (
	"fmt"
	"time"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers"
)

func main() {
	t0 := time.Now()
	defs, err := verifiers.Library()
	t1 := time.Now()
	var el []assay.Element
	for _, d := range defs {
		if d.Class == "credential" {
			el = append(el, d.Element)
		}
	}
	set, err2 := verifiers.Compile(defs, verifiers.Options{Elements: el})
	t2 := time.Now()
	f := set.Field(engine.FieldInfo{Asset: &assay.Asset{ID: "file:/a/b.go"}, Field: assay.Field{Path: "$"}})
	t3 := time.Now()
	for i := 0; i < 100; i++ {
		f = set.Field(engine.FieldInfo{Asset: &assay.Asset{ID: "file:/a/b.go"}, Field: assay.Field{Path: "$"}})
	}
	t4 := time.Now()
	fmt.Println(len(el), err, err2, f != nil, t1.Sub(t0), t2.Sub(t1), t3.Sub(t2), t4.Sub(t3)/100)
}
