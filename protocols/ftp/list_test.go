package ftp

import (
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"harness/protocols/wire"
)

// now is a Wednesday; in the zone of a listing, not in UTC.
var now = time.Date(2024, 11, 20, 12, 0, 0, 0, time.FixedZone("x", 3600))

func date(y int, m time.Month, d, h, min int) time.Time {
	return time.Date(y, m, d, h, min, 0, 0, now.Location())
}

func TestParseListUnix(t *testing.T) {
	for _, c := range []struct {
		line string
		want Entry
	}{
		{"-rw-r--r--   1 alice    staff        1234 Nov 20 09:12 a.txt", Entry{Name: "a.txt", Type: FileEntry, Size: 1234, Links: 1, Owner: "alice", Group: "staff", Mode: 0o644, Modify: date(2024, 11, 20, 9, 12)}},
		{"-rw-r--r-- 1 a b 1 Nov 20 13:00 later today", Entry{Name: "later today", Type: FileEntry, Size: 1, Links: 1, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2024, 11, 20, 13, 0)}},
		{"-rw-r--r-- 1 a b 1 Nov 22 13:00 f", Entry{Name: "f", Type: FileEntry, Size: 1, Links: 1, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2023, 11, 22, 13, 0)}},
		{"-rw-r--r-- 1 a b 1 Feb 29 13:00 f", Entry{Name: "f", Type: FileEntry, Size: 1, Links: 1, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2024, 2, 29, 13, 0)}},
		{"drwxr-xr-x 2 a b 4096 Nov 20  2023 d", Entry{Name: "d", Type: DirEntry, Size: 4096, Links: 2, Owner: "a", Group: "b", Mode: 0o755, Modify: date(2023, 11, 20, 0, 0)}},
		{"-rw-r--r-- 1 a 123 Nov 20 2023 no group", Entry{Name: "no group", Type: FileEntry, Size: 123, Links: 1, Owner: "a", Mode: 0o644, Modify: date(2023, 11, 20, 0, 0)}},
		{"-rw-r--r-- a b 123 Nov 20 2023 no links", Entry{Name: "no links", Type: FileEntry, Size: 123, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2023, 11, 20, 0, 0)}},
		{"-rw-r--r-- 1 a Domain Users 123 Nov 20 2023 f", Entry{Name: "f", Type: FileEntry, Size: 123, Links: 1, Owner: "a", Group: "Domain Users", Mode: 0o644, Modify: date(2023, 11, 20, 0, 0)}},
		{"-rw-r--r-- 1 1000 1000 123 Nov  2 2023 numeric", Entry{Name: "numeric", Type: FileEntry, Size: 123, Links: 1, Owner: "1000", Group: "1000", Mode: 0o644, Modify: date(2023, 11, 2, 0, 0)}},
		{"-rw-r--r-- 1 a b 1 Nov 20 2023  leading", Entry{Name: " leading", Type: FileEntry, Size: 1, Links: 1, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2023, 11, 20, 0, 0)}},
		{"-rw-r--r-- 1 a b 1 Nov 20 2023 trailing ", Entry{Name: "trailing ", Type: FileEntry, Size: 1, Links: 1, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2023, 11, 20, 0, 0)}},
		{"-rw-r--r-- 1 a b 1 Nov 20 2023 5 Nov 20 2022 x", Entry{Name: "5 Nov 20 2022 x", Type: FileEntry, Size: 1, Links: 1, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2023, 11, 20, 0, 0)}},
		{"-rw-r--r-- 1 a b 1 Nov 20 2023 a -> b", Entry{Name: "a -> b", Type: FileEntry, Size: 1, Links: 1, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2023, 11, 20, 0, 0)}},
		{"lrwxrwxrwx 1 a b 5 Nov 20 2023 l -> to here -> x", Entry{Name: "l", LinkTarget: "to here -> x", Type: LinkEntry, Size: 5, Links: 1, Owner: "a", Group: "b", Mode: 0o777, Modify: date(2023, 11, 20, 0, 0)}},
		{"lrwxrwxrwx 1 a b 5 Nov 20 2023 l", Entry{Name: "l", Type: LinkEntry, Size: 5, Links: 1, Owner: "a", Group: "b", Mode: 0o777, Modify: date(2023, 11, 20, 0, 0)}},
		{"brw-rw---- 1 root disk 8, 0 Nov 20 09:12 sda", Entry{Name: "sda", Type: OSEntry, OSType: "b", Size: -1, Links: 1, Owner: "root", Group: "disk", Mode: 0o660, Modify: date(2024, 11, 20, 9, 12)}},
		{"crw-rw---- 1 root tty 4, 64 Nov 20 09:12 tty", Entry{Name: "tty", Type: OSEntry, OSType: "c", Size: -1, Links: 1, Owner: "root", Group: "tty", Mode: 0o660, Modify: date(2024, 11, 20, 9, 12)}},
		{"prw-rw---- 1 a b 0 Nov 20 09:12 p", Entry{Name: "p", Type: OSEntry, OSType: "p", Size: 0, Links: 1, Owner: "a", Group: "b", Mode: 0o660, Modify: date(2024, 11, 20, 9, 12)}},
		{"-rwsr-Sr-t 1 a b 0 Nov 20 09:12 s", Entry{Name: "s", Type: FileEntry, Size: 0, Links: 1, Owner: "a", Group: "b", Mode: 0o745 | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky, Modify: date(2024, 11, 20, 9, 12)}},
		{"drwxrwxrwT+ 1 a b 0 Nov 20 09:12 acl", Entry{Name: "acl", Type: DirEntry, Size: 0, Links: 1, Owner: "a", Group: "b", Mode: 0o776 | fs.ModeSticky, Modify: date(2024, 11, 20, 9, 12)}},
		{"-rw-r--r--. 1 a b 1 2023-11-20 09:12 iso", Entry{Name: "iso", Type: FileEntry, Size: 1, Links: 1, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2023, 11, 20, 9, 12)}},
		{"-rw-r--r-- 1 a b 1 20 Nov 2023 day first", Entry{Name: "day first", Type: FileEntry, Size: 1, Links: 1, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2023, 11, 20, 0, 0)}},
		{"-rw-r--r-- 1 a b 1 Nov 20 9:12 f", Entry{Name: "f", Type: FileEntry, Size: 1, Links: 1, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2024, 11, 20, 9, 12)}},
		{"-rw-r--r-- 1 a b 9223372036854775807 Nov 20 2023 big", Entry{Name: "big", Type: FileEntry, Size: 1<<63 - 1, Links: 1, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2023, 11, 20, 0, 0)}},
		{"drwxr-xr-x 2 a b 4096 Nov 20  2023 .", Entry{Name: ".", Type: CDirEntry, Size: 4096, Links: 2, Owner: "a", Group: "b", Mode: 0o755, Modify: date(2023, 11, 20, 0, 0)}},
		{"drwxr-xr-x 2 a b 4096 Nov 20  2023 ..", Entry{Name: "..", Type: PDirEntry, Size: 4096, Links: 2, Owner: "a", Group: "b", Mode: 0o755, Modify: date(2023, 11, 20, 0, 0)}},
		{"-rw-r--r-- 1 a b 1 Nov 20 2023 \xff\xc3\xa4", Entry{Name: "\xff\xc3\xa4", Type: FileEntry, Size: 1, Links: 1, Owner: "a", Group: "b", Mode: 0o644, Modify: date(2023, 11, 20, 0, 0)}},
	} {
		got, err := ParseList(c.line, now)
		c.want.Raw, c.want.HasMode = c.line, true
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q:\n got %+v, %v\nwant %+v", c.line, got, err, c.want)
		}
	}
	// A full time says its zone.
	got, err := ParseList("-rw-r--r-- 1 a b 1 2023-11-20 09:12:01.500000000 +0200 f", now)
	if err != nil || !got.Modify.Equal(time.Date(2023, 11, 20, 7, 12, 1, 0, time.UTC)) || got.Name != "f" {
		t.Errorf("%+v, %v", got, err)
	}
	// 29 February is in the last leap year.
	got, err = ParseList("-rw-r--r-- 1 a b 1 Feb 29 10:00 f", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || got.Modify.Year() != 2024 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestParseListOthers(t *testing.T) {
	for _, c := range []struct {
		line string
		want Entry
	}{
		{"11-20-24  09:12AM       <DIR>          some dir", Entry{Name: "some dir", Type: DirEntry, Size: -1, Modify: date(2024, 11, 20, 9, 12)}},
		{"11-20-24  12:12AM       <DIR>           lead", Entry{Name: " lead", Type: DirEntry, Size: -1, Modify: date(2024, 11, 20, 0, 12)}},
		{"11-20-2024  12:12PM                12345 a file.txt", Entry{Name: "a file.txt", Type: FileEntry, Size: 12345, Modify: date(2024, 11, 20, 12, 12)}},
		{"11-20-98  01:12PM                12345  lead", Entry{Name: " lead", Type: FileEntry, Size: 12345, Modify: date(1998, 11, 20, 13, 12)}},
		{"11/20/2024  13:12           12,345 f", Entry{Name: "f", Type: FileEntry, Size: 12345, Modify: date(2024, 11, 20, 13, 12)}},
		{"2024-11-20  13:12           12345 f", Entry{Name: "f", Type: FileEntry, Size: 12345, Modify: date(2024, 11, 20, 13, 12)}},
		{"11-20-24  09:12 PM           1 f", Entry{Name: "f", Type: FileEntry, Size: 1, Modify: date(2024, 11, 20, 21, 12)}},
		{"11-20-24  09:12AM       <JUNCTION>     link [C:\\x]", Entry{Name: "link", LinkTarget: "C:\\x", Type: LinkEntry, Size: -1, Modify: date(2024, 11, 20, 9, 12)}},
		{"11-20-24  09:12AM       <DIR> ..", Entry{Name: "..", Type: PDirEntry, Size: -1, Modify: date(2024, 11, 20, 9, 12)}},
		{"+i8388621.48594,m825718503,r,s280,\tdjb.html", Entry{Name: "djb.html", Type: FileEntry, Size: 280, Unique: "8388621.48594", Modify: time.Unix(825718503, 0).UTC()}},
		{"+i8388621.50690,m824255907,/,\t514", Entry{Name: "514", Type: DirEntry, Size: -1, Unique: "8388621.50690", Modify: time.Unix(824255907, 0).UTC()}},
		{"+up644,r,s0,\ta\tb", Entry{Name: "a\tb", Type: FileEntry, Size: 0, Mode: 0o644, HasMode: true}},
		{"+\tx", Entry{Name: "x", Size: -1}},
		{"+/,r,\t..", Entry{Name: "..", Type: PDirEntry, Size: -1}},
	} {
		got, err := ParseList(c.line, now)
		c.want.Raw = c.line
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q:\n got %+v, %v\nwant %+v", c.line, got, err, c.want)
		}
	}
}

