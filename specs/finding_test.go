package specs

import (
	"context"
	"reflect"
	"testing"
	"time"
)

func TestFinding(t *testing.T) {
	for name, test := range map[string]struct {
		find func(f *Finding)
		want Judgement
	}{
		"nothing":        {func(*Finding) {}, OK()},
		"first counts":   {func(f *Finding) { f.Saw("a %s", "choice"); f.Fail("x", "y") }, Saw("a choice")},
		"checks pass":    {func(f *Finding) { f.Check(true, "x", "y"); f.Same("it", "a", "a"); f.Absent("UIDL") }, Absent("UIDL")},
		"check fails":    {func(f *Finding) { f.Check(false, "x", "%d", 3) }, Fail("x", "3")},
		"not the same":   {func(f *Finding) { f.Same("the text", "a\n", "b") }, Fail(`the text: "b"`, `"a\n"`)},
		"another number": {func(f *Finding) { f.Same("it", 2, 3) }, Fail("it: 3", "2")},
		"unclear":        {func(f *Finding) { f.Unclear("why") }, Unclear("why")},
		"after its end":  {func(f *Finding) { f.End(); f.Fail("x", "y") }, OK()},
		"before its end": {func(f *Finding) { f.Fail("x", "y"); f.End(); f.Unclear("z") }, Fail("x", "y")},
	} {
		t.Run(name, func(t *testing.T) {
			var f Finding
			test.find(&f)
			if got := f.Judgement(); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			if f.Settled() != (test.want != OK()) {
				t.Errorf("settled: %v", f.Settled())
			}
		})
	}
}

func TestRow(t *testing.T) {
	ran := false
	r := Row{
		Catalogue: ServerCases, Protocol: "pop3", Name: "a-name", Also: []string{"b", "c"}, Needs: []string{"UIDL"}, Mutates: true,
		Deviations: []string{"d"}, Labels: []string{"tls"}, Timeout: time.Minute,
	}
	c := r.Case(func(context.Context, *T) Judgement { ran = true; return OK() })
	c.Run(t.Context(), nil)
	c.Run = nil
	want := Case{
		ID: "pop3/server/a-name", Catalogue: ServerCases, Requirement: "pop3/a-name", Also: []string{"pop3/b", "pop3/c"}, Needs: []string{"UIDL"}, Mutates: true,
		Deviations: []string{"d"}, Labels: []string{"tls"}, Timeout: time.Minute,
	}
	if !reflect.DeepEqual(c, want) || !ran {
		t.Errorf("%+v, want %+v (run: %v)", c, want, ran)
	}
	r.Requirement = "other"
	if c := r.Case(nil); c.Requirement != "pop3/other" || c.ID != "pop3/server/a-name" {
		t.Errorf("%+v", c)
	}
}

type freshServer struct{ UserServer }

func (freshServer) Fresh() bool { return true }

func TestFresh(t *testing.T) {
	for server, want := range map[ServerUnderTest]bool{nil: false, &UserServer{}: false, &freshServer{}: true} {
		if got := NewT(&Env{Server: server}, Case{}).Fresh(); got != want {
			t.Errorf("%T: %v", server, got)
		}
	}
}

// The exchange keeps the last lines, in their order.
func TestExchangeRing(t *testing.T) {
	tt := NewT(&Env{}, Case{})
	for i := range exchangeLines + 5 {
		tt.Note("%d", i)
	}
	lines := tt.Exchange()
	if len(lines) != exchangeLines+1 || lines[0].Text != "(5 earlier lines)" || lines[1].Text != "5" || lines[exchangeLines].Text != "84" {
		t.Errorf("%d lines: %v ... %v", len(lines), lines[:3], lines[len(lines)-1])
	}
}
