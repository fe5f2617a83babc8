package peers

import (
	"bytes"
	"crypto/tls"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jlaffaye/ftp"

	"harness/fixtures"
)

// TestGoFTP has the server and the client that are not ours prove each other.
func TestGoFTP(t *testing.T) {
	dir := t.TempDir()
	var planted []fixtures.File
	for _, f := range fixtures.Files() {
		if strings.HasPrefix(f.Path, "octets") || strings.HasPrefix(f.Path, "text") {
			planted = append(planted, f)
		}
	}
	if err := PlantFiles(dir, planted); err != nil {
		t.Fatal(err)
	}
	s, err := StartGoFTP(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	for name, options := range map[string][]ftp.DialOption{
		"plain": nil,
		"PASV":  {ftp.DialWithDisabledEPSV(true)},
		"TLS":   {ftp.DialWithExplicitTLS(s.TLSConfig())},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := ftp.Dial(s.Addr, append(options, ftp.DialWithContext(t.Context()), ftp.DialWithTimeout(10*time.Second))...)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := c.Quit(); err != nil {
					t.Error(err)
				}
			}()
			if err := c.Login(s.User, "wrong"); err == nil {
				t.Error("a wrong password is taken")
			}
			if err := c.Login(s.User, s.Password); err != nil {
				t.Fatal(err)
			}
			for _, f := range planted {
				if !f.Mode.IsRegular() {
					continue
				}
				r, err := c.Retr(f.Path)
				if err != nil {
					t.Fatalf("%s: %v", f.Path, err)
				}
				got, err := io.ReadAll(r)
				if err := r.Close(); err != nil {
					t.Error(err)
				}
				if err != nil || !bytes.Equal(got, f.Data) {
					t.Errorf("%s: %d octets of %d, %v", f.Path, len(got), len(f.Data), err)
				}
			}
			if err := c.Stor("up-"+name, strings.NewReader("sent up")); err != nil {
				t.Error(err)
			}
		})
	}
	harvest, err := HarvestFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"up-plain", "up-PASV", "up-TLS"} {
		if !slices.ContainsFunc(harvest, func(f fixtures.File) bool { return f.Path == name && string(f.Data) == "sent up" }) {
			t.Errorf("%s did not arrive", name)
		}
	}
	if _, err := StartGoFTP(t.Context(), dir+"/nosuch"); err == nil {
		t.Error("a directory that is not there: no error")
	}
	if _, err := tls.Dial("tcp", s.Addr, s.TLSConfig()); err == nil {
		t.Error("TLS from the start is spoken on the plain port")
	}
}

func TestPlantFiles(t *testing.T) {
	dir := t.TempDir()
	var want []fixtures.File
	for _, f := range fixtures.Files() {
		if f.Path == "names/CASE" || strings.HasPrefix(f.Path, "locked") { // not on every system; not to be removed again by who is not root
			continue
		}
		if f.Mode.Perm() == 0 { // who is not root may not read it, and who is may
			continue
		}
		want = append(want, f)
	}
	if err := PlantFiles(dir, want); err != nil {
		t.Fatal(err)
	}
	got, err := HarvestFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d entries of %d", len(got), len(want))
	}
	for i, f := range want {
		g := got[i]
		same := g.Path == f.Path && g.Mode.Type() == f.Mode.Type() && g.Target == f.Target && bytes.Equal(g.Data, f.Data)
		if f.Target == "" {
			same = same && g.Mode == f.Mode && g.ModTime.Equal(f.ModTime)
		}
		if !same {
			t.Errorf("%q: %v %v %q, want %v %v %q", g.Path, g.Mode, g.ModTime, g.Target, f.Mode, f.ModTime, f.Target)
		}
	}
	if err := PlantFiles(dir, want); err == nil {
		t.Error("what is there already: no error")
	}
}