func TestParseListRefused(t *testing.T) {
	for _, line := range []string{"total 12", "total 0", "", "  ", "\t"} {
		if e, err := ParseList(line, now); err != ErrNoEntry || e.Raw != line {
			t.Errorf("%q: %+v, %v", line, e, err)
		}
	}
	for _, line := range []string{
		"hello", "total files", "/pub:", "-rw-r--r--", "-rw-r--r-- 1 a b 1 Nov 20 2023", "-rw-r--r-- 1 a b 1 Nov 20 2023 ", "-rw-r--r-- 1 a b x Nov 20 2023 f", "-rw-r--r-- 1 a b 1 Nov 31 2023 f",
		"-rw-r--r-- 1 a b 1 Foo 20 2023 f", "-rw-r--r-- 1 a b 1 Nov 20 25:00 f", "xrw-r--r-- 1 a b 1 Nov 20 2023 f", "-rq-r--r-- 1 a b 1 Nov 20 2023 f", "-rw-r--r--x 1 a b 1 Nov 20 2023 f",
		"-rw-r--r-- 1 a b 99999999999999999999 Nov 20 2023 f", "-rw-r--r-- 1 a b 1 Nov 20 2023 f\x00", "-rw-r--r-- 1 a b 1 Nov 20 2023 f\ng", "-rw-r--r-- 1 a b 1 2023-02-30 09:12 f",
		"11-20-24  09:12AM       <DIR>", "11-20-24  09:12AM       <DIR>          ", "11-20-24  09:12AM  12345", "13-20-24  09:12AM 1 f", "11-31-24  09:12AM 1 f", "11-20-24  13:12AM 1 f", "11-20-24  0912 1 f",
		"11-20-24  09:12AM <FOO> f", "11-20-4  09:12AM 1 f", "11-20  09:12AM 1 f", "1", "11-20-24  09:12AM -1 f", "11-20-24  09:12AM 12345 ",
		"+", "+r,s1,", "+r,s1,\t", "+r,sx,\tf", "+r,s-1,\tf", "+mx,\tf", "+m99999999999999,\tf", "+up999,\tf",
	} {
		e, err := ParseList(line, now)
		if errors.Is(err, ErrNoEntry) || err == nil {
			t.Errorf("%q: %+v, %v", line, e, err)
			continue
		}
		syntax(t, err)
		if !reflect.DeepEqual(e, Entry{Raw: line, Size: -1}) {
			t.Errorf("%q: %+v", line, e)
		}
	}
}

