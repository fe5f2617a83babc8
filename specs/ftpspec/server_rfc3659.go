package ftpspec

import (
	"compress/zlib"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"harness/protocols/wire"
)

var (
	mdtmForm  = regexp.MustCompile(`^213 [0-9]{14}(\.[0-9]+)?$`)
	sizeForm  = regexp.MustCompile(`^213 [0-9]+$`)
	mlstFeat  = regexp.MustCompile(`(?i)^ MLST( ([A-Z0-9,.:!@#$%^&()_+?/\\'"-]+\*?;)+)?$`)
	optsForm  = regexp.MustCompile(`(?i)^MLST OPTS( ([A-Z0-9,.:!@#$%^&()_+?/\\'"-]+;)+)?$`)
	typeForm  = regexp.MustCompile(`(?i)^(file|cdir|pdir|dir|OS\.[^=]+=.+)$`)
	permForm  = regexp.MustCompile(`(?i)^[acdeflmprw]*$`)
	digitForm = regexp.MustCompile(`^[0-9]+$`)
)

// rfc3659Rows are the server cases of RFC 3659.
func rfc3659Rows() []serverCase {
	return slices.Concat(rfc3659Pathnames(), rfc3659MDTM(), rfc3659SIZE(), rfc3659REST(), rfc3659TVFS(), rfc3659MLST(), rfc3659Names(), rfc3659Facts(), rfc3659Options(), inUse())
}

// rfc3659Pathnames are the rules of section 2, and that of section 8.
func rfc3659Pathnames() []serverCase {
	return []serverCase{
		{name: "pathname-trailing-spaces", mutates: true, needs: []string{"MLST"}, deviations: []string{"pathname-spaces-trimmed"}, run: func(d *driver) {
			s := d.scratch()
			s.put("STOR a  name  ", "with spaces")
			d.Same("the names in the directory", fmt.Sprintf("%q", s.names("NLST")), fmt.Sprintf("%q", []string{"a  name  "}))
			d.Same("the file", s.get("RETR a  name  "), "with spaces")
		}},
		{name: "mlst-utf8", needs: []string{"MLST"}, deviations: []string{"feat-utf8-missing"}, run: func(d *driver) {
			list := d.login().featureList()
			d.Check(d.Settled() || hasFeature(list, "UTF8"), "UTF8 listed, as MLST is", "%s", labels(list))
		}},
		{name: "pathname-iac", mutates: true, deviations: []string{"pathname-iac-kept", "pathname-iac-bare"}, run: func(d *driver) {
			s := d.scratch()
			const name, doubled = "a\xffb", "a\xff\xffb"
			dc := s.given().passive()
			if r := s.cmd("STOR %s", doubled); !d.Settled() && r.negative() {
				d.Saw("a name with the octet 255 is refused: %s", r.shown())
			}
			dc.fill("text")
			s.given().final("STOR")
			d.Same("the names in the directory", fmt.Sprintf("%q", s.names("NLST")), fmt.Sprintf("%q", []string{name}))
			s.given().ok("DELE %s", doubled)
			s.given().ok("MKD %s", doubled)
			s.given().ok("CWD %s", doubled)
			r := s.given().cmd("PWD")
			if d.Settled() || r.code != 257 {
				return
			}
			d.Check(strings.Contains(r.raw[0].String(), "a\xff\xffb"), "the octet 255 twice in a reply", "%q", r.raw[0].String())
		}},
		{name: "telnet-no-negotiation", deviations: []string{"telnet-negotiates"}, run: func(d *driver) {
			s := d.login()
			s.cmd("NOOP")
			s.cmd("SYST")
			for _, r := range s.state.replies {
				for _, l := range r.raw {
					for _, verb := range []string{"\xff\xfb", "\xff\xfc", "\xff\xfd", "\xff\xfe"} {
						d.Check(!strings.Contains(l.String(), verb), "no Telnet option negotiated", "%q", l.String())
					}
				}
			}
		}},
		{name: "pathname-literal", mutates: true, deviations: []string{"pathname-glob"}, run: func(d *driver) {
			s := d.shelf()
			tried := false
			for _, verb := range []string{"SIZE", "MDTM", "MLST"} {
				if r := s.given().cmd("%s file.txt", verb); d.Settled() || !r.completed() {
					continue
				}
				tried = true
				for _, name := range []string{"file.*", "f?le.txt", "[f]ile.txt"} {
					s.refused("%s %s", verb, name)
				}
			}
			if !tried {
				d.Absent("SIZE, MDTM, MLST")
			}
		}},
		{name: "pathname-commands", mutates: true, needs: []string{"MLST"}, deviations: []string{"pathname-inner-spaces", "names-ascii-only"}, run: func(d *driver) {
			s := d.scratch()
			const first, second = "a  b " + unicodeName, " c  d" + unicodeName
			s.put("STOR "+first, "one")
			s.put("APPE "+first, " and two")
			s.intermediate("RNFR %s", first)
			s.ok("RNTO %s", second)
			d.Same("the file", s.get("RETR "+second), "one and two")
			s.ok("DELE %s", second)
			s.ok("MKD %s", first)
			s.ok("CWD %s", first)
			at := s.pwd()
			d.Check(d.Settled() || strings.HasSuffix(at, "/"+first), fmt.Sprintf("a pathname that ends with %q", first), "%q", at)
			s.ok("CWD ..")
			s.ok("RMD %s", first)
		}},
		{name: "control-8bit", requirement: "control-8bit", mutates: true, needs: []string{"MLST"}, deviations: []string{"control-seven-bit"}, run: func(d *driver) {
			s := d.scratch()
			s.ok("MKD %s", unicodeName)
			s.ok("CWD %s", unicodeName)
			at := s.pwd()
			d.Check(d.Settled() || strings.HasSuffix(at, unicodeName), "the name with all its octets", "%q", at)
		}},
	}
}

// modified is what MDTM tells.
func (s *session) modified(name string) string {
	r := s.given().cmd("MDTM %s", name)
	if !s.d.Settled() && r.code != 213 {
		s.d.Unclear("MDTM does not tell the time: %s", r.shown())
	}
	return r.text()
}

