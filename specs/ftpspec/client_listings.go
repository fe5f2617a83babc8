package ftpspec

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// listing has the client list a directory by MLSD.
func listing(lines string, run func(d *try, s *subject)) (serve func(s *script), drive func(d *try)) {
	serve = func(s *script) {
		s.gives("MLSD", lines)
		s.respond()
	}
	return serve, func(d *try) {
		s := d.login()
		run(d, s)
		s.quit()
	}
}

// shown are entries for a comparison.
func shownEntries(entries []Listed) string {
	var out []string
	for _, e := range entries {
		kind := "file"
		if e.Dir {
			kind = "dir"
		}
		at := "-"
		if !e.Modify.IsZero() {
			at = e.Modify.UTC().Format("20060102150405.999")
		}
		out = append(out, fmt.Sprintf("%s %d %s %s", kind, e.Size, at, quoted(e.Name)))
	}
	return strings.Join(out, "; ")
}

const (
	latin1Name = "gr\xfcn"
)

// listingRows are about listings, and pathnames beyond ASCII.
func listingRows() []clientCase {
	compare := func(want string) func(d *try, s *subject) {
		return func(d *try, s *subject) { d.Same("the entries", shownEntries(s.mlsd("")), want) }
	}
	row := func(name, lines string, run func(d *try, s *subject), deviations ...string) clientCase {
		serve, drive := listing(lines, run)
		return clientCase{name: name, deviations: deviations, feat: "MLST type*;size*;modify*;\nUTF8", serve: serve, run: drive}
	}
	paths := func(name, path string, deviations ...string) clientCase {
		return clientCase{
			name: name, deviations: deviations, feat: "UTF8\nMLST type*;size*;",
			serve: func(s *script) {
				s.gives("NLST", path+"\r\n")
				s.answer("CWD "+path, "250 ok")
				s.answer("PWD", `257 "/`+path+`"`)
				s.answer("MKD "+path, `257 "/`+path+`"`)
				s.answer("RNFR "+path, "350 to what?")
				s.answer("RNTO "+path+"2", "250 ok")
				s.gives("RETR "+path, "hello")
				s.takes("STOR " + path)
				s.answer("DELE "+path, "250 ok")
				s.answer("RMD "+path, "250 ok")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				got := s.nlst("")
				d.Same("the names", strings.Join(got, "|"), path)
				if d.Settled() {
					return
				}
				s.cwd(got[0])
				d.Same("the directory", s.pwd(), "/"+path)
				d.Same("the new directory", value(s, "MKD", func(ctx context.Context, c ClientSession) (string, error) { return c.Mkd(ctx, path) }), "/"+path)
				s.Do("a renaming", func(ctx context.Context, c ClientSession) error { return c.Rename(ctx, path, path+"2") })
				d.Same("the file", s.retr(path), "hello")
				s.stor(path, "hello")
				s.Do("DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, path) })
				s.Do("RMD", func(ctx context.Context, c ClientSession) error { return c.Rmd(ctx, path) })
				s.quit()
			},
		}
	}
	long := strings.Repeat("long-", 4000)
	return []clientCase{
		row("fact-any-case", "TYPE=File;SIZE=5;Modify=20240304050607; a\r\nType=DIR;sIzE=0; b\r\n", compare(`file 5 20240304050607 "a"; dir 0 - "b"`), "facts-case"),
		row("mlsx-long-lines", "type=file;size=5; "+long+"\r\n", func(d *try, s *subject) {
			if got := s.mlsd(""); len(got) != 1 || got[0].Name != long {
				d.Fail(fmt.Sprintf("an entry whose name has %d octets", len(long)), "%d entries", len(got))
			}
		}, "short-lines"),
		row("mlsx-8bit", "type=file;size=5; "+latin1Name+"\r\ntype=file;size=6; gr\u00fcn\r\n", compare("file 5 - "+quoted(latin1Name)+"; file 6 - "+quoted("gr\u00fcn")), "eighth-bit-stripped"),
		row("mlsx-utf8", "type=file;size=6; gr\u00fcn\r\n", func(d *try, s *subject) {
			for _, e := range s.mlsd("") {
				s.retr(e.Name)
			}
			for _, l := range d.Sent("RETR") {
				d.Same("the command", string(l.Text), "RETR gr\u00fcn")
			}
			d.Check(len(d.Sent("RETR")) == 1, "RETR of the file that was listed", "none")
		}, "latin1-sent"),
		row("time-val-utc-client", "type=file;modify=20240304050607.125; a\r\n", func(d *try, s *subject) {
			d.Same("the entries", shownEntries(s.mlsd("")), `file -1 20240304050607.125 "a"`)
			at := value(s, "MDTM", mdtm("a"))
			d.Same("the time", at.UTC().Format("20060102150405.999"), "20240304050607")
		}, "local-times", "fractions-refused"),
		{
			name: "fact-size-not-precise", deviations: []string{"size-decides"}, feat: "MLST type*;size*;\nSIZE",
			serve: func(s *script) {
				s.gives("MLSD", "type=file;size=3; a\r\ntype=file;size=300; b\r\n")
				for !s.Over {
					l, err := s.Read()
					switch {
					case err != nil:
						s.Stop(nil)
					case l.Verb() == "SIZE":
						s.Say("550 it is not known")
					case l.Verb() == "RETR":
						s.Say("150 here it comes")
						s.data("hello")
						s.eof()
						s.Say("226 done")
					case s.aside(l):
					default:
						s.Say("221 bye")
					}
				}
			},
			run: func(d *try) {
				s := d.login()
				for _, e := range s.mlsd("") {
					d.Same("the file "+e.Name, s.retr(e.Name), "hello")
				}
				s.Quietly(quit)
			},
		},
		{
			name: "size-550-not-final", deviations: []string{"size-decides"},
			serve: func(s *script) {
				for !s.Over {
					l, err := s.Read()
					switch {
					case err != nil:
						s.Stop(nil)
					case l.Verb() == "SIZE":
						s.Say("550 not in this type")
					case l.Verb() == "RETR":
						s.Say("150 here it comes")
						s.data("hello")
						s.eof()
						s.Say("226 done")
					case s.aside(l):
					default:
						s.Say("221 bye")
					}
				}
			},
			run: func(d *try) {
				s := d.login()
				s.refusedWith(550, "SIZE", func(ctx context.Context, c ClientSession) error { _, err := c.Size(ctx, "a"); return err })
				d.Same("the file", s.retr("a"), "hello")
				s.Quietly(quit)
			},
		},
		paths("utf8-recommended", "gr\u00fcn", "latin1-sent", "eighth-bit-stripped"),
		paths("utf8-encoding", "\u65e5\u672c", "latin1-sent", "eighth-bit-stripped"),
		paths("utf8-pathnames", "caf\u00e9 au lait", "latin1-sent", "eighth-bit-stripped"),
		paths("utf8-raw-octets-client", latin1Name, "names-repaired", "eighth-bit-stripped"),
		paths("pathname-commands", "two  sp\u00e4ces; and more", "eighth-bit-stripped", "latin1-sent"),
		paths("control-8bit", latin1Name, "eighth-bit-stripped", "names-repaired"),
		{
			name: "tvfs-case", deviations: []string{"names-folded"}, feat: "TVFS\nMLST type*;",
			serve: func(s *script) {
				s.gives("NLST", "README\r\nreadme\r\n")
				s.gives("RETR README", "upper")
				s.gives("RETR readme", "lower")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				var got []string
				for _, name := range s.nlst("") {
					got = append(got, s.retr(name))
				}
				d.Same("the files", strings.Join(got, ", "), "upper, lower")
				s.quit()
			},
		},
		{
			name: "listing-endless", requirement: "mlsx-long-lines", labels: []string{"security"}, deviations: []string{"listing-unlimited"},
			options: func(o *ClientOptions) { o.ListingLimit = 1 << 20 },
			serve: func(s *script) {
				s.answer("NLST", "150 here it comes")
				some := strings.Repeat("x", 64<<10)
				for range 32 {
					s.data(some)
				}
				s.eof()
				s.Say("226 done")
				s.Flush()
				s.respond()
			},
			run: func(d *try) { d.login().Refuses("a listing line of 2 MiB", nlst) },
		},
		{
			name: "listing-empty", requirement: "stream-file-eof-client", deviations: []string{"final-ignored"},
			script: "C: NLST\nS: 150 here it comes\n-- close Sd1\nS: 226 done\nC: NLST\nS: 550 no files\nC: MLSD\nS: 150 here it comes\n-- close Sd2\nS: 451 broken\nC: NOOP\nS: 200 ok\n",
			run: func(d *try) {
				s := d.login()
				d.Same("the number of names", len(s.nlst("")), 0)
				s.refusedWith(550, "NLST", nlst)
				s.refusedWith(451, "MLSD", func(ctx context.Context, c ClientSession) error { _, err := c.Mlsd(ctx, ""); return err })
				s.noop()
				s.quit()
			},
		},
	}
}

func mdtm(path string) func(ctx context.Context, c ClientSession) (time.Time, error) {
	return func(ctx context.Context, c ClientSession) (time.Time, error) { return c.Mdtm(ctx, path) }
}