func TestAppendLists(t *testing.T) {
	file := Entry{Name: "a b", Type: FileEntry, Size: 12, Modify: date(2024, 11, 20, 9, 12), Mode: 0o4755 & 0o777, HasMode: true, Owner: "al", Group: "st", Links: 2, Unique: "8.1"}
	dir := Entry{Name: "d\ne", Type: DirEntry, Size: -1, Modify: date(2023, 1, 2, 13, 4)}
	link := Entry{Name: "l", Type: LinkEntry, Size: 1, LinkTarget: "to", Modify: date(2023, 1, 2, 13, 4)}
	for _, c := range []struct{ got, want string }{
		{string(AppendUnixList([]byte("x"), file, now)), "x-rwxr-xr-x    2 al       st             12 Nov 20 09:12 a b"},
		{string(AppendUnixList(nil, dir, now)), "drwxr-xr-x    1 ftp      ftp             0 Jan  2  2023 d?e"},
		{string(AppendUnixList(nil, link, now)), "lrwxrwxrwx    1 ftp      ftp             1 Jan  2  2023 l -> to"},
		{string(AppendUnixList(nil, Entry{Name: "f", Modify: date(2025, 1, 1, 0, 0)}, now)), "-rw-r--r--    1 ftp      ftp             0 Jan  1  2025 f"},
		{string(AppendUnixList(nil, Entry{Name: "p", Type: OSEntry, OSType: "p", Modify: date(2023, 1, 1, 0, 0)}, now)), "prw-r--r--    1 ftp      ftp             0 Jan  1  2023 p"},
		{string(AppendDOSList(nil, file, false)), "11-20-24  09:12AM                   12 a b"},
		{string(AppendDOSList(nil, dir, true)), "01-02-2023  01:04PM       <DIR>          d?e"},
		{string(AppendDOSList(nil, link, false)), "01-02-23  01:04PM       <SYMLINK>      l [to]"},
		{string(AppendEPLF(nil, file)), "+i8.1,m1732090320,up755,r,s12,\ta b"},
		{string(AppendEPLF(nil, dir)), "+m1672661040,/,\td?e"},
	} {
		if c.got != c.want {
			t.Errorf("got  %q\nwant %q", c.got, c.want)
		}
	}
}