// rfc3659MDTM are the rules of sections 2.3 and 3.
func rfc3659MDTM() []serverCase {
	needs := []string{"MDTM"}
	times := func(d *driver, check func(value, where string)) {
		s := d.shelf()
		check(s.modified("file.txt"), "MDTM")
		if !d.Settled() && hasFeature(s.given().featureList(), "MLST") {
			for _, fact := range []string{"modify", "create"} {
				if v, ok := s.given().one("MLST file.txt").get(fact); ok {
					check(v, "the fact "+fact)
				}
			}
		}
	}
	return []serverCase{
		{name: "time-val-form", mutates: true, needs: needs, deviations: []string{"time-19100", "time-no-seconds"}, run: func(d *driver) {
			times(d, func(value, where string) {
				d.Check(d.Settled() || timeForm.MatchString(value), where+": year, month, day, hour, minute and second in 14 digits", "%q", value)
			})
		}},
		{name: "time-val-dot", mutates: true, needs: needs, deviations: []string{"time-dot"}, run: func(d *driver) {
			times(d, func(value, where string) {
				d.Check(!strings.HasSuffix(strings.TrimSpace(value), "."), where+": digits behind the full stop, if there is one", "%q", value)
			})
		}},
		{name: "time-val-utc", mutates: true, needs: needs, deviations: []string{"time-local"}, run: func(d *driver) {
			s := d.shelf()
			text := s.modified("file.txt")
			if d.Settled() {
				return
			}
			at, err := time.Parse("20060102150405", head(text, 14))
			if err != nil {
				d.Unclear("the time %q cannot be read", text)
				return
			}
			// Time zones are multiples of a quarter of an hour; the server's clock may be a little off.
			off := time.Since(at)
			zone := off.Round(15 * time.Minute)
			if slack := (off - zone).Abs(); zone != 0 && zone.Abs() <= 15*time.Hour {
				if slack > 2*time.Minute {
					d.Unclear("the server's clock is off by %v", off.Round(time.Second))
				}
				d.Fail("the time of a file stored now, in UTC", "%s: %v from now", text, -zone)
			}
		}},
		{name: "time-val-consistent", mutates: true, needs: []string{"MDTM", "MLST"}, deviations: []string{"time-local"}, run: func(d *driver) {
			s := d.shelf()
			by := s.modified("file.txt")
			v, ok := s.given().one("MLST file.txt").get("modify")
			if !ok {
				d.Absent("the fact modify")
			}
			d.Same("the fact modify as MDTM has it", head(v, 14), head(by, 14))
		}},
		{name: "mdtm-213", mutates: true, needs: needs, deviations: []string{"mdtm-250"}, run: func(d *driver) {
			d.shelf().code(213, "MDTM file.txt")
		}},
		{name: "mdtm-format", mutates: true, needs: needs, deviations: []string{"mdtm-text", "mdtm-multiline"}, run: func(d *driver) {
			r := d.shelf().given().cmd("MDTM file.txt")
			if !d.Settled() && r.code != 213 {
				d.Unclear("MDTM does not tell the time: %s", r.shown())
			}
			d.Check(d.Settled() || len(r.raw) == 1 && r.raw[0].End == wire.CRLF && mdtmForm.Match(r.raw[0].Text), "one line of 213, a space and a time-val", "%s", r.shown())
		}},
		{name: "mdtm-550", needs: needs, deviations: []string{"mdtm-missing-501"}, run: func(d *driver) {
			d.login().code(550, "MDTM no-such-file")
		}},
		{name: "mdtm-syntax", needs: needs, deviations: []string{"mdtm-syntax-550"}, run: func(d *driver) {
			r := d.login().cmd("MDTM")
			d.Check(d.Settled() || r.code == 500 || r.code == 501, "500 or 501 to MDTM without a pathname", "%s", r.shown())
		}},
		{name: "mdtm-feature", deviations: []string{"feat-mdtm-missing", "feat-mdtm-text"}, run: wordFeature("MDTM", "MDTM no-such-file")},
		{name: "mdtm-feature-any-case", run: seenFeature("MDTM")},
		{name: "mdtm-feature-upper-case", deviations: []string{"feat-lower-case"}, run: upperCase("MDTM")},
	}
}

// wordFeature is the run of the cases that want a command that is served listed by a single word.
func wordFeature(label, probe string) func(d *driver) {
	return func(d *driver) {
		s := d.login()
		list := s.featureList()
		f, ok := find(list, label)
		if ok {
			d.Check(d.Settled() || strings.EqualFold(f.text, label), "the single word "+label, "%s", f.shown())
			return
		}
		r := s.given().cmd("%s", probe)
		if !d.Settled() && r.code != 550 {
			d.Absent(fmt.Sprintf("%s (%s)", label, r.shown()))
		}
		d.Check(d.Settled(), label+" listed, as it is served", "%s", labels(list))
	}
}

// seenFeature is the run of the cases about how a label may be written.
func seenFeature(label string) func(d *driver) {
	return func(d *driver) {
		if f := d.login().feature(label); !d.Settled() {
			d.Saw("%s", f.shown())
		}
	}
}

// rfc3659SIZE are the rules of section 4.
func rfc3659SIZE() []serverCase {
	needs := []string{"SIZE"}
	return []serverCase{
		{name: "size-exact", mutates: true, needs: needs, deviations: []string{"size-estimate"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR octets", octetsSent)
			r := s.cmd("SIZE octets")
			if !d.Settled() && r.code != 213 {
				d.Unclear("SIZE does not tell the size: %s", r.shown())
			}
			d.Same("the size of the file that RETR sends", r.text(), strconv.Itoa(len(s.get("RETR octets"))))
		}},
		{name: "size-by-type", mutates: true, needs: needs, deviations: []string{"size-as-stored"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR text", strings.ReplaceAll(textSent, "\r\n", "\n"))
			s.given().ok("TYPE A")
			r := s.cmd("SIZE text")
			if d.Settled() || r.negative() {
				return // refused, for the effort
			}
			d.Same("the size of the file that RETR sends in TYPE A", r.text(), strconv.Itoa(len(s.get("RETR text"))))
		}},
		{name: "size-213", mutates: true, needs: needs, deviations: []string{"size-250"}, run: func(d *driver) {
			d.shelf().code(213, "SIZE file.txt")
		}},
		{name: "size-format", mutates: true, needs: needs, deviations: []string{"size-text", "size-multiline"}, run: func(d *driver) {
			r := d.shelf().given().cmd("SIZE file.txt")
			if !d.Settled() && r.code != 213 {
				d.Unclear("SIZE does not tell the size: %s", r.shown())
			}
			d.Check(d.Settled() || len(r.raw) == 1 && r.raw[0].End == wire.CRLF && sizeForm.Match(r.raw[0].Text), "one line of 213, a space and digits", "%s", r.shown())
		}},
		{name: "size-550", needs: needs, deviations: []string{"size-missing-501"}, run: func(d *driver) {
			s := d.login()
			s.given().ok("TYPE I")
			s.code(550, "SIZE no-such-file")
		}},
		{name: "size-syntax", needs: needs, deviations: []string{"size-syntax-550"}, run: func(d *driver) {
			r := d.login().cmd("SIZE")
			d.Check(d.Settled() || r.code == 500 || r.code == 501, "500 or 501 to SIZE without a pathname", "%s", r.shown())
		}},
		{name: "size-feature", deviations: []string{"feat-size-missing", "feat-size-text"}, run: wordFeature("SIZE", "SIZE no-such-file")},
		{name: "size-feature-any-case", run: seenFeature("SIZE")},
		{name: "size-feature-upper-case", deviations: []string{"feat-lower-case"}, run: upperCase("SIZE")},
	}
}

