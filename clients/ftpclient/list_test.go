package ftpclient_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"harness/clients/ftpclient"
	"harness/protocols/ftp"
	"harness/protocols/wire"
)

// listed is a script of one listing.
func listed(command, data string) string {
	return `
	C: EPSV
	S: 229 ok ({epsv})
	C: ` + command + `
	S: 150 here it comes
	D open
	D> ` + data + `
	D close
	S: 226 done
`
}

const typeA = `
	C: TYPE A
	S: 200 ok`

func names(entries []ftp.Entry) []string {
	list := []string{}
	for _, e := range entries {
		list = append(list, e.Type.String()+" "+e.Name)
	}
	return list
}

func TestListings(t *testing.T) {
	c := loggedIn(t, nil, typeA+
		listed("LIST", `total 2\r\n-rw-r--r--   1 anna  users       12 Nov 20  2023 a b\r\ndrwxr-xr-x   2 anna  users     4096 Nov 20 09:12 d\r\n`+
			`11-20-24  09:12AM       <DIR>          dos\r\n+i8388621.48594,m825718503,r,s280,\x09eplf\r\nwhat is this?\r\n`)+
		listed("LIST -a d", `-rw-r--r--   1 anna  users       12 Nov 20  2023 a b\n`)+
		listed("NLST", `a\r\nb c\r\n`)+`
	C: EPSV
	S: 229 ok ({epsv})
	C: NLST none
	S: 550 none
`+listed("MLSD d", `type=file;size=3;modify=20240229123456; a b\r\ntype=dir; c\r\n`)+`
	C: MLST a
	S: 250-here
	S:  type=file;size=3; /d/a
	S: 250 end
	C: OPTS MLST type;size;
	S: 200 MLST OPTS size;
	C: OPTS MLST
	S: 200 MLST OPTS
	C: STAT d
	S: 213-status
	S: -rw-r--r--   1 anna  users       12 Nov 20  2023 a b
	S: 213 end
	C: TYPE I
	S: 200 ok`+retrieved("a", "x"))
	l, err := c.List(ctx, "")
	eq(t, names(l.Entries), []string{"file a b", "dir d", "dir dos", "file eplf"}, err)
	eq(t, l.Other, []string{"total 2", "what is this?"}, nil)
	lines, err := c.ListLines(ctx, "-a d")
	eq(t, lines, []string{"-rw-r--r--   1 anna  users       12 Nov 20  2023 a b"}, err)
	if f, n := c.Forgiven(); n != 1 || f[0].Command != "LIST -a d" {
		t.Error(f)
	}
	list, err := c.Nlst(ctx, "")
	eq(t, list, []string{"a", "b c"}, err)
	refused(t, second(c.Nlst(ctx, "none")), 550)
	entries, err := c.Mlsd(ctx, "d")
	eq(t, names(entries), []string{"file a b", "dir c"}, err)
	if !entries[0].Modify.Equal(time.Date(2024, 2, 29, 12, 34, 56, 0, time.UTC)) || entries[0].Size != 3 {
		t.Error(entries[0])
	}
	e, err := c.Mlst(ctx, "a")
	eq(t, e.Name, "/d/a", err)
	facts, err := c.Facts(ctx, "type", "size")
	eq(t, facts, []string{"size"}, err)
	facts, err = c.Facts(ctx)
	eq(t, len(facts), 0, err)
	l, err = c.StatPath(ctx, "d")
	eq(t, names(l.Entries), []string{"file a b"}, err)
	ok(t, second(c.RetrBytes(ctx, "a", nil)))
}

func TestListingLimit(t *testing.T) {
	c := loggedIn(t, &ftpclient.Options{Limits: ftpclient.Limits{Listing: 10}}, typeA+`
	C: EPSV
	S: 229 ok ({epsv})
	C: NLST
	S: 150 go
	D open
	D> 0123\r\n4567\r\n
	C: \xff\xf4\xffABOR
	S: 426 aborted
	S: 226 so it is
	C: NOOP
	S: 200 ok`)
	is[*wire.LimitError](t, second(c.Nlst(ctx, "")))
	ok(t, c.Noop(ctx))
}

const mlst = `
	C: FEAT
	S: 211-
	S:  MLST type*;
	S:  REST STREAM
	S: 211 End`