// entries draws an entry that each form of listing can hold.
func drawEntry(t *rapid.T) Entry {
	name := rapid.StringMatching(`[ !-~äß]{1,12}`).Filter(func(s string) bool {
		return s != "." && s != ".." && strings.TrimSpace(s) != "" && !strings.Contains(s, " -> ") && !strings.Contains(s, " [")
	})
	e := Entry{
		Name: name.Draw(t, "name"), Type: rapid.SampledFrom([]EntryType{FileEntry, DirEntry}).Draw(t, "type"), Size: rapid.Int64Min(0).Draw(t, "size"),
		Mode: unixMode(rapid.Uint32Range(0, 0o7777).Draw(t, "mode")), HasMode: true, Links: rapid.IntRange(1, 1000).Draw(t, "links"),
		Owner: rapid.StringMatching(`[a-z][a-z0-9]{0,11}`).Draw(t, "owner"), Group: rapid.StringMatching(`[a-z][a-z0-9]{0,11}`).Draw(t, "group"), Unique: rapid.StringMatching(`[a-z0-9.]{1,10}`).Draw(t, "unique"),
		Modify: time.Unix(rapid.Int64Range(0, now.Unix()).Draw(t, "modify"), 0).In(now.Location()),
	}
	return e
}

func TestListRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawEntry(t)
		if strings.HasPrefix(in.Owner, "jan") || month3(in.Owner) || month3(in.Group) {
			return
		}
		line := string(AppendUnixList(nil, in, now))
		got, err := ParseList(line, now)
		if err != nil || got.Name != in.Name || got.Type != in.Type || got.Size != in.Size || got.Mode != in.Mode || got.Links != in.Links || got.Owner != in.Owner || got.Group != in.Group {
			t.Fatalf("%q: %+v, %v", line, got, err)
		}
		if got.Modify.Format("2006-01-02") != in.Modify.Format("2006-01-02") || now.Sub(in.Modify) < 180*24*time.Hour && !got.Modify.Equal(in.Modify.Truncate(time.Minute)) {
			t.Fatalf("%q: %v, want %v", line, got.Modify, in.Modify)
		}
		line = string(AppendDOSList(nil, in, true))
		got, err = ParseList(line, now)
		if err != nil || got.Name != in.Name || got.Type != in.Type || !got.Modify.Equal(in.Modify.Truncate(time.Minute)) || in.Type == FileEntry && got.Size != in.Size {
			t.Fatalf("%q: %+v, %v", line, got, err)
		}
		line = string(AppendEPLF(nil, in))
		got, err = ParseList(line, now)
		if err != nil || got.Name != in.Name || got.Type != in.Type || !got.Modify.Equal(in.Modify) || got.Unique != in.Unique || in.Type == FileEntry && got.Size != in.Size || got.Mode != in.Mode {
			t.Fatalf("%q: %+v, %v", line, got, err)
		}
		names := []string{FactType, FactSize, FactModify, FactUnique, FactUnixMode, FactUnixOwner, FactUnixGroup}
		b, err := AppendMLSx(nil, in.MakeFacts(names...), in.Name)
		if err != nil {
			t.Fatal(err)
		}
		got, err = Rules{}.ParseMLSx(b)
		in.Facts, in.Raw, in.Links, got.Modify, in.Modify = got.Facts, string(b), 0, got.Modify.UTC(), in.Modify.UTC()
		if err != nil || !reflect.DeepEqual(got, in) {
			t.Fatalf("%q: %+v, %v, want %+v", b, got, err, in)
		}
		if again := got.MakeFacts(names...); !slices.Equal(again, got.Facts) {
			t.Fatalf("%v, want %v", again, got.Facts)
		}
	})
}

func month3(s string) bool { _, ok := month(s); return ok }