// rfc3659REST are the rules of section 5.
func rfc3659REST() []serverCase {
	needs := []string{"REST STREAM"}
	stored := func(d *driver) *session {
		s := d.scratch()
		s.given().ok("TYPE I")
		s.given().put("STOR octets", octetsSent)
		return s
	}
	restored := func(d *driver, verb string) {
		s := d.scratch()
		s.given().ok("TYPE I")
		s.given().put("STOR octets", octetsSent[:100])
		s.given().intermediate("REST 100")
		dc := s.given().passive()
		r := s.cmd("%s octets", verb)
		if !d.Settled() && r.negative() && verb == "APPE" {
			d.Saw("APPE after REST is refused: %s", r.shown())
		}
		if !d.Settled() && !r.preliminary() {
			s.Wrong("the transfer of "+verb+" after REST to begin: 125 or 150", "%s", r.shown())
		}
		dc.fill(octetsSent[100:])
		s.final(verb)
		d.sameOctets("the beginning and what was sent after it", s.given().get("RETR octets"), octetsSent)
	}
	return []serverCase{
		{name: "rest-350", needs: needs, deviations: []string{"rest-200"}, run: func(d *driver) {
			s := d.login()
			s.given().ok("TYPE I")
			s.code(350, "REST 5")
		}},
		{name: "rest-offset", mutates: true, needs: needs, deviations: []string{"rest-no-effect", "rest-off-by-one"}, run: func(d *driver) {
			s := stored(d)
			dc := s.given().passive()
			s.given().intermediate("REST 100")
			s.prelim("RETR octets")
			got := dc.readAll()
			s.final("RETR octets")
			d.sameOctets("the file without its first 100 octets", got, octetsSent[100:])
		}},
		{name: "rest-zero", mutates: true, needs: needs, deviations: []string{"rest-zero-kept"}, run: func(d *driver) {
			s := stored(d)
			s.given().intermediate("REST 100")
			s.given().intermediate("REST 0")
			d.sameOctets("the whole file", s.get("RETR octets"), octetsSent)
		}},
		{name: "rest-appe", mutates: true, needs: needs, deviations: []string{"rest-appe-skips"}, run: func(d *driver) { restored(d, "APPE") }},
		{name: "rest-stor", mutates: true, needs: needs, deviations: []string{"rest-stor-truncates"}, run: func(d *driver) { restored(d, "STOR") }},
		{name: "rest-syntax", needs: needs, deviations: []string{"rest-letters-accepted", "rest-large-refused"}, run: func(d *driver) {
			s := d.login()
			s.given().ok("TYPE I")
			s.refused("REST abc")
			s.code(350, "REST 123456789")
			s.given().cmd("REST 0")
		}},
		{name: "rest-out-of-range", mutates: true, needs: needs, deviations: []string{"rest-beyond-empty"}, run: func(d *driver) {
			s := stored(d)
			s.given().intermediate("REST 123456789")
			dc := s.given().passive()
			r := s.cmd("RETR octets")
			if !d.Settled() && r.preliminary() {
				dc.readAll()
				r = s.reply("RETR octets")
			}
			d.Check(d.Settled() || r.negative(), "an error response to RETR, the marker being beyond the end", "%s", r.shown())
		}},
		{name: "rest-feature", deviations: []string{"feat-rest-missing", "feat-rest-text"}, run: func(d *driver) {
			s := d.login()
			list := s.featureList()
			if f, ok := find(list, "REST"); ok {
				d.Check(d.Settled() || strings.EqualFold(f.text, "REST STREAM"), `exactly "REST STREAM"`, "%s", f.shown())
				return
			}
			s.given().ok("TYPE I")
			if r := s.given().cmd("REST 0"); !d.Settled() && r.code != 350 {
				d.Absent(fmt.Sprintf("REST STREAM (%s)", r.shown()))
			}
			d.Check(d.Settled(), "REST STREAM listed, as REST is served in stream mode", "%s", labels(list))
		}},
		{name: "rest-feature-upper-case", deviations: []string{"feat-lower-case"}, run: upperCase("REST STREAM")},
		{name: "rest-feature-true", mutates: true, needs: needs, deviations: []string{"rest-unimplemented", "rest-no-effect"}, run: func(d *driver) {
			s := stored(d)
			dc := s.given().passive()
			s.intermediate("REST 10")
			s.prelim("RETR octets")
			d.Check(d.Settled() || dc.readAll() == octetsSent[10:], "a transfer that is restarted, as REST STREAM is listed", "another file than the rest of the one that was stored")
			s.given().final("RETR octets")
		}},
	}
}

// rfc3659TVFS are the rules of section 6.
func rfc3659TVFS() []serverCase {
	needs := []string{"TVFS"}
	return []serverCase{
		{name: "tvfs-no-slash", mutates: true, needs: needs, deviations: []string{"mlsd-qualified"}, run: func(d *driver) {
			s := d.shelf()
			s.given().put("STOR "+unicodeName, textSent)
			if !hasFeature(s.given().featureList(), "MLST") {
				d.Absent("MLST, which lists names alone")
			}
			for _, e := range s.mlsd("MLSD") {
				if e.about() {
					d.Check(e.name != "" && !strings.Contains(e.name, "/") && utf8.ValidString(e.name), `names in UTF-8 that have no "/" and are not empty`, "%s", e.shown())
				}
			}
		}},
		{name: "tvfs-relative", mutates: true, needs: needs, deviations: []string{"tvfs-relative-refused"}, run: func(d *driver) {
			s := d.shelf()
			s.given().ok("MKD sub/deep")
			s.given().put("STOR sub/deep/inner", "deep")
			d.Same("the file by the names of the directories before it", s.get("RETR sub/deep/inner"), "deep")
			s.ok("CWD sub/deep")
			d.Same("the file from its directory", s.get("RETR inner"), "deep")
		}},
		{name: "tvfs-absolute", mutates: true, needs: needs, deviations: []string{"tvfs-absolute-refused"}, run: func(d *driver) {
			s := d.shelf()
			at := s.given().pwd()
			s.given().ok("CWD sub")
			d.Same("the file by its fully qualified pathname", s.get("RETR "+at+"/file.txt"), textSent)
		}},
		{name: "tvfs-root", needs: needs, deviations: []string{"tvfs-root-refused"}, run: func(d *driver) {
			s := d.login()
			s.ok("CWD /")
			d.Same("the working directory", s.pwd(), "/")
		}},
		{name: "tvfs-feature-upper-case", deviations: []string{"feat-lower-case"}, run: upperCase("TVFS")},
		{name: "tvfs-feature-true", mutates: true, needs: needs, deviations: []string{"tvfs-relative-refused", "tvfs-absolute-refused"}, run: func(d *driver) {
			s := d.shelf()
			s.get("RETR sub/inner.txt")
			at := s.given().pwd()
			s.ok("CWD /")
			s.ok("CWD %s/sub", at)
		}},
		{name: "tvfs-feature-alone", deviations: []string{"feat-tvfs-text"}, run: func(d *driver) {
			f := d.login().feature("TVFS")
			d.Check(d.Settled() || len(f.text) == len("TVFS"), "nothing behind TVFS", "%s", f.shown())
		}},
	}
}

