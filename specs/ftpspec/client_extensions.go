package ftpspec

import (
	"context"
	"regexp"

	"harness/protocols/dialect"
)

// extensionClientRows are about FEAT and what it announces, and EPRT.
func extensionClientRows() []clientCase {
	supports := func(name, feat string, want map[string]bool, deviations ...string) clientCase {
		return clientCase{
			name: name, deviations: deviations, feat: feat,
			serve: func(s *script) { s.Rest() },
			run: func(d *try) {
				s := d.login()
				for feature, there := range want {
					got := value(s, "the features", func(ctx context.Context, c ClientSession) (bool, error) { return c.Supports(ctx, feature) })
					d.Same("whether "+feature+" is there", got, there)
				}
				s.noop()
				s.quit()
			},
		}
	}
	eprt := func(name, pattern, expected string, deviations ...string) clientCase {
		return clientCase{
			name: name, deviations: deviations, options: active, v6: true,
			serve: func(s *script) { s.respond() },
			run: func(d *try) {
				s := d.login()
				s.Quietly(retr("a"), quit)
				for _, l := range d.Sent("EPRT") {
					_, arg := dialect.Verb(l.Text)
					d.Check(regexp.MustCompile(pattern).Match(arg), expected, "%s", l.Shown())
				}
				d.Check(len(d.Sent("EPRT")) > 0, "EPRT over IPv6", "none")
			},
		}
	}
	return []clientCase{
		supports("feat-unknown-tolerated", "XYZZY\nX-HARNESS a b;c\nSIZE\n!odd \"one\"", map[string]bool{"SIZE": true, "MDTM": false}, "feat-unknown-refused"),
		supports("feat-any-case-recognised", "size\nMdtm\nrest stream\nutf8\nmlst Type*;Size*;", map[string]bool{"SIZE": true, "MDTM": true, "REST STREAM": true, "UTF8": true, "MLST": true}, "feat-case"),
		supports("feat-any-order", "UTF8\nSIZE\nAUTH TLS\nMDTM", map[string]bool{"SIZE": true, "MDTM": true, "UTF8": true}, "feat-sorted"),
		supports("utf8-feature-recognised", "SIZE", map[string]bool{"UTF8": false}, "utf8-assumed"),
		supports("tvfs-feature-text-ignored", "TVFS with some text\nSIZE", map[string]bool{"TVFS": true}, "feat-text-refused"),
		{
			name: "feat-refused-probed", deviations: []string{"feat-needed"},
			script: "C: SIZE a\nS: 213 5\nC: MDTM a\nS: 213 20240304050607\n",
			run: func(d *try) {
				s := d.login()
				d.Check(s.Try(func(ctx context.Context, c ClientSession) error { _, err := c.Feat(ctx); return err }) != nil, "the refusal of FEAT", "success")
				d.Same("the size", value(s, "SIZE", func(ctx context.Context, c ClientSession) (int64, error) { return c.Size(ctx, "a") }), 5)
				value(s, "MDTM", mdtm("a"))
				s.quit()
			},
		},
		eprt("eprt-argument", `^([!-~])2[!-~]::1[!-~][1-9][0-9]{0,4}[!-~]$`, "2, the address and the port, each between delimiters", "eprt-undelimited", "eprt-family"),
		eprt("eprt-space-delimiter", `^[!-/:-~]`, "a delimiter behind one space", "eprt-undelimited"),
		eprt("eprt-bar", `^\|[^|]*\|[^|]*\|[^|]*\|$`, "the vertical bar", "eprt-comma"),
	}
}