func TestParseMLSx(t *testing.T) {
	at := time.Date(1998, 1, 30, 1, 3, 22, 0, time.UTC)
	for _, c := range []struct {
		line             string
		want             Entry
		departs, forgive bool
	}{
		{"Type=file;Size=1024990;Modify=19980130010322;Perm=r; cap60.pl198.tar.gz", Entry{Name: "cap60.pl198.tar.gz", Type: FileEntry, Size: 1024990, Modify: at, Perm: "r"}, false, false},
		{"type=DIR;perm=EL; d", Entry{Name: "d", Type: DirEntry, Size: -1, Perm: "EL"}, false, false},
		{"Type=cdir;Perm=; /a b", Entry{Name: "/a b", Type: CDirEntry, Size: -1}, false, false},
		{"Type=pdir; ..", Entry{Name: "..", Type: PDirEntry, Size: -1}, false, false},
		{"Type=file;  leading space", Entry{Name: " leading space", Type: FileEntry, Size: -1}, false, false},
		{" no facts", Entry{Name: "no facts", Size: -1}, false, false},
		{"Type=dir; ", Entry{Type: DirEntry, Size: -1}, false, false},
		{"Type=OS.unix=slink:/foobar;Perm=;Unique=keVO1+4G4; foobar", Entry{Name: "foobar", Type: LinkEntry, LinkTarget: "/foobar", Size: -1, Unique: "keVO1+4G4"}, false, false},
		{"Type=OS.unix=symlink; l", Entry{Name: "l", Type: LinkEntry, Size: -1}, false, false},
		{"Type=OS.unix=chr-13/29; device", Entry{Name: "device", Type: OSEntry, OSType: "OS.unix=chr-13/29", Size: -1}, false, false},
		{"Create=19980130010322.5;Lang=en-US;Media-Type=text/plain;CharSet=UTF-8;X.myfact=foo,bar; x", Entry{Name: "x", Size: -1, Create: at.Add(time.Second / 2), Lang: "en-US", MediaType: "text/plain", CharSet: "UTF-8"}, false, false},
		{"UNIX.mode=04755;UNIX.owner=0;UNIX.group=5; x", Entry{Name: "x", Size: -1, Mode: 0o755 | fs.ModeSetuid, HasMode: true, Owner: "0", Group: "5"}, false, false},
		{"UNIX.uid=0;UNIX.ownername=root;UNIX.groupname=wheel;UNIX.gid=0; x", Entry{Name: "x", Size: -1, Owner: "root", Group: "wheel"}, false, false},
		{"Size=5;Size=6; x", Entry{Name: "x", Size: 5}, false, false},
		{"X.f==a=b; x", Entry{Name: "x", Size: -1}, false, false},
		{"Type=file;Size=5 x", Entry{Name: "x", Type: FileEntry, Size: 5}, true, true},
		{"Type=file;;Size=5; x", Entry{Name: "x", Type: FileEntry, Size: 5}, true, true},
		{"Type=file;odd;Size=5; x", Entry{Name: "x", Type: FileEntry, Size: 5}, true, true},
		{"Type=file;=v;Size=5; x", Entry{Name: "x", Type: FileEntry, Size: 5}, true, true},
		{"Type=file;X.a=\xc3\xa4;Size=5; x", Entry{Name: "x", Type: FileEntry, Size: 5}, true, true},
		{"Type=weird;Size=5; x", Entry{Name: "x", Type: OSEntry, OSType: "weird", Size: 5}, true, true},
		{"Size=-5;Type=file; x", Entry{Name: "x", Type: FileEntry, Size: -1}, true, true},
		{"Modify=1998;Type=file; x", Entry{Name: "x", Type: FileEntry, Size: -1}, true, true},
		{"Modify=191000130010322;Type=file; x", Entry{Name: "x", Type: FileEntry, Size: -1, Modify: time.Date(2000, 1, 30, 1, 3, 22, 0, time.UTC)}, true, true},
		{"Perm=rx;Type=file; x", Entry{Name: "x", Type: FileEntry, Size: -1, Perm: "rx"}, true, true},
		{"UNIX.mode=9;Type=file; x", Entry{Name: "x", Type: FileEntry, Size: -1}, true, true},
		{"Unique=;Type=file; x", Entry{Name: "x", Type: FileEntry, Size: -1}, true, true},
		{"", Entry{}, true, false}, {"Type=file;Size=5;", Entry{}, true, false}, {"x", Entry{}, true, false}, {" a\nb", Entry{}, true, false}, {" a\x00b", Entry{}, true, false}, {" a\r\nb", Entry{}, true, false},
	} {
		check(t, c.line, c.want, c.departs, c.forgive, func(r Rules) (Entry, error) {
			e, err := r.ParseMLSx([]byte(c.line))
			if e.Raw != c.line {
				t.Errorf("%q: kept %q", c.line, e.Raw)
			}
			e.Raw, e.Facts = "", nil
			return e, err
		})
	}
	e, err := Rules{}.ParseMLSx([]byte("Size=5;size=6;X.A=; x"))
	if v, ok := e.Facts.Get("SIZE"); err != nil || v != "5" || !ok || len(e.Facts) != 3 || !e.Facts.Has("x.a") || e.Facts.Has("y") || e.Facts.String() != "Size=5;size=6;X.A=;" {
		t.Errorf("%+v, %v", e, err)
	}
	if e, err := (Rules{}).ParseMLSx([]byte(" a\rb")); err != nil || e.Name != "a\rb" {
		t.Errorf("%+v, %v", e, err)
	}
	for line, at := range map[string]int{"Type=file;Size=x; y": 15, "Type=file": 9, "Type=file; a\nb": 12, "Type=file;Modify=19990230000000; x": 23, "A=b x": 3, "A=b;c; x": 4} {
		_, err := Rules{}.ParseMLSx([]byte(line))
		if e := syntax(t, err); e.Offset != at {
			t.Errorf("%q: %v, want offset %d", line, err, at)
		}
	}
}