// rfc3659MLST are the rules of sections 7 to 7.2 and 11.
func rfc3659MLST() []serverCase {
	needs := []string{"MLST"}
	listings := func(d *driver, check func(e entry, of string)) {
		s := d.shelf()
		s.given().put("STOR two  words", textSent)
		for _, line := range []string{"MLST file.txt", "MLST sub"} {
			for _, e := range s.given().mlst(line) {
				check(e, line)
			}
		}
		for _, e := range s.given().mlsd("MLSD") {
			check(e, "MLSD")
		}
	}
	return []serverCase{
		{name: "mlst-object", mutates: true, needs: needs, deviations: []string{"mlst-lists-directory"}, run: func(d *driver) {
			s := d.shelf()
			for _, name := range []string{"file.txt", "sub"} {
				for _, e := range s.mlst("MLST " + name) {
					d.Check(e.name == name || strings.HasSuffix(e.name, "/"+name), "an entry of "+name+" and of nothing else", "%s", e.shown())
				}
			}
		}},
		{name: "mlsd-directory", mutates: true, needs: needs, deviations: []string{"mlsd-argument-ignored", "mlsd-file-listed"}, run: func(d *driver) {
			s := d.shelf()
			s.named(s.mlsd("MLSD sub"), "inner.txt")
			s.given().passive()
			s.code(501, "MLSD file.txt")
		}},
		{name: "mlst-control", mutates: true, needs: needs, deviations: []string{"mlst-opens-data"}, run: func(d *driver) {
			s := d.shelf()
			r := s.cmd("MLST file.txt")
			d.Check(d.Settled() || r.code == 250, "250 to MLST, and no data connection", "%s", r.shown())
		}},
		{name: "mlsx-no-argument", mutates: true, needs: needs, deviations: []string{"mlsd-argument-required", "mlst-argument-required"}, run: func(d *driver) {
			s := d.shelf()
			s.named(s.mlsd("MLSD"), "file.txt")
			e := s.one("MLST")
			if kind, ok := e.get("type"); ok {
				d.Check(strings.HasSuffix(strings.ToLower(kind), "dir"), "an entry of the working directory", "%s", e.shown())
			}
		}},
		{name: "mlsx-no-header", mutates: true, needs: needs, deviations: []string{"mlsd-header", "mlst-header"}, run: func(d *driver) {
			listings(d, func(e entry, of string) {
				facts, _, _ := strings.Cut(e.raw, " ")
				d.Check(facts == "" && e.name != "" || strings.Contains(facts, "="), "nothing but entries in "+of, "%s", e.shown())
			})
		}},
		{name: "mlsx-501", mutates: true, needs: needs, deviations: []string{"mlsd-file-550", "mlsd-file-listed"}, run: func(d *driver) {
			s := d.shelf()
			s.given().passive()
			s.code(501, "MLSD file.txt")
		}},
		{name: "mlst-response", mutates: true, needs: needs, deviations: []string{"mlst-no-space", "mlst-single-line", "mlst-213"}, run: func(d *driver) {
			r := d.shelf().cmd("MLST file.txt")
			if d.Settled() {
				return
			}
			d.Check(r.code == 250 && len(r.raw) >= 3 && strings.HasPrefix(r.raw[0].String(), "250-"), `"250-" and a text, entries, and "250"`, "%s", r.shown())
			for i := 1; i < len(r.raw)-1 && !d.Settled(); i++ {
				l := r.raw[i]
				d.Check(strings.HasPrefix(l.String(), " ") && parseEntry(l.String()[1:], l.End).problem == "", "a space and an entry", "%s", wire.Quote(l.Text))
			}
		}},
		{name: "mlsd-responses", mutates: true, needs: needs, deviations: []string{"mlsd-125", "mlsd-250"}, run: func(d *driver) {
			s := d.shelf()
			dc := s.given().passive()
			s.code(150, "MLSD")
			dc.readAll()
			r := s.reply("MLSD")
			d.Check(d.Settled() || r.code == 226, "226 after the listing", "%s", r.shown())
		}},
		{name: "mlsd-no-connection", needs: needs, deviations: []string{"mlsd-refused-226"}, run: func(d *driver) {
			s := d.login()
			l := s.listen()
			if d.Settled() {
				return
			}
			l.ln.Close()
			if r := s.eprt(l, "|"); !d.Settled() && !r.completed() {
				d.Unclear("EPRT is refused: %s", r.shown())
			}
			r := s.cmd("MLSD")
			if !d.Settled() && r.preliminary() {
				r = s.reply("MLSD")
			}
			d.Check(d.Settled() || r.negative(), "an error response to MLSD, nobody listening at the port", "%s", r.shown())
		}},
		{name: "mlst-same-pathname", mutates: true, needs: needs, deviations: []string{"mlst-two-pathnames"}, run: func(d *driver) {
			for _, line := range []string{"MLST file.txt", "MLST sub"} {
				list := d.shelfOnce().mlst(line)
				for _, e := range list {
					d.Check(e.name == list[0].name, fmt.Sprintf("the pathname %q in each entry", list[0].name), "%s", e.shown())
				}
			}
		}},
		{name: "mlsx-one-space", mutates: true, needs: needs, deviations: []string{"entry-two-spaces", "entry-fact-space"}, run: func(d *driver) {
			names := []string{"file.txt", "sub", "two  words"}
			listings(d, func(e entry, of string) {
				if e.about() && of == "MLSD" {
					d.Check(slices.Contains(names, e.name), fmt.Sprintf("exactly one space between the facts, which have none, and one of the names %q", names), "%s", e.shown())
				}
			})
		}},
		{name: "mlsx-entry-grammar", mutates: true, needs: needs, deviations: []string{"entry-last-semicolon", "entry-colon", "entry-bare-lf"}, run: func(d *driver) {
			listings(d, func(e entry, of string) {
				d.Check(e.problem == "", `facts of a name, "=", a value and ";", a space and a pathname`, "%s: %s", e.shown(), e.problem)
				d.Check(e.end == wire.CRLF, "lines that end with CRLF", "%s and %s", e.shown(), e.end)
			})
		}},
		{name: "mlsd-type", mutates: true, needs: needs, deviations: []string{"mlsd-sets-type", "mlsd-by-type"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR text", strings.ReplaceAll(textSent, "\r\n", "\n"))
			image := s.get("MLSD")
			s.given().ok("TYPE A")
			text := s.given().get("RETR text")
			ascii := s.get("MLSD")
			d.Same("the listing in TYPE A as in TYPE I", fmt.Sprintf("%q", ordered(ascii)), fmt.Sprintf("%q", ordered(image)))
			d.Same("a text retrieved in TYPE A after MLSD as before", s.get("RETR text"), text)
		}},
		{name: "mlsx-format", mutates: true, needs: needs, deviations: []string{"entry-two-spaces", "entry-tab", "mlsd-blank-line"}, run: func(d *driver) {
			listings(d, func(e entry, of string) {
				facts, _, _ := strings.Cut(e.raw, " ")
				d.Check(e.raw != "" && !strings.ContainsAny(facts, "\t\r"), "no blank lines and no tabs in "+of, "%s", e.shown())
				if of == "MLSD" && e.about() {
					d.Check(!strings.HasPrefix(e.name, " "), "no spaces for readability", "%s", e.shown())
				}
			})
		}},
		{name: "mlsx-requested-facts", mutates: true, needs: needs, deviations: []string{"entry-fact-twice", "entry-fact-unlisted"}, run: func(d *driver) {
			facts := d.login().feature("MLST").advertised()
			listings(d, func(e entry, of string) {
				seen := map[string]bool{}
				for _, f := range e.facts {
					name := strings.ToLower(f.name)
					d.Check(facts[name] && !seen[name], "the facts that are sent unless others are asked for, each once", "%s in %s", f.name, e.shown())
					seen[name] = true
				}
			})
		}},
		{name: "mlsd-file-501", mutates: true, needs: needs, deviations: []string{"mlsd-file-550"}, run: func(d *driver) {
			s := d.shelf()
			s.given().passive()
			s.code(501, "MLSD file.txt")
		}},
		{name: "mlsx-550", needs: needs, deviations: []string{"mlsx-missing-501"}, run: func(d *driver) {
			s := d.login()
			s.code(550, "MLST no-such-file")
			s.given().passive()
			s.code(550, "MLSD no-such-directory")
		}},
		{name: "mlsx-after-login", deviations: []string{"mlst-before-login"}, run: func(d *driver) {
			s := d.login()
			s.feature("MLST")
			s.Close()
			d.open().refused("MLST")
		}},
		{name: "feat-before-login", run: func(d *driver) {
			s := d.open()
			r := s.cmd("FEAT")
			opts := s.cmd("OPTS XYZZY")
			if !d.Settled() {
				d.Saw("FEAT gets %s, OPTS %s", r.shown(), opts.shown())
			}
		}},
	}
}

