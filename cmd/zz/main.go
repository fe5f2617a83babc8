package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"harness/mockservers"
	"harness/mockservers/filestore"
	"harness/mockservers/ftpmock"
)

type list []string

func (l *list) String() string     { return "" }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

func main() {
	var f, d, x list
	addr := flag.String("addr", "127.0.0.1:2121", "")
	dir := flag.String("dir", "", "")
	quiet := flag.Bool("q", false, "")
	flag.Var(&f, "feature", "")
	flag.Var(&d, "dev", "")
	flag.Var(&x, "fault", "")
	flag.Parse()
	o := ftpmock.Options{Features: f}
	o.Deviations = d
	for _, s := range x {
		ft, err := mockservers.ParseFault(s)
		if err != nil {
			panic(err)
		}
		o.Faults = append(o.Faults, ft)
	}
	o.Listeners = []mockservers.Listener{{Addr: *addr}, {Addr: strings.Replace(*addr, ":2", ":3", 1), ImplicitTLS: true}}
	if !*quiet {
		o.Log = func(e mockservers.Event) { fmt.Fprintln(os.Stderr, e) }
	}
	if *dir != "" {
		t, err := filestore.NewDirectory(*dir, true)
		if err != nil {
			panic(err)
		}
		o.Tree = t
	}
	s, err := ftpmock.Start(context.Background(), o)
	if err != nil {
		panic(err)
	}
	fmt.Println(s.URL())
	select {}
}