func TestAppendMLSx(t *testing.T) {
	e := Entry{Name: "x", Type: LinkEntry, LinkTarget: "/a", Size: 5, Modify: time.Date(1998, 1, 30, 1, 3, 22, 0, time.UTC), HasMode: true, Mode: 0o644 | fs.ModeSticky, Facts: Facts{{"X.y", "z"}, {"perm", ""}}}
	b, err := AppendMLSx([]byte(" "), e.MakeFacts("Type", "size", "Modify", "Create", "Perm", "Unique", "Lang", "Media-Type", "CharSet", "UNIX.mode", "UNIX.owner", "UNIX.group", "x.y", "none"), e.Name)
	if err != nil || string(b) != " Type=OS.unix=slink:/a;size=5;Modify=19980130010322;Perm=;UNIX.mode=1644;x.y=z; x" {
		t.Errorf("%q, %v", b, err)
	}
	e.LinkTarget = "a b"
	if f := e.MakeFacts("Type"); f[0].Value != "OS.unix=symlink" {
		t.Error(f)
	}
	if f := (&Entry{Size: -1}).MakeFacts("Type", "Size", "Modify", "Perm"); f != nil {
		t.Error(f)
	}
	if f := (&Entry{Type: OSEntry, OSType: "OS.unix=chr-1/2"}).MakeFacts("Type"); len(f) != 1 || f[0].Value != "OS.unix=chr-1/2" {
		t.Error(f)
	}
	for _, c := range []struct {
		facts Facts
		name  string
	}{{Facts{{"", "x"}}, "x"}, {Facts{{"a b", "x"}}, "x"}, {Facts{{"a=", "x"}}, "x"}, {Facts{{"a", "b;c"}}, "x"}, {Facts{{"a", "b c"}}, "x"}, {Facts{{"a", "\xff"}}, "x"}, {nil, "a\nb"}, {nil, "a\rb"}, {nil, "\x00"}} {
		if b, err := AppendMLSx([]byte("y"), c.facts, c.name); err == nil || string(b) != "y" {
			t.Errorf("%q %q was written as %q", c.facts, c.name, b)
		}
	}
	for typ, want := range map[EntryType]string{UnknownEntry: "unknown", FileEntry: "file", DirEntry: "dir", CDirEntry: "cdir", PDirEntry: "pdir", LinkEntry: "OS.unix=slink", OSEntry: "OS-dependent"} {
		if typ.String() != want {
			t.Error(typ)
		}
		if e := (Entry{Type: typ}); e.IsDir() != strings.HasSuffix(want, "dir") {
			t.Error(typ)
		}
	}
}

func TestMLST(t *testing.T) {
	for _, c := range []struct {
		r                *Reply
		departs, forgive bool
	}{
		{reply(250, "Listing", " Type=dir; /a", "End"), false, false},
		{reply(250, "Listing", "Type=dir; /a", "End"), true, true},
		{reply(250, "Listing", "250-Type=dir; /a", "End"), true, true},
		{reply(250, "Listing", "End"), true, false},
		{reply(250, "Type=dir; /a"), true, false},
		{reply(200, "Listing", " Type=dir; /a", "End"), true, false},
		{reply(250, "Listing", " Type=dir;/a", "End"), true, false},
	} {
		check(t, c.r.Text(), "/a", c.departs, c.forgive, func(r Rules) (string, error) {
			entries, err := r.ParseMLST(c.r)
			if err != nil {
				return "", err
			}
			return entries[0].Name, nil
		})
	}
	entries, err := Rules{}.ParseMLST(reply(250, "x", " Type=file; a", " Type=dir; a", "y"))
	if err != nil || len(entries) != 2 || entries[1].Type != DirEntry {
		t.Error(entries, err)
	}
	if entries, err := (Rules{}).ParseMLST(reply(250, "x", "  /no facts", "y")); err != nil || entries[0].Name != "/no facts" {
		t.Error(entries, err)
	}
}