// shelfOnce is shelf for a case that comes back to it.
func (d *driver) shelfOnce() *session {
	if d.dir == "" {
		return d.shelf()
	}
	return d.scratch()
}

// ordered are the lines of a listing in order, with their ends: a server may list in any order.
func ordered(listing string) []string {
	out := strings.SplitAfter(listing, "\n")
	slices.Sort(out)
	return out
}

// rfc3659Names are the rules of sections 7.3.
func rfc3659Names() []serverCase {
	needs := []string{"MLST"}
	return []serverCase{
		{name: "mlsx-8bit", mutates: true, needs: needs, deviations: []string{"names-question-marks", "control-seven-bit"}, run: func(d *driver) {
			s := d.scratch()
			s.put("STOR "+unicodeName, textSent)
			s.named(s.mlsd("MLSD"), unicodeName)
			e := s.one("MLST " + unicodeName)
			d.Check(d.Settled() || strings.HasSuffix(e.name, unicodeName), "the name with all its octets", "%s", e.shown())
		}},
		{name: "mlsx-utf8", mutates: true, needs: needs, deviations: []string{"names-latin1"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR "+unicodeName, textSent)
			for _, e := range s.mlsd("MLSD") {
				d.Check(utf8.ValidString(e.name), "names in UTF-8", "%s", e.shown())
			}
		}},
		{name: "mlst-name", mutates: true, needs: needs, deviations: []string{"mlst-base-name"}, run: func(d *driver) {
			s := d.shelf()
			at := s.given().pwd()
			e := s.one("MLST sub/inner.txt")
			want := []string{"sub/inner.txt", strings.TrimSuffix(at, "/") + "/sub/inner.txt"}
			d.Check(d.Settled() || slices.Contains(want, e.name), fmt.Sprintf("one of the names %q", want), "%s", e.shown())
		}},
		{name: "mlst-current-name", mutates: true, needs: []string{"MLST", "TVFS"}, deviations: []string{"mlst-current-dot"}, run: func(d *driver) {
			s := d.shelf()
			at := s.given().pwd()
			d.Same("the name of the working directory", s.one("MLST").name, at)
		}},
		{name: "mlsd-unqualified", mutates: true, needs: needs, deviations: []string{"mlsd-qualified"}, run: func(d *driver) {
			for _, e := range d.shelf().mlsd("MLSD sub") {
				d.Check(!e.about() || !strings.Contains(e.name, "/"), "names within the directory", "%s", e.shown())
			}
		}},
		{name: "mlsd-not-qualified", mutates: true, needs: needs, deviations: []string{"mlsd-qualified"}, run: func(d *driver) {
			for _, e := range d.shelf().mlsd("MLSD sub") {
				d.Check(!e.about() || !strings.Contains(e.name, "sub/"), "names without the directory that is listed", "%s", e.shown())
			}
		}},
		{name: "mlsd-cdir", mutates: true, needs: needs, run: func(d *driver) {
			for _, e := range d.shelf().mlsd("MLSD sub") {
				if e.kind() == "cdir" {
					d.Saw("%s", e.shown())
				}
			}
			if !d.Settled() {
				d.Saw("no entry of type cdir")
			}
		}},
		{name: "fact-type-cdir", mutates: true, needs: needs, deviations: []string{"mlst-cdir"}, run: func(d *driver) {
			s := d.shelf()
			for _, line := range []string{"MLST", "MLST sub"} {
				for _, e := range s.mlst(line) {
					d.Check(e.kind() != "cdir", "no entry of type cdir in the response to MLST", "%s", e.shown())
				}
			}
		}},
		{name: "fact-type-cdir-needed", mutates: true, needs: needs, deviations: []string{"cdir-untyped"}, run: func(d *driver) {
			s := d.shelf()
			s.given().ok("OPTS MLST modify;")
			for _, e := range s.mlsd("MLSD") {
				if _, typed := e.get("type"); !typed {
					d.Check(e.name == "file.txt" || e.name == "sub", "no entry but of what is in the directory, as there is no type", "%s", e.shown())
				}
			}
		}},
		{name: "fact-type-cdir-cwd", mutates: true, needs: needs, deviations: []string{"cdir-wrong-name"}, run: func(d *driver) {
			s := d.shelf()
			at := s.given().pwd()
			found := false
			for _, e := range s.given().mlsd("MLSD sub") {
				if e.kind() == "cdir" {
					found = true
					s.given().ok("CWD %s", at)
					s.ok("CWD %s", e.name)
					d.Same("the working directory after CWD with the name of type cdir", s.pwd(), strings.TrimSuffix(at, "/")+"/sub")
				}
			}
			if !found {
				d.Absent("an entry of type cdir")
			}
		}},
		{name: "fact-type-pdir", mutates: true, needs: needs, deviations: []string{"pdir-wrong", "mlst-pdir"}, run: func(d *driver) {
			s := d.shelf()
			for _, e := range s.mlst("MLST sub") {
				d.Check(e.kind() != "pdir", "no entry of type pdir in the response to MLST", "%s", e.shown())
			}
			at := s.given().pwd()
			found := false
			for _, e := range s.mlsd("MLSD sub") {
				if e.kind() == "pdir" {
					found = true
					d.Check(e.name != "inner.txt" && e.name != at+"/sub" && e.name != "sub", "a pathname of a parent directory", "%s", e.shown())
				}
			}
			if !found && !d.Settled() {
				d.Absent("an entry of type pdir")
			}
		}},
		{name: "fact-type-pdir-cwd", mutates: true, needs: needs, deviations: []string{"pdir-wrong"}, run: func(d *driver) {
			s := d.shelf()
			at := s.given().pwd()
			found := false
			for _, e := range s.given().mlsd("MLSD sub") {
				if e.kind() == "pdir" {
					found = true
					s.given().ok("CWD %s/sub", at)
					s.ok("CWD %s", e.name)
					d.Same("the working directory after CWD with the name of type pdir", s.pwd(), at)
				}
			}
			if !found {
				d.Absent("an entry of type pdir")
			}
		}},
	}
}