func TestReadDir(t *testing.T) {
	c := loggedIn(t, nil, mlst+listed("MLSD d", `type=cdir; d\r\ntype=pdir; /\r\ntype=file; b\r\ntype=dir; a\r\ntype=file; d/c\r\n`)+
		listed("MLSD d", `type=file; ../../etc/passwd\r\n`))
	entries, err := c.ReadDir(ctx, "d")
	eq(t, names(entries), []string{"dir a", "file b", "file c"}, err)
	is[*ftpclient.NameError](t, second(c.ReadDir(ctx, "d")))
	// Without MLSD there is LIST. What it could take for a pattern is listed from within.
	c = loggedIn(t, nil, `
	C: FEAT
	S: 500 what`+typeA+listed("LIST d", `drwxr-xr-x   2 anna  users     4096 Nov 20 09:12 .\r\n-rw-r--r--   1 anna  users       12 Nov 20  2023 a\r\n`)+`
	C: PWD
	S: 257 "/home"
	C: CWD a*
	S: 250 ok`+listed("LIST", "")+`
	C: CWD /home
	S: 250 ok`)
	entries, err = c.ReadDir(ctx, "d")
	eq(t, names(entries), []string{"file a"}, err)
	entries, err = c.ReadDir(ctx, "a*")
	eq(t, names(entries), []string{}, err)
}

func TestWalk(t *testing.T) {
	const root = `type=dir; a\r\ntype=dir; b\r\ntype=file; c\r\ntype=OS.unix=slink:/; link\r\n`
	c := loggedIn(t, &ftpclient.Options{Limits: ftpclient.Limits{Depth: 2}}, mlst+listed("MLSD /", root)+`
	C: EPSV
	S: 229 ok ({epsv})
	C: MLSD /b
	S: 550 denied
`+listed("MLSD /", `type=dir; a\r\n`)+listed("MLSD /a", `type=dir; b\r\n`))
	var seen []string
	ok(t, c.Walk(ctx, "/", func(path string, e ftp.Entry, err error) error {
		if err != nil {
			path += " failed"
			refused(t, err, 550)
		}
		seen = append(seen, path)
		if path == "/a" {
			return fs.SkipDir
		}
		return nil
	}))
	eq(t, seen, []string{"/a", "/b", "/b failed", "/c", "/link"}, nil)
	err := c.Walk(ctx, "/", func(path string, e ftp.Entry, err error) error { return err })
	is[*wire.LimitError](t, err)
	if !strings.Contains(err.Error(), "/a/b") {
		t.Error(err)
	}
}

func TestCheckName(t *testing.T) {
	for name, good := range map[string]bool{
		"a": true, "a b": true, "..a": true, "a.": true, "é": true, "-a": true, "1:b": true,
		"": false, ".": false, "..": false, "a/b": false, "/": false, `a\b`: false, "C:": false, "a:b": false, "a\x00": false, "a\nb": false, "a\x1b[2J": false,
	} {
		if err := ftpclient.CheckName(name); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		} else if err != nil {
			is[*ftpclient.NameError](t, err)
		}
	}
}

func TestGet(t *testing.T) {
	dir := t.TempDir()
	c := loggedIn(t, nil, retrieved("d/a", "whole")+`
	C: SIZE d/a
	S: 213 10
	C: EPSV
	S: 229 ok ({epsv})
	C: REST 5
	S: 350 ok
	C: RETR d/a
	S: 150 go
	D open
	D> -more
	D close
	S: 226 done
	C: MDTM d/a
	S: 213 20240229123456
	C: SIZE d/a
	S: 213 10
	C: SIZE d/a
	S: 213 3
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR d/a
	S: 550 gone`)
	path, n, err := c.Get(ctx, "d/a", dir, nil)
	eq(t, path, filepath.Join(dir, "a"), err)
	eq(t, n, 5, nil)
	_, n, err = c.Get(ctx, "d/a", dir, &ftpclient.GetOptions{Resume: true, KeepTime: true})
	eq(t, n, 5, err)
	data, err := os.ReadFile(path)
	eq(t, string(data), "whole-more", err)
	info, err := os.Stat(path)
	ok(t, err)
	if !info.ModTime().Equal(time.Date(2024, 2, 29, 12, 34, 56, 0, time.UTC)) {
		t.Error(info.ModTime())
	}
	_, n, err = c.Get(ctx, "d/a", dir, &ftpclient.GetOptions{Resume: true})
	eq(t, n, 0, err) // it is whole
	if _, _, err = c.Get(ctx, "d/a", dir, &ftpclient.GetOptions{Resume: true}); err == nil || !strings.Contains(err.Error(), "not resumed") {
		t.Error(err)
	}
	// A refusal leaves what there was.
	_, _, err = c.Get(ctx, "d/a", dir, nil)
	refused(t, err, 550)
	data, err = os.ReadFile(path)
	eq(t, string(data), "whole-more", err)
}