func TestFactLists(t *testing.T) {
	options := []FactOption{{"Type", true}, {"Size", false}, {"UNIX.mode", true}}
	for _, c := range []struct {
		params           string
		departs, forgive bool
	}{
		{"Type*;Size;UNIX.mode*;", false, false}, {"Type*;Size;UNIX.mode*", true, true}, {"Type*; Size; UNIX.mode*;", true, true}, {"Type*;;Size;UNIX.mode*;", true, true},
		{"Type**;Size;", true, false}, {"Type=;", true, false}, {"T*ype;", true, false},
	} {
		check(t, c.params, options, c.departs, c.forgive, func(r Rules) ([]FactOption, error) { return r.ParseFactOptions(c.params) })
	}
	if FormatFactOptions(options) != "Type*;Size;UNIX.mode*;" || FormatFactNames([]string{"a", "b"}) != "a;b;" || FormatFactNames(nil) != "" {
		t.Error("formats")
	}
	if names, err := (Rules{}).ParseFactNames("type;size;"); err != nil || !slices.Equal(names, []string{"type", "size"}) {
		t.Error(names, err)
	}
	if names, err := (Rules{}).ParseFactNames(""); err != nil || names != nil {
		t.Error(names, err)
	}
	for _, c := range []struct {
		text             string
		departs, forgive bool
	}{{"MLST OPTS Type;Size;", false, false}, {"mlst opts Type;Size;", false, false}, {"MLST OPTS Type;Size", true, true}, {"MLST OPTSType;Size;", true, false}, {"ok", true, false}} {
		check(t, c.text, []string{"Type", "Size"}, c.departs, c.forgive, func(r Rules) ([]string, error) { return r.ParseFactsSet(reply(200, c.text)) })
	}
	for _, text := range []string{"MLST OPTS", "MLST OPTS "} {
		if names, err := (Rules{}).ParseFactsSet(reply(200, text)); err != nil || len(names) > 0 {
			t.Error(names, err)
		}
	}
	if _, err := (Rules{Lenient: true}).ParseFactsSet(reply(501, "MLST OPTS")); err == nil {
		t.Error("501 sets facts")
	}
}

func TestFeatures(t *testing.T) {
	want := Features{{"MLST", "Type*;Size;"}, {"SIZE", ""}, {"rest", "STREAM"}}
	for _, c := range []struct {
		lines            []string
		departs, forgive bool
	}{
		{[]string{"Extensions supported:", " MLST Type*;Size;", " SIZE", " rest STREAM", "END"}, false, false},
		{[]string{"", " MLST Type*;Size;", " SIZE", " rest STREAM", "end"}, false, false},
		{[]string{"x", " MLST Type*;Size;", "SIZE", " rest STREAM", "End"}, true, true},
		{[]string{"x", " MLST Type*;Size;", "\tSIZE", "  rest STREAM", "End"}, true, true},
		{[]string{"x", "211-MLST Type*;Size;", "211-SIZE", "211-rest STREAM", "End"}, true, true},
		{[]string{"x", " MLST Type*;Size;", " SIZE", " rest STREAM", "Done."}, true, true},
		{[]string{"x", " MLST Type*;Size;", "", " SIZE", " ", " rest STREAM", "End"}, true, true},
		{[]string{"x", " MLST Type*;Size;", " SIZE ", " rest STREAM", "End"}, true, true},
	} {
		check(t, strings.Join(c.lines, "/"), want, c.departs, c.forgive, func(r Rules) (Features, error) { return r.ParseFeatures(reply(211, c.lines...)) })
	}
	for _, r := range []Rules{{}, {Lenient: true}} {
		if f, err := r.ParseFeatures(reply(211, "none")); err != nil || f != nil {
			t.Error(f, err)
		}
		if _, err := r.ParseFeatures(reply(500, "what?")); err == nil {
			t.Error("500 lists features")
		}
	}
	check(t, "none", Features(nil), true, true, func(r Rules) (Features, error) { return r.ParseFeatures(reply(211, "none", "End")) })
	check(t, "8-bit", Features{{"\xe4", "x"}}, true, true, func(r Rules) (Features, error) { return r.ParseFeatures(reply(211, "", " \xe4 x", "End")) })

	f := Features{{"AUTH", "TLS;TLS-C;"}, {"auth", "ssl"}, {"PROT", "C,P"}, {"LANG", "EN*;FR"}, {"utf8", ""}, {"REST", "STREAM"}, {"MLST", "Type*;Size"}, {"SIZE", ""}}
	if !f.UTF8() || !f.RestStream() || !slices.Equal(f.Auth(), []string{"TLS", "TLS-C", "SSL"}) || !slices.Equal(f.Protection(), []string{"C", "P"}) || f.Params("rest") != "STREAM" || f.Params("x") != "" {
		t.Error("features")
	}
	if tags, current := f.Languages(); current != "EN" || !slices.Equal(tags, []string{"EN", "FR"}) {
		t.Error(tags, current)
	}
	if o, ok := f.Facts(); !ok || !slices.Equal(o, []FactOption{{"Type", true}, {"Size", false}}) {
		t.Error(o, ok)
	}
	if o, ok := (Features{}).Facts(); ok {
		t.Error(o)
	}
	size, _ := Lookup("SIZE")
	retr, _ := Lookup("RETR")
	mdtm, _ := Lookup("MDTM")
	if !f.Offers(size) || !f.Offers(retr) || f.Offers(mdtm) || (Features{{"REST", ""}}).RestStream() {
		t.Error("offers")
	}
	if lines := FormatFeatures(f[4:6]); !slices.Equal(lines, []string{"Features:", " utf8", " REST STREAM", "End"}) {
		t.Error(lines)
	}
	if lines := FormatFeatures(nil); len(lines) != 1 {
		t.Error(lines)
	}
	for arg, want := range map[string]string{"mlst type;": "MLST|type;", "UTF8 ON": "UTF8|ON", "x": "X|", "x ": "X|", "": "error", " x": "error", "a-b": "error"} {
		command, options, err := Rules{}.ParseOPTS(arg)
		got := command + "|" + options
		if err != nil {
			syntax(t, err)
			got = "error"
		}
		if got != want {
			t.Errorf("OPTS %q: %s", arg, got)
		}
	}
}

