package filestore

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"harness/fixtures"
)

// trees are one of each kind, with the same files.
func trees(t *testing.T, files ...fixtures.File) map[string]Tree {
	t.Helper()
	m, err := NewMemory(files...)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]Tree{"memory": m, "directory": directory(t, true, files...)}
}

// directory is a real one with the files.
func directory(t *testing.T, writable bool, files ...fixtures.File) *Directory {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		var err error
		switch f.Mode.Type() {
		case fs.ModeDir:
			err = os.MkdirAll(name, 0o755)
		case fs.ModeSymlink:
			err = os.Symlink(f.Target, name)
		default:
			if err = os.MkdirAll(filepath.Dir(name), 0o755); err == nil {
				err = os.WriteFile(name, f.Data, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range slices.Backward(files) {
		if f.Mode.Type() != fs.ModeSymlink {
			name := filepath.Join(dir, filepath.FromSlash(f.Path))
			if err := errors.Join(os.Chmod(name, f.Mode.Perm()), os.Chtimes(name, f.ModTime, f.ModTime)); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Chmod(name, 0o755) })
		}
	}
	d, err := NewDirectory(dir, writable)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

var stamp = time.Date(2020, 2, 29, 12, 34, 56, 0, time.UTC)

func file(name, data string) fixtures.File {
	return fixtures.File{Path: name, Mode: 0o644, ModTime: stamp, Data: []byte(data)}
}

func dir(name string) fixtures.File {
	return fixtures.File{Path: name, Mode: fs.ModeDir | 0o755, ModTime: stamp}
}

func link(name, target string) fixtures.File {
	return fixtures.File{Path: name, Mode: fs.ModeSymlink | 0o777, ModTime: stamp, Target: target}
}

func alice(t Tree) *View { return &View{Tree: t, User: "alice"} }

func readAll(t *testing.T, v *View, name string) string {
	t.Helper()
	f, err := v.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func put(t *testing.T, v *View, name, data string, o CreateOptions) {
	t.Helper()
	w, err := v.Create(name, o)
	if err == nil {
		_, err = io.WriteString(w, data)
		err = errors.Join(err, w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func names(infos []Info) string {
	var out []string
	for _, i := range infos {
		out = append(out, i.Name)
	}
	return strings.Join(out, " ")
}

// wants checks that err is want, and tells the name.
func wants(t *testing.T, what string, err, want error) {
	t.Helper()
	var path *fs.PathError
	if !errors.Is(err, want) || !errors.As(err, &path) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func TestFixtures(t *testing.T) {
	for kind, tree := range trees(t, fixtures.Files()...) {
		t.Run(kind, func(t *testing.T) {
			for _, f := range fixtures.Files() {
				i, err := tree.Lstat("/" + f.Path)
				if err != nil {
					t.Fatal(err)
				}
				if i.Mode.Type() != f.Mode.Type() || f.Target != i.Target || i.Size != int64(len(f.Data)) || i.Unique == "" || i.Links < 1 {
					t.Errorf("%s: %+v", f.Path, i)
				}
				if f.Mode.Type() != fs.ModeSymlink && (i.Mode.Perm() != f.Mode.Perm() || !i.ModTime.Equal(f.ModTime)) {
					t.Errorf("%s: %v %v, want %v %v", f.Path, i.Mode, i.ModTime, f.Mode, f.ModTime)
				}
				if f.Mode.IsRegular() && f.Mode.Perm()&0o400 != 0 {
					if got := readAll(t, alice(tree), "/"+f.Path); got != string(f.Data) {
						t.Errorf("%s: %d octets", f.Path, len(got))
					}
				}
			}
			used, err := tree.Used()
			want := int64(0)
			for _, f := range fixtures.Files() {
				want += int64(len(f.Data))
			}
			if used != want || err != nil {
				t.Error(used, want, err)
			}
		})
	}
}

func TestChanges(t *testing.T) {
	for kind, tree := range trees(t, file("a.txt", "hello"), dir("d"), file("d/x", "xx"), link("to-d", "d"), link("away", "nowhere")) {
		t.Run(kind, func(t *testing.T) {
			v := alice(tree)
			list := func(name, want string) {
				t.Helper()
				infos, err := v.ReadDir(name)
				if got := names(infos); got != want || err != nil {
					t.Errorf("%s has %q (%v), want %q", name, got, err, want)
				}
			}
			list("/", "a.txt away d to-d")
			list("/to-d", "x")
			put(t, v, "/b", "one", CreateOptions{Perm: 0o640})
			put(t, v, "/b", " two", CreateOptions{How: Append})
			put(t, v, "/b", "2", CreateOptions{How: At, Offset: 3})
			put(t, v, "/to-d/new", "n", CreateOptions{How: Exclusive, Perm: 0o600})
			put(t, v, "/away", "there", CreateOptions{Perm: 0o600})
			if got := readAll(t, v, "/b") + readAll(t, v, "/d/new") + readAll(t, v, "/nowhere"); got != "one2nthere" {
				t.Error(got)
			}
			if i, err := v.Stat("/b"); err != nil || i.Size != 4 || i.Mode != 0o640 || time.Since(i.ModTime) > time.Minute {
				t.Error(i, err)
			}
			if err := errors.Join(v.Mkdir("/e", 0o750), v.Symlink("../a.txt", "/e/l"), v.Chmod("/b", 0o600), v.Chtimes("/b", stamp), v.Rename("/b", "/e/b"),
				v.Rename("/e", "/d/e"), v.Rename("/d/x", "/a.txt")); err != nil {
				t.Fatal(err)
			}
			list("/", "a.txt away d nowhere to-d")
			list("/d/e", "b l")
			i, err := v.Stat("/d/e/b")
			if err != nil || !i.ModTime.Equal(stamp) || i.Mode != 0o600 {
				t.Error(i, err)
			}
			// The target is told from where the link is now.
			if _, err := v.Stat("/d/e/l"); !errors.Is(err, fs.ErrNotExist) {
				t.Error(err)
			}
			if readAll(t, v, "/a.txt") != "xx" {
				t.Error("a file was not replaced")
			}
			for what, c := range map[string]struct{ got, want error }{
				"missing":           {second(v.Stat("/nope")), fs.ErrNotExist},
				"missing on way":    {second(v.Stat("/nope/x")), fs.ErrNotExist},
				"through a file":    {second(v.Stat("/a.txt/x")), ErrNotDir},
				"create in missing": {second(v.Create("/nope/x", CreateOptions{})), fs.ErrNotExist},
				"create a dir":      {second(v.Create("/d", CreateOptions{})), ErrIsDir},
				"create again":      {second(v.Create("/a.txt", CreateOptions{How: Exclusive})), fs.ErrExist},
				"beyond":            {second(v.Create("/a.txt", CreateOptions{How: At, Offset: 3})), ErrOffset},
				"beyond new":        {second(v.Create("/new", CreateOptions{How: At, Offset: 1})), ErrOffset},
				"open a dir":        {second(v.Open("/d")), ErrIsDir},
				"list a file":       {second(v.ReadDir("/a.txt")), ErrNotDir},
				"enter a file":      {second(v.Enter("/a.txt")), ErrNotDir},
				"mkdir there":       {v.Mkdir("/d", 0o755), fs.ErrExist},
				"mkdir root":        {v.Mkdir("/", 0o755), fs.ErrExist},
				"remove a dir":      {v.Remove("/d"), ErrIsDir},
				"remove missing":    {v.Remove("/nope"), fs.ErrNotExist},
				"rmdir a file":      {v.RemoveDir("/a.txt"), ErrNotDir},
				"rmdir a link":      {v.RemoveDir("/to-d"), ErrNotDir},
				"rmdir full":        {v.RemoveDir("/d"), ErrNotEmpty},
				"rmdir root":        {v.RemoveDir("/"), ErrName},
				"rename missing":    {v.Rename("/nope", "/x"), fs.ErrNotExist},
				"rename into self":  {v.Rename("/d", "/d/e/d"), ErrName},
				"file over dir":     {v.Rename("/a.txt", "/d"), ErrIsDir},
				"dir over file":     {v.Rename("/d", "/a.txt"), ErrNotDir},
				"long":              {v.Mkdir("/"+strings.Repeat("n", 256), 0o755), ErrName},
				"NUL":               {v.Mkdir("/a\x00b", 0o755), ErrName},
				"chmod missing":     {v.Chmod("/nope", 0o600), fs.ErrNotExist},
			} {
				wants(t, what, c.got, c.want)
			}
			if err := errors.Join(v.Rename("/a.txt", "/a.txt"), v.Remove("/to-d"), v.Remove("/d/e/b"), v.Remove("/d/e/l"), v.RemoveDir("/d/e")); err != nil {
				t.Error(err)
			}
			list("/", "a.txt away d nowhere")
			list("/d", "new")
		})
	}
}

func second[T any](_ T, err error) error { return err }

func TestLoops(t *testing.T) {
	for kind, tree := range trees(t, link("a", "b"), link("b", "a"), link("self", "."), link("root", "/"), link("up", "../../.."), file("f", "x")) {
		t.Run(kind, func(t *testing.T) {
			v := alice(tree)
			_, err := v.Stat("/a")
			wants(t, "loop", err, ErrLoop)
			for _, name := range []string{"/self/self/f", "/root/f", "/up/f", "/root/up/self/f"} {
				if readAll(t, v, name) != "x" {
					t.Error(name)
				}
			}
			if dir, err := v.Enter("/self/self"); dir != "/" || err != nil {
				t.Error(dir, err)
			}
		})
	}
}

// TestConfined tries to leave a view's root, and a real directory.
func TestConfined(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	for kind, tree := range trees(t, dir("home"), file("home/in", "in"), file("out", "out"), link("home/up", "../out"), link("home/root", "/out"), link("home/host", outside), link("host", outside), link("home/d", "..")) {
		t.Run(kind, func(t *testing.T) {
			v := &View{Tree: tree, User: "alice", Root: "/home"}
			for _, name := range []string{"/up", "/root", "/host/secret", "/d/out", "/d/../out", "/../out"} {
				if _, err := v.Open(Clean("/", name)); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s: %v", name, err)
				}
			}
			if readAll(t, v, "/in") != "in" || readAll(t, v, "/d/d/in") != "in" {
				t.Error("what is inside")
			}
			// The tree itself follows no link.
			if _, err := tree.Open("/host/secret"); err == nil {
				t.Error("a link leads out of the tree")
			}
			if _, err := tree.Open("/home/d/out"); kind == "memory" && err == nil {
				t.Error("the tree follows a link")
			}
			if err := tree.Mkdir("/host/new", 0o755, ""); err == nil {
				t.Error("a link leads out of the tree")
			}
			if err := tree.Rename("/out", "/host/new"); err == nil {
				t.Error("a link leads out of the tree")
			}
		})
	}
	if infos, _ := os.ReadDir(outside); len(infos) != 1 {
		t.Error(infos)
	}
}

func TestPermissions(t *testing.T) {
	files := []fixtures.File{dir("closed"), file("closed/x", "x"), file("private", "p"), file("group", "g"), dir("locked"), file("locked/x", "x"), dir("blind"), file("blind/x", "x")}
	files[0].Mode = fs.ModeDir | 0o600
	files[2].Mode, files[3].Mode = 0o000, 0o440
	files[4].Mode = fs.ModeDir | 0o555
	files[6].Mode = fs.ModeDir | 0o311
	m, err := NewMemory(files...)
	if err != nil {
		t.Fatal(err)
	}
	for kind, tree := range map[string]Tree{"memory": m, "directory": directory(t, true, files...)} {
		t.Run(kind, func(t *testing.T) {
			v := alice(tree)
			for what, err := range map[string]error{
				"pass":   second(v.Stat("/closed/x")),
				"read":   second(v.Open("/private")),
				"write":  second(v.Create("/group", CreateOptions{})),
				"make":   second(v.Create("/locked/new", CreateOptions{})),
				"mkdir":  v.Mkdir("/locked/new", 0o755),
				"remove": v.Remove("/locked/x"),
				"rename": v.Rename("/locked/x", "/x"),
				"move":   v.Rename("/group", "/locked/g"),
				"list":   second(v.ReadDir("/blind")),
				"enter":  second(v.Enter("/closed")),
			} {
				wants(t, what, err, fs.ErrPermission)
			}
			if readAll(t, v, "/group") != "g" || readAll(t, v, "/blind/x") != "x" || readAll(t, v, "/locked/x") != "x" {
				t.Error("what may be read")
			}
			if r, w, x := v.May(Info{Mode: 0o640}); !r || !w || x {
				t.Error(r, w, x)
			}
			v.ReadOnly = true
			wants(t, "read-only", v.Mkdir("/d", 0o755), ErrReadOnly)
			wants(t, "read-only", second(v.Create("/x", CreateOptions{})), ErrReadOnly)
			wants(t, "read-only", v.Chtimes("/group", stamp), ErrReadOnly)
			anonymous := &View{Tree: tree, Anonymous: true}
			wants(t, "others", second(anonymous.Open("/group")), fs.ErrPermission)
			wants(t, "others", anonymous.Chmod("/group", 0o777), fs.ErrPermission)
		})
	}
	// Owners: the tree in memory has them.
	put(t, alice(m), "/mine", "m", CreateOptions{Perm: 0o640})
	hatter := &View{Tree: m, User: "hatter"}
	if readAll(t, hatter, "/mine") != "m" {
		t.Error("the group may read")
	}
	wants(t, "group", second(hatter.Create("/mine", CreateOptions{})), fs.ErrPermission)
	wants(t, "group", hatter.Chmod("/mine", 0o666), fs.ErrPermission)
	if i, _ := m.Lstat("/mine"); i.Owner != "alice" {
		t.Error(i)
	}
}

func TestReadOnlyDirectory(t *testing.T) {
	v := alice(directory(t, false, file("a", "a")))
	for what, err := range map[string]error{"create": second(v.Create("/b", CreateOptions{})), "remove": v.Remove("/a"), "chmod": v.Chmod("/a", 0o600), "mkdir": v.Mkdir("/d", 0o755),
		"rename": v.Rename("/a", "/b"), "symlink": v.Symlink("a", "/l"), "chtimes": v.Chtimes("/a", stamp)} {
		wants(t, what, err, ErrReadOnly)
	}
	if _, err := NewDirectory(filepath.Join(t.TempDir(), "nope"), true); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestQuota(t *testing.T) {
	for kind, tree := range trees(t, file("a", "12345")) {
		t.Run(kind, func(t *testing.T) {
			v := alice(tree)
			v.Quota = 10
			put(t, v, "/b", "12345", CreateOptions{Perm: 0o644})
			w, err := v.Create("/c", CreateOptions{Perm: 0o644})
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.WriteString(w, "x")
			wants(t, "write", err, ErrQuota)
			_, err = w.ReadFrom(strings.NewReader("x"))
			wants(t, "read from", err, ErrQuota)
			w.Close()
			// What goes makes room: replaced, cut, removed.
			put(t, v, "/b", "123", CreateOptions{})
			put(t, v, "/b", "x", CreateOptions{How: At, Offset: 1})
			put(t, v, "/c", "123", CreateOptions{})
			if err := errors.Join(v.Remove("/a"), v.Rename("/c", "/b")); err != nil {
				t.Fatal(err)
			}
			if used, err := tree.Used(); used != 3 || err != nil {
				t.Error(used, err)
			}
		})
	}
}

// TestWholeForTheReader replaces, removes and extends a file while it is read.
func TestWholeForTheReader(t *testing.T) {
	old := strings.Repeat("0123456789", 50_000)
	for kind, tree := range trees(t, file("f", old)) {
		t.Run(kind, func(t *testing.T) {
			v := alice(tree)
			f, err := v.Open("/f")
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			begin := make([]byte, 1000)
			if _, err := io.ReadFull(f, begin); err != nil {
				t.Fatal(err)
			}
			put(t, v, "/f", "new", CreateOptions{How: At, Offset: 5})
			if got := readAll(t, v, "/f"); got != "01234new" {
				t.Errorf("%.20q", got)
			}
			put(t, v, "/f", "newer", CreateOptions{})
			if err := v.Remove("/f"); err != nil {
				t.Fatal(err)
			}
			rest, err := io.ReadAll(f)
			if string(begin)+string(rest) != old || err != nil {
				t.Error(len(rest), err)
			}
			if n, err := f.Seek(10, io.SeekStart); n != 10 || err != nil {
				t.Error(n, err)
			}
			var again bytes.Buffer
			if n, err := f.WriteTo(&again); n != int64(len(old)-10) || err != nil || again.String() != old[10:] {
				t.Error(n, err)
			}
		})
	}
}

// TestAtOnce has many sessions replace, read, extend, rename and list at the same time: each reader sees one of the contents, whole.
func TestAtOnce(t *testing.T) {
	const writers, rounds = 4, 30
	block := func(i int) string { return strings.Repeat(string(rune('a'+i)), 10_000) }
	for kind, tree := range trees(t, file("f", block(0)), file("log", ""), dir("d")) {
		t.Run(kind, func(t *testing.T) {
			var wg sync.WaitGroup
			fail := make(chan string, 1000)
			for i := range writers {
				v := alice(tree)
				wg.Go(func() {
					for round := range rounds {
						o := CreateOptions{Perm: 0o644}
						temp := fmt.Sprintf("/d/%d", i)
						w, err := v.Create(temp, o)
						if err != nil {
							fail <- err.Error()
							return
						}
						io.WriteString(w, block(i))
						w.Close()
						if err := v.Rename(temp, "/f"); err != nil {
							fail <- err.Error()
						}
						l, err := v.Create("/log", CreateOptions{How: Append})
						if err != nil {
							fail <- err.Error()
							return
						}
						io.WriteString(l, "line\n")
						l.Close()
						if _, err := v.ReadDir("/"); err != nil {
							fail <- err.Error()
						}
						u, name, err := v.CreateUnique("/d", "u", o)
						if err != nil {
							fail <- err.Error()
							return
						}
						fmt.Fprintf(u, "%d %d", i, round)
						u.Close()
						f, err := v.Open("/d/" + name)
						if err != nil {
							fail <- err.Error()
							return
						}
						b, _ := io.ReadAll(f)
						f.Close()
						if string(b) != fmt.Sprintf("%d %d", i, round) {
							fail <- fmt.Sprintf("%s holds %q", name, b)
						}
					}
				})
				wg.Go(func() {
					for range rounds {
						f, err := v.Open("/f")
						if err != nil {
							fail <- err.Error()
							return
						}
						b, err := io.ReadAll(f)
						f.Close()
						if err != nil || len(b) != 10_000 || string(b) != block(int(b[0]-'a')) {
							fail <- fmt.Sprintf("a reader saw %d octets (%v)", len(b), err)
						}
					}
				})
			}
			wg.Wait()
			close(fail)
			for f := range fail {
				t.Error(f)
			}
			if got := readAll(t, alice(tree), "/log"); got != strings.Repeat("line\n", writers*rounds) {
				t.Errorf("%d octets of log", len(got))
			}
			if infos, _ := tree.ReadDir("/d"); len(infos) != writers*rounds {
				t.Errorf("%d unique files", len(infos))
			}
		})
	}
}

// TestLike has both trees do the same at random: they answer alike.
func TestLike(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		both := trees(t, dir("d"), file("a", "aaa"), link("l", "d"))
		m, d := alice(both["memory"]), alice(both["directory"])
		name := rapid.SampledFrom([]string{"/a", "/b", "/d", "/d/a", "/d/e", "/l", "/l/a", "/", "/d/e/x"})
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			n, to, data := name.Draw(rt, "name"), name.Draw(rt, "to"), rapid.StringN(0, 20, 20).Draw(rt, "data")
			o := CreateOptions{How: rapid.IntRange(Replace, Exclusive).Draw(rt, "how"), Offset: int64(rapid.IntRange(0, 4).Draw(rt, "offset")), Perm: 0o644}
			op := rapid.SampledFrom([]string{"create", "mkdir", "remove", "rmdir", "rename", "list", "read"}).Draw(rt, "op")
			do := func(v *View) string {
				switch op {
				case "create":
					w, err := v.Create(n, o)
					if err == nil {
						_, err = io.WriteString(w, data)
						err = errors.Join(err, w.Close())
					}
					return errorText(err)
				case "mkdir":
					return errorText(v.Mkdir(n, 0o755))
				case "remove":
					return errorText(v.Remove(n))
				case "rmdir":
					return errorText(v.RemoveDir(n))
				case "rename":
					return errorText(v.Rename(n, to))
				case "list":
					infos, err := v.ReadDir(n)
					return names(infos) + errorText(err)
				}
				f, err := v.Open(n)
				if err != nil {
					return errorText(err)
				}
				defer f.Close()
				b, err := io.ReadAll(f)
				return string(b) + errorText(err)
			}
			if a, b := do(m), do(d); a != b {
				rt.Fatalf("%s %s %s: memory %q, directory %q", op, n, to, a, b)
			}
		}
		a, _ := both["memory"].Used()
		b, _ := both["directory"].Used()
		if a != b {
			rt.Fatalf("used: memory %d, directory %d", a, b)
		}
	})
}

func errorText(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		for _, e := range []error{fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, ErrNotDir, ErrIsDir, ErrNotEmpty, ErrName, ErrOffset} {
			if errors.Is(err, e) {
				return e.Error()
			}
		}
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestGrowsWithoutCopies(t *testing.T) {
	m, err := NewMemory()
	if err != nil {
		t.Fatal(err)
	}
	v := alice(m)
	w, err := v.Create("/large", CreateOptions{Perm: 0o644})
	if err != nil {
		t.Fatal(err)
	}
	part := bytes.Repeat([]byte("0123456789abcdef"), 4096)
	const parts = 256 // 16 MiB
	for range parts {
		if _, err := w.Write(part); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	n := m.root.kids["large"].content
	room := 0
	for _, c := range n.chunks {
		room += cap(c)
		if cap(c) > maxChunk {
			t.Errorf("a chunk of %d octets", cap(c))
		}
	}
	if room > parts*len(part)+maxChunk {
		t.Errorf("%d octets of room for %d", room, parts*len(part))
	}
	f, err := v.Open("/large")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, off := range []int64{0, 4095, 4096, 1 << 20, 10<<20 + 7, 16<<20 - 1} {
		f.Seek(off, io.SeekStart)
		var b [40]byte
		n, err := f.Read(b[:])
		want := (string(part) + string(part))[off%16:][:n]
		if string(b[:n]) != want || err != nil {
			t.Errorf("at %d: %q, %v", off, b[:n], err)
		}
	}
	// A small file has a small chunk.
	put(t, v, "/small", "x", CreateOptions{Perm: 0o644})
	if c := m.root.kids["small"].content.chunks[0]; cap(c) > 64 {
		t.Errorf("%d octets for one", cap(c))
	}
}

func TestSeedErrors(t *testing.T) {
	for _, files := range [][]fixtures.File{
		{file("a", ""), file("a", "")}, {file("a", ""), file("a/b", "")}, {file(".", "")}, {file(strings.Repeat("x", 256), "")},
		{{Path: "dev", Mode: fs.ModeDevice}},
	} {
		if _, err := NewMemory(files...); err == nil || !strings.Contains(err.Error(), "file \"") {
			t.Error(files[0].Path, err)
		}
	}
}

func TestNotRegular(t *testing.T) {
	d := directory(t, true)
	fifo := filepath.Join(d.root.Name(), "fifo")
	if err := mkfifo(fifo); err != nil {
		t.Skip("this system has no FIFOs: ", err)
	}
	v := alice(d)
	_, err := v.Open("/fifo")
	wants(t, "open", err, ErrNotRegular)
	_, err = v.Create("/fifo", CreateOptions{})
	wants(t, "create", err, ErrNotRegular)
	// Below the view, it does not wait for somebody at the other end either.
	_, err = d.Open("/fifo")
	wants(t, "open", err, ErrNotRegular)
}

func ExampleView() {
	tree, err := NewMemory(fixtures.File{Path: "pub/hello.txt", Mode: 0o644, Data: []byte("hello\n")})
	if err != nil {
		fmt.Println(err)
		return
	}
	v := View{Tree: tree, User: "alice", Root: "/pub", Quota: 8}
	f, err := v.Open("/hello.txt")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	f.WriteTo(os.Stdout)
	w, err := v.Create("/more.txt", CreateOptions{Perm: 0o644})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer w.Close()
	_, err = io.WriteString(w, "too long")
	fmt.Println(errors.Is(err, ErrQuota))
	// Output:
	// hello
	// true
}