// rfc3659Facts are the rules of sections 7.4 to 7.6.
func rfc3659Facts() []serverCase {
	needs := []string{"MLST"}
	// each calls check with every fact of a directory with a file and a directory in it, all facts being asked for.
	each := func(d *driver, check func(e entry, f fact)) {
		s := d.shelf()
		s.allFacts()
		for _, e := range slices.Concat(s.given().mlsd("MLSD"), s.given().mlst("MLST file.txt")) {
			for _, f := range e.facts {
				check(e, f)
			}
		}
	}
	value := func(name string, form *regexp.Regexp, expected string) func(d *driver) {
		return func(d *driver) {
			found := false
			each(d, func(e entry, f fact) {
				if strings.EqualFold(f.name, name) {
					found = true
					d.Check(form.MatchString(f.value), expected, "%s", e.shown())
				}
			})
			if !found {
				d.Absent("the fact " + name)
			}
		}
	}
	return []serverCase{
		{name: "fact-characters", mutates: true, needs: needs, deviations: []string{"fact-bad-value", "entry-fact-space"}, run: func(d *driver) {
			each(d, func(e entry, f fact) {
				d.Check(tokenForm.MatchString(f.name) && valueForm.MatchString(f.value), "facts of the permitted characters", "%s", e.shown())
			})
			for _, e := range d.shelfOnce().given().mlsd("MLSD") {
				d.Check(!e.about() || e.name == "file.txt" || e.name == "sub", "facts without a space", "%s", e.shown())
			}
		}},
		{name: "fact-local-x", mutates: true, needs: needs, deviations: []string{"fact-unprefixed"}, run: func(d *driver) {
			s := d.login()
			for name := range s.feature("MLST").advertised() {
				d.Check(slices.Contains(standardFacts, name) || strings.Contains(name, "."), `facts of their own with "x." before the name`, "%s", name)
			}
		}},
		{name: "fact-type", mutates: true, needs: needs, deviations: []string{"fact-type-directory"},
			run: value("type", typeForm, `the type "file", "cdir", "pdir", "dir" or "OS." name "=" kind`)},
		{name: "fact-type-file", mutates: true, needs: needs, deviations: []string{"fact-type-swapped"}, run: func(d *driver) {
			s := d.shelf()
			e := s.named(s.given().mlsd("MLSD"), "file.txt")
			s.needsFact(e, "type")
			d.Check(d.Settled() || e.kind() == "file", "the type file", "%s", e.shown())
		}},
		{name: "fact-type-dir", mutates: true, needs: needs, deviations: []string{"fact-type-swapped"}, run: func(d *driver) {
			s := d.shelf()
			e := s.named(s.given().mlsd("MLSD"), "sub")
			s.needsFact(e, "type")
			d.Check(d.Settled() || e.kind() == "dir", "the type dir", "%s", e.shown())
			s.mlsd("MLSD " + e.name)
		}},
		{name: "fact-type-link", mutates: true, needs: needs, deviations: []string{"fact-type-link"}, run: func(d *driver) {
			s := d.shelf()
			if r := s.given().cmd("SITE SYMLINK file.txt link"); !d.Settled() && !r.completed() {
				d.Absent(fmt.Sprintf("SITE SYMLINK, to make a link (%s)", r.shown()))
			}
			e := s.one("MLST link")
			s.needsFact(e, "type")
			d.Check(d.Settled() || e.kind() == "file", "the type of the file that the link refers to", "%s", e.shown())
		}},
		{name: "fact-unique-same", mutates: true, needs: needs, deviations: []string{"unique-random"}, run: func(d *driver) {
			s := d.shelf()
			s.allFacts()
			at := s.given().pwd()
			first := s.one("MLST file.txt")
			s.needsFact(first, "unique")
			id, _ := first.get("unique")
			for _, e := range []entry{s.named(s.mlsd("MLSD"), "file.txt"), s.one("MLST " + at + "/file.txt"), s.one("MLST file.txt")} {
				got, _ := e.get("unique")
				d.Same("the fact unique of the same file", got, id)
			}
		}},
		{name: "fact-unique-distinct", mutates: true, needs: needs, deviations: []string{"unique-constant"}, run: func(d *driver) {
			s := d.shelf()
			s.allFacts()
			s.given().put("STOR copy.txt", textSent)
			list := s.mlsd("MLSD")
			a := s.named(list, "file.txt")
			s.needsFact(a, "unique")
			one, _ := a.get("unique")
			two, _ := s.named(list, "copy.txt").get("unique")
			d.Check(d.Settled() || one != two, "different facts unique of different files", "%s", a.shown())
		}},
		{name: "fact-modify-changes", mutates: true, needs: []string{"MLST", "MFMT"}, deviations: []string{"modify-constant"}, run: func(d *driver) {
			s := d.shelf()
			s.given().ok("MFMT 20010203040506 file.txt")
			before, ok := s.one("MLST file.txt").get("modify")
			if !ok {
				d.Absent("the fact modify")
			}
			s.given().put("STOR file.txt", "changed")
			after, _ := s.one("MLST file.txt").get("modify")
			d.Check(d.Settled() || before != after, "another fact modify after the content was changed", "%s before and after", after)
		}},
		{name: "fact-modify-directory", mutates: true, needs: []string{"MLST", "MFMT"}, deviations: []string{"modify-constant"}, run: func(d *driver) {
			s := d.shelf()
			if r := s.given().cmd("MFMT 20010203040506 sub"); !d.Settled() && !r.completed() {
				d.Absent(fmt.Sprintf("MFMT of a directory (%s)", r.shown()))
			}
			before, ok := s.one("MLST sub").get("modify")
			if !ok {
				d.Absent("the fact modify")
			}
			s.given().put("STOR sub/more", textSent)
			after, _ := s.one("MLST sub").get("modify")
			d.Check(d.Settled() || before != after, "another fact modify after a name was added", "%s before and after", after)
		}},
		{name: "fact-create", mutates: true, needs: needs, deviations: []string{"create-later"}, run: func(d *driver) {
			found := false
			each(d, func(e entry, f fact) {
				modify, ok := e.get("modify")
				if strings.EqualFold(f.name, "create") && ok {
					found = true
					d.Check(head(f.value, 14) <= head(modify, 14), "a fact create that is not later than modify", "%s", e.shown())
				}
			})
			if !found {
				d.Absent("the fact create")
			}
		}},
		{name: "fact-perm", mutates: true, needs: needs, deviations: []string{"perm-unix"}, run: value("perm", permForm, "letters of acdeflmprw")},
		{name: "fact-perm-types", mutates: true, needs: needs, deviations: []string{"perm-mixed"}, run: func(d *driver) {
			found := false
			each(d, func(e entry, f fact) {
				if !strings.EqualFold(f.name, "perm") {
					return
				}
				found = true
				switch e.kind() {
				case "file":
					d.Check(!strings.ContainsAny(strings.ToLower(f.value), "celmp"), "no letter of c, e, l, m and p for a file", "%s", e.shown())
				case "dir", "cdir", "pdir":
					d.Check(!strings.ContainsAny(strings.ToLower(f.value), "a"), "no letter a for a directory", "%s", e.shown())
				}
			})
			if !found {
				d.Absent("the fact perm")
			}
		}},
		{name: "fact-perm-true", mutates: true, needs: needs, deviations: []string{"perm-empty"}, run: func(d *driver) {
			s := d.shelf()
			s.allFacts()
			list := s.given().mlsd("MLSD")
			file, dir := s.named(list, "file.txt"), s.named(list, "sub")
			s.needsFact(file, "perm")
			s.given().get("RETR file.txt")
			s.given().ok("CWD sub")
			s.given().mlsd("MLSD")
			perm, _ := file.get("perm")
			d.Check(d.Settled() || strings.Contains(strings.ToLower(perm), "r"), "the letter r for a file that RETR sends", "%s", file.shown())
			perm, _ = dir.get("perm")
			perm = strings.ToLower(perm)
			d.Check(d.Settled() || strings.Contains(perm, "e") && strings.Contains(perm, "l"), "the letters e and l for a directory that CWD enters and MLSD lists", "%s", dir.shown())
		}},
		{name: "fact-size", mutates: true, needs: needs, deviations: []string{"fact-size-unit"}, run: value("size", digitForm, "digits for the fact size")},
		{name: "fact-size-approximate", mutates: true, needs: needs, deviations: []string{"fact-size-wrong", "fact-size-directory"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR file.txt", strings.Repeat(octetsSent, 20))
			s.given().ok("MKD sub")
			s.allFacts()
			list := s.mlsd("MLSD")
			e := s.named(list, "file.txt")
			s.needsFact(e, "size")
			text, _ := e.get("size")
			got, _ := strconv.Atoi(text)
			want := 20 * len(octetsSent)
			d.Check(d.Settled() || got > want*9/10 && got < want*11/10, fmt.Sprintf("a fact size of about %d", want), "%s", e.shown())
			dir := s.named(list, "sub")
			_, sized := dir.get("size")
			d.Check(d.Settled() || !sized, "no fact size for a directory", "%s", dir.shown())
		}},
		{name: "fact-charset", mutates: true, needs: needs, deviations: []string{"names-latin1"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR "+unicodeName, textSent)
			s.allFacts()
			for _, e := range s.mlsd("MLSD") {
				_, told := e.get("charset")
				d.Check(told || utf8.ValidString(e.name), "a name in UTF-8, or a fact charset", "%s", e.shown())
			}
		}},
		{name: "facts-supported", needs: needs, deviations: []string{"facts-few"}, run: func(d *driver) {
			f := d.login().feature("MLST")
			facts := f.advertised()
			for _, want := range []string{"type", "perm", "size", "unique", "modify"} {
				_, ok := facts[want]
				d.Check(d.Settled() || ok, "the fact "+want+" supported", "%s", f.shown())
			}
		}},
		{name: "fact-system-value", mutates: true, needs: needs, deviations: []string{"fact-system-empty"}, run: dotted(each, "the facts of an operating system", func(name string) bool { return !strings.HasPrefix(name, "x.") })},
		{name: "fact-local-value", mutates: true, needs: needs, deviations: []string{"fact-local-empty"}, run: dotted(each, "a local fact", func(name string) bool { return strings.HasPrefix(name, "x.") })},
	}
}