func FuzzList(f *testing.F) {
	for _, s := range []string{"-rw-r--r--   1 alice    staff        1234 Nov 20 09:12 a.txt", "brw-rw---- 1 root disk 8, 0 Nov 20 09:12 sda", "lrwxrwxrwx 1 a b 5 Nov 20 2023 l -> to", "total 5",
		"11-20-24  09:12AM       <DIR>          some dir", "11-20-2024  12:12PM                12345 a file.txt", "+i8388621.48594,m825718503,r,s280,\tdjb.html",
		"-rw-r--r-- 1 a b 1 2023-11-20 09:12:01.500000000 +0200 f", "11-20-24  09:12AM       <JUNCTION>     link [C:\\x]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		e, err := ParseList(line, now)
		if e.Raw != line || e.Size < -1 {
			t.Fatalf("%q: %+v", line, e)
		}
		if err != nil {
			if !errors.Is(err, ErrNoEntry) {
				syntax(t, err)
			}
			return
		}
		if e.Name == "" || !strings.Contains(line, e.Name) || strings.ContainsAny(e.Name, "\n\x00") {
			t.Fatalf("%q: name %q", line, e.Name)
		}
		if out := string(AppendEPLF(AppendDOSList(AppendUnixList(nil, e, now), e, true), e)); strings.ContainsAny(out, "\r\n\x00") {
			t.Fatalf("%q: %q", line, out)
		}
	})
}

func FuzzMLSx(f *testing.F) {
	for _, s := range []string{"Type=file;Size=1024990;Modify=19980130010322;Perm=r; cap60", " x", "Type=OS.unix=slink:/foobar;Perm=;Unique=keVO1+4G4; foobar", "UNIX.mode=04755;UNIX.owner=0; x", "a=b x", ";;= x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		strict, err := Rules{}.ParseMLSx(line)
		loose, looseErr := Rules{Lenient: true}.ParseMLSx(line)
		if err == nil && (looseErr != nil || !reflect.DeepEqual(strict, loose)) {
			t.Fatalf("%q: strict %+v, lenient %+v, %v", line, strict, loose, looseErr)
		}
		if err != nil {
			var e *wire.SyntaxError
			if !errors.As(err, &e) || e.Offset > len(line) {
				t.Fatalf("%q: %v", line, err)
			}
			return
		}
		if b, err := AppendMLSx(nil, strict.Facts, strict.Name); err == nil && string(b) != string(line) {
			t.Fatalf("%q was written as %q", line, b)
		} else if err != nil && !strings.Contains(strict.Name, "\r") {
			t.Fatalf("%q: %v", line, err)
		}
	})
}

// BenchmarkEntries parses an entry in each form; "fields" cuts the same line into words and does no more.
func BenchmarkEntries(b *testing.B) {
	unix := "-rw-r--r--   1 alice    staff        1234 Nov 20 09:12 a.txt"
	b.Run("fields", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			strings.Fields(unix)
		}
	})
	b.Run("LIST", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ParseList(unix, now); err != nil {
				b.Fatal(err)
			}
		}
	})
	mlsd := []byte("Type=file;Size=1024990;Modify=19980130010322;Perm=r; cap60.pl198.tar.gz")
	b.Run("MLSD", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := (Rules{}).ParseMLSx(mlsd); err != nil {
				b.Fatal(err)
			}
		}
	})
}
