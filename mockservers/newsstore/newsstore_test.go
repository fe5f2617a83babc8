package newsstore

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"harness/protocols/nntp"
)

func article(id, groups string) []byte {
	return []byte("From: a@example.org\r\nNewsgroups: " + groups + "\r\nSubject: s\r\nMessage-ID: " + id + "\r\nxref: old x:1\r\n y:2\r\n\r\nline\r\n.\r\n")
}

func store(t *testing.T, groups ...string) *Store {
	t.Helper()
	s := New(Options{Now: func() time.Time { return time.Unix(1000, 0) }})
	for _, g := range groups {
		if err := s.AddGroup(Group{Name: g}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestSeeded(t *testing.T) {
	s := Seeded(Options{})
	v, ok := s.View("example.test")
	if !ok || v.Count != int64(len(v.Entries)) || v.Low != 3000234 || v.High != v.Entries[len(v.Entries)-1].Number {
		t.Errorf("%+v", v.Group)
	}
	if g, _ := s.Group("example.empty"); g.Count != 0 || g.High != g.Low-1 {
		t.Errorf("%+v", g)
	}
	w, err := nntp.ParseWildmat("example.*,!example.k*")
	if err != nil {
		t.Fatal(err)
	}
	all, some := s.Groups(nil), s.Groups(w)
	if len(all) < 5 || len(some) != len(all)-1 || all[0].Name != "example.announce" {
		t.Error(all, some)
	}
	for _, e := range v.Entries {
		o := e.Article.Overview()
		if len(o.Extra) != 1 || !bytes.Contains(o.Extra[0], []byte("example.test:")) || o.Bytes != int64(len(e.Article.Data)) || len(o.MessageID) < 3 {
			t.Errorf("%s: %+v", e.Article.ID, o)
		}
		if a := s.ByID(e.Article.ID); a != e.Article || a.Number("example.test") != e.Number || a.Number("x") != 0 {
			t.Error(a)
		}
	}
	if n := len(s.Since(time.Time{}, nil)); n < 60 {
		t.Error(n)
	}
}

func TestAdd(t *testing.T) {
	s := store(t, "a.one", "a.two")
	a, err := s.Add(article("<1@x>", "a.one, a.two,a.three,a.one"))
	if err != nil || len(a.Places) != 2 || a.Number("a.two") != 1 {
		t.Fatal(a, err)
	}
	if want := "Message-ID: <1@x>\r\nXref: news.example.org a.one:1 a.two:1\r\n\r\nline\r\n.\r\n"; !strings.HasSuffix(string(a.Data), want) {
		t.Errorf("%q", a.Data)
	}
	if o := a.Overview(); o.Lines != 2 || string(o.Subject) != "s" {
		t.Errorf("%+v", o)
	}
	for id, want := range map[string]error{"<1@x>": ErrDuplicate, "1@x": ErrNoID} {
		if _, err := s.Add(article(id, "a.one")); !errors.Is(err, want) {
			t.Error(id, err)
		}
	}
	for _, groups := range []string{"a.three", "a one", ""} {
		if _, err := s.Add(article("<2@x>", groups)); !errors.Is(err, ErrNoGroup) {
			t.Error(groups, err)
		}
	}
	if s.Seen("<2@x>") || !s.Seen("<1@x>") {
		t.Error("Seen")
	}
	for _, name := range []string{"a.one", "", "a b", "a*"} {
		if s.AddGroup(Group{Name: name}) == nil {
			t.Errorf("%q", name)
		}
	}
}

// TestWaterMarks follows a group through arrivals and removals.
func TestWaterMarks(t *testing.T) {
	s := store(t, "g")
	show := func() string {
		g, _ := s.Group("g")
		return fmt.Sprintf("%d %d %d", g.Count, g.Low, g.High)
	}
	add := func(id nntp.MessageID) {
		if _, err := s.Add(article(string(id), "g")); err != nil {
			t.Fatal(err)
		}
	}
	for i, step := range []struct {
		do   func()
		want string
	}{
		{func() {}, "0 1 0"},
		{func() { add("<1@x>"); add("<2@x>"); add("<3@x>") }, "3 1 3"},
		{func() { s.Remove("<2@x>") }, "2 1 3"},
		{func() { s.Remove("<1@x>") }, "1 3 3"},
		{func() { s.Remove("<3@x>") }, "0 4 3"},
		{func() { add("<4@x>") }, "1 4 4"},
	} {
		step.do()
		if got := show(); got != step.want {
			t.Errorf("step %d: %s, want %s", i, got, step.want)
		}
	}
	if s.Remove("<1@x>") || s.ByID("<1@x>") != nil || !s.Seen("<1@x>") {
		t.Error("<1@x> is there still")
	}
}

func TestView(t *testing.T) {
	s := store(t, "g")
	for i := range 5 {
		s.Add(article(fmt.Sprintf("<%d@x>", i+1), "g"))
	}
	s.Remove("<3@x>")
	v, _ := s.View("g")
	s.Remove("<1@x>")
	s.Add(article("<6@x>", "g"))
	numbers := func(e []Entry) string {
		var b strings.Builder
		for _, e := range e {
			fmt.Fprint(&b, e.Number)
		}
		return b.String()
	}
	for text, want := range map[string]string{"1-": "1245", "2-4": "24", "3": "", "4": "4", "5-2": "", "6-": "", "0-9": "1245"} {
		r, err := nntp.ParseRange(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := numbers(v.In(r)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if v.Article(1) == nil || v.Article(3) != nil || v.Article(6) != nil {
		t.Error("Article")
	}
	if e, ok := v.Next(2); !ok || e.Number != 4 {
		t.Error(e, ok)
	}
	if e, ok := v.Previous(4); !ok || e.Number != 2 {
		t.Error(e, ok)
	}
	if _, ok := v.Next(5); ok {
		t.Error("there is one behind the last")
	}
	if _, ok := v.Previous(1); ok {
		t.Error("there is one before the first")
	}
	now, _ := s.View("g")
	if numbers(now.Entries) != "2456" {
		t.Error(numbers(now.Entries))
	}
}

func TestSince(t *testing.T) {
	now := time.Unix(100, 0)
	s := New(Options{Now: func() time.Time { return now }})
	s.AddGroup(Group{Name: "a"})
	s.AddGroup(Group{Name: "b"})
	for i, group := range []string{"a", "b", "a,b"} {
		now = time.Unix(int64(100+i), 0)
		s.Add(article(fmt.Sprintf("<%d@x>", i), group))
	}
	now = time.Unix(50, 0) // a clock that goes back
	if !s.Now().Equal(time.Unix(102, 0)) {
		t.Error(s.Now())
	}
	s.Add(article("<3@x>", "a"))
	s.Remove("<0@x>")
	ids := func(list []*Article) (out string) {
		for _, a := range list {
			out += string(a.ID[1:2])
		}
		return out
	}
	a, _ := nntp.ParseWildmat("a")
	if got := ids(s.Since(time.Unix(0, 0), nil)) + "," + ids(s.Since(time.Unix(102, 0), nil)) + "," + ids(s.Since(time.Unix(0, 0), a)) + "," + ids(s.Since(time.Unix(103, 0), nil)); got != "123,23,23," {
		t.Error(got)
	}
}

func TestRemoveGroup(t *testing.T) {
	s := store(t, "a", "b")
	s.Add(article("<1@x>", "a"))
	s.Add(article("<2@x>", "a,b"))
	if !s.RemoveGroup("a") || s.RemoveGroup("a") || s.ByID("<1@x>") != nil || s.ByID("<2@x>") == nil || !s.SetStatus("b", "n") || s.SetStatus("a", "n") {
		t.Error("RemoveGroup")
	}
	if g, _ := s.Group("b"); g.Status != "n" {
		t.Error(g)
	}
}

// TestAtOnce has sessions read while others post and cancel.
func TestAtOnce(t *testing.T) {
	s := store(t, "g")
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 200 {
				id := fmt.Sprintf("<%d.%d@x>", w, i)
				s.Add(article(id, "g"))
				if i%3 == 0 {
					s.Remove(nntp.MessageID(id))
				}
			}
		})
		wg.Go(func() {
			for range 200 {
				v, _ := s.View("g")
				last := int64(0)
				for _, e := range v.Entries {
					if e.Number <= last {
						t.Error("numbers are out of order")
						return
					}
					last = e.Number
					e.Article.Overview()
				}
				s.Since(time.Time{}, nil)
			}
		})
	}
	wg.Wait()
	if g, _ := s.Group("g"); g.High != 800 {
		t.Error(g)
	}
}

// TestLoad has articles keep the numbers of their Xref headers where they fit, and makes groups where none are listed.
func TestLoad(t *testing.T) {
	dir := t.TempDir()
	put := func(name, id, groups, more string) {
		t.Helper()
		text := "From: a@example.org\nNewsgroups: " + groups + "\nSubject: s\nMessage-ID: " + id + "\n" + more + "\nline\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("1", "<a@x>", "b.c,b.d", "Xref: h b.c:7 b.d:3\n")
	put("2", "<b@x>", "b.c", "")
	put("3", "<c@x>", "b.d", "Xref: h b.d:3\n")
	s, err := Load(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for group, want := range map[string]string{"b.c": "[7 8]", "b.d": "[3 4]"} {
		v, _ := s.View(group)
		var got []int64
		for _, e := range v.Entries {
			got = append(got, e.Number)
		}
		if fmt.Sprint(got) != want || v.Status != "y" || v.Low != got[0] {
			t.Errorf("%s: %v, %+v", group, got, v.Group)
		}
	}
	if o := s.ByID("<c@x>").Overview(); !bytes.Contains(o.Extra[0], []byte("b.d:4")) {
		t.Errorf("%s", o.Extra)
	}

	groups := filepath.Join(dir, "groups.txt")
	if err := os.WriteFile(groups, []byte("b.c\tm\t1\tx\t5\tThe group\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir, Options{}); !errors.Is(err, ErrNoGroup) || !strings.HasPrefix(err.Error(), "3: ") {
		t.Error(err)
	}
	put("4", "no id", "b.c", "")
	if err := os.Remove(groups); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir, Options{}); !errors.Is(err, ErrNoID) {
		t.Error(err)
	}
	if _, err := Load(filepath.Join(dir, "nowhere"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