// dotted is the run of the cases about facts whose names have a full stop: their values are tokens.
func dotted(each func(d *driver, check func(e entry, f fact)), what string, which func(name string) bool) func(d *driver) {
	return func(d *driver) {
		found := false
		each(d, func(e entry, f fact) {
			if name := strings.ToLower(f.name); strings.Contains(name, ".") && which(name) {
				found = true
				_, rest, _ := strings.Cut(f.name, ".")
				d.Check(tokenForm.MatchString(rest) && tokenForm.MatchString(f.value), "a token as the value, and as the name behind the full stop", "%s in %s", f.name, e.shown())
			}
		})
		if !found {
			d.Absent(what)
		}
	}
}

// allFacts selects all facts that the server supports.
func (s *session) allFacts() {
	var names strings.Builder
	facts := s.feature("MLST").advertised()
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		names.WriteString(name + ";")
	}
	if names.Len() > 0 {
		s.given().ok("OPTS MLST %s", names.String())
	}
}

// needsFact ends the case if an entry does not have a fact.
func (s *session) needsFact(e entry, name string) {
	if _, ok := e.get(name); !ok {
		s.d.Absent("the fact " + name)
	}
}

// rfc3659Options are the rules of sections 7.8 and 7.9.
func rfc3659Options() []serverCase {
	needs := []string{"MLST"}
	return []serverCase{
		{name: "mlst-feature", deviations: []string{"feat-mlst-missing"}, run: func(d *driver) {
			s := d.login()
			list := s.featureList()
			if d.Settled() || hasFeature(list, "MLST") {
				return
			}
			if r := s.given().cmd("MLST"); !d.Settled() && r.code != 250 {
				d.Absent(fmt.Sprintf("MLST (%s)", r.shown()))
			}
			d.Check(d.Settled(), "MLST listed, as it is served", "%s", labels(list))
		}},
		{name: "mlst-feature-grammar", deviations: []string{"feat-mlst-spaces", "feat-line-two-spaces"}, run: func(d *driver) {
			f := d.login().feature("MLST")
			d.Check(d.Settled() || mlstFeat.Match(f.line.Text), "a space, MLST, a space, and facts each with a semicolon behind it", "%s", f.shown())
		}},
		{name: "mlst-feature-facts", mutates: true, needs: needs, deviations: []string{"entry-fact-unlisted", "feat-mlst-false"}, run: func(d *driver) {
			s := d.shelf()
			facts := s.feature("MLST").advertised()
			for name := range facts {
				r := s.ok("OPTS MLST %s;", name)
				d.Check(d.Settled() || strings.Contains(strings.ToLower(r.text()), name+";"), name+" selected, as it is listed", "%s", r.shown())
			}
			s.allFacts()
			for _, e := range s.mlsd("MLSD") {
				for _, f := range e.facts {
					_, ok := facts[strings.ToLower(f.name)]
					d.Check(ok, "no fact but those that are listed", "%s in %s", f.name, e.shown())
				}
			}
		}},
		{name: "mlst-feature-asterisk", mutates: true, needs: needs, deviations: []string{"mlst-default-few", "entry-fact-unlisted"}, run: func(d *driver) {
			s := d.shelf()
			facts := s.feature("MLST").advertised()
			seen := map[string]bool{}
			for _, e := range s.mlsd("MLSD") {
				for _, f := range e.facts {
					name := strings.ToLower(f.name)
					seen[name] = true
					d.Check(facts[name], "facts with an asterisk alone", "%s in %s", f.name, e.shown())
				}
			}
			// These apply to a file that was just stored, whatever the server; others may not.
			for _, name := range []string{"type", "size", "modify", "unique", "perm"} {
				d.Check(d.Settled() || !facts[name] || seen[name], "the fact "+name+", which has an asterisk", "it is in no entry")
			}
		}},
		{name: "mlst-feature-selected", needs: needs, deviations: []string{"feat-mlst-stays"}, run: func(d *driver) {
			s := d.login()
			name := s.anyFact()
			s.given().ok("OPTS MLST %s;", name)
			d.Same("the facts with an asterisk", selected(s.feature("MLST").advertised()), []string{name})
		}},
		{name: "mlsd-no-feature", needs: needs, deviations: []string{"feat-lists-mlsd"}, run: func(d *driver) {
			f, listed := find(d.login().featureList(), "MLSD")
			d.Check(!listed, "no feature MLSD", "%s", f.shown())
		}},
		{name: "opts-mlst-selects", mutates: true, needs: needs, deviations: []string{"opts-mlst-ignored", "opts-mlst-not-mlsd"}, run: func(d *driver) {
			s := d.shelf()
			name := s.anyFact()
			s.given().ok("OPTS MLST %s;", name)
			for _, e := range slices.Concat(s.mlst("MLST file.txt"), s.mlsd("MLSD")) {
				for _, f := range e.facts {
					d.Check(strings.EqualFold(f.name, name), "the fact "+name+" alone", "%s", e.shown())
				}
			}
		}},
		{name: "opts-mlst-included", mutates: true, needs: needs, deviations: []string{"opts-mlst-none-sent"}, run: func(d *driver) {
			s := d.shelf()
			name := s.anyFact()
			s.given().ok("OPTS MLST %s;", name)
			e := s.one("MLST file.txt")
			_, ok := e.get(name)
			d.Check(d.Settled() || ok, "the fact "+name, "%s", e.shown())
		}},
		{name: "opts-mlst-unsupported", needs: needs, deviations: []string{"opts-mlst-unknown-501"}, run: func(d *driver) {
			s := d.login()
			s.ok("OPTS MLST %s;x.xyzzy;", s.anyFact())
		}},
		{name: "opts-mlst-none", mutates: true, needs: needs, deviations: []string{"opts-mlst-empty-ignored", "entry-no-space"}, run: func(d *driver) {
			s := d.shelf()
			s.ok("OPTS MLST")
			r := s.code(250, "MLST file.txt")
			for i := 1; i < len(r.raw)-1; i++ {
				l := r.raw[i].String()
				d.Check(strings.HasPrefix(l, "  ") && strings.HasSuffix(l, "file.txt"), "two spaces and the name", "%q", l)
			}
			for _, e := range s.mlsd("MLSD") {
				d.Check(strings.HasPrefix(e.raw, " ") && len(e.facts) == 0, "a space and the name", "%s", e.shown())
			}
		}},
		{name: "opts-mlsd", mutates: true, needs: needs, deviations: []string{"opts-mlsd-200", "opts-mlst-not-mlsd"}, run: func(d *driver) {
			s := d.shelf()
			name := s.anyFact()
			s.refused("OPTS MLSD %s;", name)
			s.given().ok("OPTS MLST %s;", name)
			for _, e := range s.mlsd("MLSD") {
				for _, f := range e.facts {
					d.Check(strings.EqualFold(f.name, name), "the fact "+name+" alone in MLSD too", "%s", e.shown())
				}
			}
		}},
		{name: "opts-mlst-before-login", run: func(d *driver) {
			s := d.open()
			r := s.cmd("OPTS MLST type;")
			if !d.Settled() {
				d.Saw("OPTS MLST before login gets %s", r.shown())
			}
		}},
		{name: "opts-mlst-response", needs: needs, deviations: []string{"opts-mlst-text", "opts-mlst-echo"}, run: func(d *driver) {
			s := d.login()
			name := s.anyFact()
			for _, facts := range []string{name + ";", name + ";x.xyzzy;", ""} {
				r := s.given().ok("OPTS MLST%s", strings.TrimRight(" "+facts, " "))
				d.Check(d.Settled() || optsForm.MatchString(r.text()), `"MLST OPTS" and the facts that are selected, each with a semicolon behind it`, "%s", r.shown())
				d.Check(d.Settled() || !strings.Contains(strings.ToLower(r.text()), "xyzzy"), "nothing of a fact that is not supported", "%s", r.shown())
				d.Check(d.Settled() || (facts != "") == strings.Contains(strings.ToLower(r.text()), name+";"), "the facts that are selected", "%s to OPTS MLST %s", r.shown(), facts)
			}
		}},
		{name: "opts-mlst-response-feature", needs: needs, deviations: []string{"feat-mlst-stays"}, run: func(d *driver) {
			s := d.login()
			r := s.given().ok("OPTS MLST %s;x.xyzzy;", s.anyFact())
			if d.Settled() {
				return
			}
			_, list, _ := strings.Cut(strings.ToLower(r.text()), "opts ")
			var told []string
			for name := range strings.SplitSeq(strings.TrimSpace(list), ";") {
				if name != "" {
					told = append(told, name)
				}
			}
			slices.Sort(told)
			d.Same("the facts with an asterisk", selected(s.feature("MLST").advertised()), told)
		}},
		{name: "opts-mlst-syntax", needs: needs, deviations: []string{"opts-mlst-space-accepted"}, run: func(d *driver) {
			s := d.login()
			name := s.anyFact()
			s.given().ok("OPTS MLST %s;", name)
			before := selected(s.given().feature("MLST").advertised())
			s.refused("OPTS MLST %s size;", name)
			d.Same("the facts with an asterisk, as before", selected(s.feature("MLST").advertised()), before)
		}},
	}
}