// TestGetLeavesNoDirectory has names that would, and a link in the directory that leads out of it.
func TestGetLeavesNoDirectory(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	ok(t, os.Symlink(filepath.Join(outside, "a"), filepath.Join(dir, "a")))
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	C: \xff\xf4\xffABOR
	S: 426 aborted
	S: 226 so it is
	C: NOOP
	S: 200 ok`)
	for _, name := range []string{"..", "a/..", "x/", `..\a`, "a\x00"} {
		_, _, err := c.Get(ctx, name, dir, nil)
		is[*ftpclient.NameError](t, err)
	}
	if _, _, err := c.Get(ctx, "a", dir, nil); err == nil {
		t.Error("a link out of the directory was followed")
	}
	if _, err := os.Lstat(filepath.Join(outside, "a")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	ok(t, c.Noop(ctx))
}

func TestGetTree(t *testing.T) {
	dir := t.TempDir()
	c := loggedIn(t, nil, mlst+listed("MLSD /r", `type=dir; d\r\ntype=file; a\r\ntype=OS.unix=slink:/; link\r\n`)+retrieved("/r/a", "1")+
		listed("MLSD /r/d", `type=file; b\r\n`)+retrieved("/r/d/b", "2")+
		listed("MLSD /r", `type=file; c:\r\n`))
	n, err := c.GetTree(ctx, "/r", dir, nil)
	eq(t, n, 2, err)
	data, err := os.ReadFile(filepath.Join(dir, "d", "b"))
	eq(t, string(data), "2", err)
	is[*ftpclient.NameError](t, second(c.GetTree(ctx, "/r", dir, nil)))
}

func TestPut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	ok(t, os.WriteFile(path, []byte("0123456789"), 0o600))
	mtime := time.Date(2024, 2, 29, 12, 34, 56, 0, time.UTC)
	ok(t, os.Chtimes(path, mtime, mtime))
	stored := func(command, data string) string {
		return `
	C: ` + command + `
	S: 150 go
	D open
	D< ` + data + `
	D<EOF
	S: 226 done`
	}
	const epsv = `
	C: EPSV
	S: 229 ok ({epsv})`
	c := loggedIn(t, nil, epsv+stored("STOR a", "0123456789")+`
	C: MFMT 20240229123456 a
	S: 213 ok
	C: SIZE a
	S: 213 4`+mlst+epsv+`
	C: REST 4
	S: 350 ok`+stored("STOR a", "456789")+`
	C: SIZE a
	S: 213 10
	C: SIZE a
	S: 550 none`+epsv+stored("STOR a", "0123456789")+`
	C: SIZE a
	S: 213 11`)
	n, err := c.Put(ctx, path, "a", &ftpclient.PutOptions{KeepTime: true})
	eq(t, n, 10, err)
	resume := &ftpclient.PutOptions{Resume: true}
	n, err = c.Put(ctx, path, "a", resume)
	eq(t, n, 6, err)
	n, err = c.Put(ctx, path, "a", resume)
	eq(t, n, 0, err)
	n, err = c.Put(ctx, path, "a", resume)
	eq(t, n, 10, err)
	if err := second(c.Put(ctx, path, "a", resume)); err == nil || !strings.Contains(err.Error(), "not resumed") {
		t.Error(err)
	}
	// Without REST STREAM what is missing is appended.
	c = loggedIn(t, nil, `
	C: SIZE a
	S: 213 4
	C: FEAT
	S: 211 none`+epsv+stored("APPE a", "456789"))
	n, err = c.Put(ctx, path, "a", resume)
	eq(t, n, 6, err)
}
