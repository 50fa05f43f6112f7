package main

import (
	"context"
	"fmt"
	"os"
	"runtime/pprof"
	"time"

	"example.com/assay/secrets"
	"example.com/assay/secrets/git"
)

func main() {
	f, _ := os.Create("/tmp/cpu.prof")
	rules, _ := secrets.LoadRules(secrets.RuleOptions{})
	pprof.StartCPUProfile(f)
	t := time.Now()
	repo, _ := git.Open(os.Args[1])
	r, err := secrets.New(secrets.Options{Rules: rules, Now: t}).History(context.Background(), repo, nil)
	pprof.StopCPUProfile()
	fmt.Println(r.Summary(), err, time.Since(t))
}