// anyFact is a fact that the server supports: one that applies to every file, if there is one.
func (s *session) anyFact() string {
	facts := s.feature("MLST").advertised()
	for _, name := range []string{"modify", "type", "size"} {
		if _, ok := facts[name]; ok {
			return name
		}
	}
	for name := range facts {
		return name
	}
	s.d.Absent("a fact of MLST")
	return ""
}

// inUse are the cases of what is in use though in no RFC: each judges the rule of an RFC that it has to fit in with.
func inUse() []serverCase {
	return []serverCase{
		{name: "mfmt-mdtm", requirement: "mdtm-213", mutates: true, needs: []string{"MDTM", "MFMT"}, deviations: []string{"mfmt-no-effect"}, run: func(d *driver) {
			s := d.shelf()
			s.code(213, "MFMT 20010203040506 file.txt")
			d.Same("the time that MFMT set", head(s.code(213, "MDTM file.txt").text(), 14), "20010203040506")
		}},
		{name: "mfmt-list-utc", requirement: "time-val-utc", mutates: true, needs: []string{"MLST", "MFMT"}, deviations: []string{"mfmt-local"}, run: func(d *driver) {
			s := d.shelf()
			s.given().ok("MFMT 20010203040506 file.txt")
			e := s.one("MLST file.txt")
			s.needsFact(e, "modify")
			modify, _ := e.get("modify")
			d.Same("the fact modify, in UTC as MFMT had it", head(modify, 14), "20010203040506")
		}},
		{name: "site-chmod-perm", requirement: "fact-perm-true", mutates: true, needs: []string{"MLST"}, deviations: []string{"perm-constant"}, run: func(d *driver) {
			s := d.shelf()
			s.allFacts()
			e := s.one("MLST file.txt")
			s.needsFact(e, "perm")
			if r := s.given().cmd("SITE CHMOD 000 file.txt"); !d.Settled() && !r.completed() {
				d.Absent(fmt.Sprintf("SITE CHMOD (%s)", r.shown()))
			}
			perm, _ := s.one("MLST file.txt").get("perm")
			t := s.transfer(nil, nil, "RETR file.txt")
			permitted := t.first != nil && t.last.completed()
			d.Check(d.Settled() || permitted == strings.Contains(strings.ToLower(perm), "r"), "the letter r in perm if, and only if, RETR is permitted after SITE CHMOD 000",
				"perm=%s, and %s to RETR", perm, t.last.shown())
		}},
		{name: "mode-z-size", requirement: "size-exact", mutates: true, needs: []string{"SIZE", "MODE Z"}, deviations: []string{"mode-z-plain"}, run: func(d *driver) {
			s := d.scratch()
			content := strings.Repeat(octetsSent, 50)
			s.given().put("STOR octets", content)
			s.ok("MODE Z")
			got, err := inflate(s.get("RETR octets"))
			d.Check(d.Settled() || err == nil, "a zlib stream in MODE Z", "%v", err)
			d.sameOctets("the octets that were stored, by MODE Z", got, content)
		}},
	}
}

// inflate undoes zlib's compression.
func inflate(deflated string) (string, error) {
	r, err := zlib.NewReader(strings.NewReader(deflated))
	if err != nil {
		return "", err
	}
	defer r.Close()
	out, err := io.ReadAll(io.LimitReader(r, dataLimit))
	return string(out), err
}
