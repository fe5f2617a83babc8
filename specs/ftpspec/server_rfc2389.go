package ftpspec

import (
	"regexp"
	"slices"
	"strings"

	"harness/protocols/wire"
)

var (
	featLineForm = regexp.MustCompile(`^ [\t -~]+$`)
	featureForm  = regexp.MustCompile(`^[!-~]+( [\t -~]+)?$`)
	featEndForm  = regexp.MustCompile(`(?i)^211 end$`)
)

// wordFeatures are labels that are defined without parameters.
var wordFeatures = []string{"MDTM", "SIZE", "TVFS", "UTF8", "HOST", "EPRT", "EPSV", "MFMT", "PBSZ", "PROT", "CCC"}

// knownFeatures are labels that are defined without regard to case.
var knownFeatures = append([]string{"REST", "MLST", "LANG", "AUTH"}, wordFeatures...)

// rfc2389Rows are the server cases of RFC 2389.
func rfc2389Rows() []serverCase {
	return []serverCase{
		{name: "feat-any-case", deviations: []string{"feat-upper-only"}, run: func(d *driver) {
			s := d.login()
			s.given().askFEAT()
			for _, line := range []string{"feat", "FeAt"} {
				r := s.cmd("%s", line)
				d.Check(d.Settled() || !r.unknown(), line+" served as FEAT is", "%s", r.shown())
			}
			upper, lower := s.given().cmd("OPTS XYZZY"), s.cmd("opts xyzzy")
			d.Check(d.Settled() || upper.code == lower.code, "opts answered as OPTS is", "%s, and %s to OPTS", lower.shown(), upper.shown())
		}},
		{name: "feat-list", deviations: []string{"feat-code-200"}, run: func(d *driver) {
			r := d.login().askFEAT()
			d.Check(d.Settled() || r.code == 211, "211 to FEAT", "%s", r.shown())
		}},
		{name: "feat-unrecognised", deviations: []string{"feat-refused-504"}, run: func(d *driver) {
			r := d.login().cmd("FEAT")
			d.Check(d.Settled() || slices.Contains([]int{211, 500, 502, 421}, r.code), "211, or 500 or 502 of a server that does not support FEAT", "%s", r.shown())
		}},
		{name: "feat-argument-501", deviations: []string{"feat-argument-ignored"}, run: func(d *driver) {
			s := d.login()
			s.given().askFEAT()
			s.code(501, "FEAT MLST")
		}},
		{name: "feat-no-features", features: noExtensions, deviations: []string{"feat-none-200"}, run: func(d *driver) {
			noFeatures(d, func(r *reply) {
				d.Check(r.code == 211 && len(r.raw) == 1, "211 in one line", "%s", r.shown())
			})
		}},
		{name: "feat-no-features-refused", features: noExtensions, run: func(d *driver) {
			noFeatures(d, func(r *reply) { d.Saw("%s", r.shown()) })
		}},
		{name: "feat-no-features-one-line", features: noExtensions, deviations: []string{"feat-none-multiline"}, run: func(d *driver) {
			noFeatures(d, func(r *reply) {
				d.Check(r.code != 211 || len(r.raw) == 1, "exactly one line, as there are no features", "%s", r.shown())
			})
		}},
		{name: "feat-syntax", deviations: []string{"feat-line-space-missing", "feat-bare-lf", "feat-line-8bit"}, run: func(d *driver) {
			r := d.login().askFEAT()
			if d.Settled() || len(r.raw) == 1 {
				return
			}
			last := len(r.raw) - 1
			for i, l := range r.raw {
				d.Check(l.End == wire.CRLF, "lines that end with CRLF", "%s and %s", wire.Quote(l.Text), l.End)
				switch i {
				case 0:
					d.Check(strings.HasPrefix(l.String(), "211-"), `a first line that begins with "211-"`, "%s", wire.Quote(l.Text))
				case last:
					d.Check(strings.HasPrefix(l.String(), "211 "), `a last line that begins with "211 "`, "%s", wire.Quote(l.Text))
				default:
					d.Check(featLineForm.Match(l.Text), "lines of a space and a feature of visible ASCII characters, spaces and tabs", "%s", wire.Quote(l.Text))
				}
			}
		}},
		{name: "feat-end", deviations: []string{"feat-end-text"}, run: func(d *driver) {
			r := d.login().askFEAT()
			if d.Settled() || len(r.raw) == 1 {
				return
			}
			l := r.raw[len(r.raw)-1]
			d.Check(featEndForm.Match(l.Text), `a last line that is "211 End", in any case of its letters`, "%s", wire.Quote(l.Text))
		}},
		{name: "feat-line-space", deviations: []string{"feat-line-space-missing", "feat-line-two-spaces", "feat-line-tab"}, run: func(d *driver) {
			for _, f := range d.login().featureList() {
				d.Check(f.line.String() == " "+f.text, "feature lines that begin with exactly one space", "%s", f.shown())
			}
		}},
		{name: "feat-feature-grammar", deviations: []string{"feat-trailing-space", "feat-blank-line"}, run: func(d *driver) {
			for _, f := range d.login().featureList() {
				d.Check(featureForm.MatchString(f.text), "a label, and parameters after one space", "%s", f.shown())
			}
		}},
		{name: "feat-one-per-line", deviations: []string{"feat-two-per-line"}, run: func(d *driver) {
			for _, f := range d.login().featureList() {
				if !slices.Contains(wordFeatures, f.label) {
					continue
				}
				for _, p := range parameters(f.parameters) {
					d.Check(!slices.Contains(knownFeatures, p), "each feature on a line of its own", "%s", f.shown())
				}
			}
		}},
		{name: "feat-upper-case", deviations: []string{"feat-lower-case"}, run: func(d *driver) {
			for _, f := range d.login().featureList() {
				d.Check(!slices.Contains(knownFeatures, f.label) || strings.HasPrefix(f.text, f.label), "labels in upper case", "%s", f.shown())
			}
		}},
		{name: "feat-not-listed", deviations: []string{"feat-lists-itself"}, run: func(d *driver) {
			f, listed := find(d.login().featureList(), "FEAT")
			d.Check(!listed, "no feature FEAT", "%s", f.shown())
		}},
		{name: "feat-all-extensions", deviations: []string{"feat-size-missing", "feat-mdtm-missing", "feat-mlst-missing", "feat-rest-missing"}, run: func(d *driver) {
			s := d.login()
			list := s.featureList()
			for _, probe := range [][2]string{{"SIZE", "SIZE no-such-file"}, {"MDTM", "MDTM no-such-file"}, {"MLST", "MLST no-such-file"}, {"REST STREAM", "REST 0"}} {
				if d.Settled() || hasFeature(list, probe[0]) {
					continue
				}
				// 550 is about the file: the command is known.
				r := s.given().cmd("%s", probe[1])
				d.Check(d.Settled() || r.code != 550 && r.code != 350, probe[0]+" in the list, as the server serves it", "%s, and %s to %s", labels(list), r.shown(), probe[1])
			}
		}},
		{name: "opts-200", needs: []string{"MLST"}, deviations: []string{"opts-mlst-250"}, run: func(d *driver) {
			s := d.login()
			facts := selected(s.feature("MLST").advertised())
			if len(facts) == 0 {
				facts = []string{"type"}
			}
			s.code(200, "OPTS MLST %s;", facts[0])
		}},
		{name: "opts-501", deviations: []string{"opts-unknown-200", "opts-unknown-550"}, run: func(d *driver) {
			s := d.login()
			s.given().askFEAT()
			r := s.cmd("OPTS XYZZY on")
			d.Check(d.Settled() || r.code == 501 || r.code == 451, "501 or 451 to OPTS of a command that no server has", "%s", r.shown())
		}},
		{name: "opts-with-feat", deviations: []string{"opts-unimplemented"}, run: func(d *driver) {
			s := d.login()
			s.given().askFEAT()
			line := "OPTS XYZZY"
			if hasFeature(s.given().featureList(), "MLST") {
				line = "OPTS MLST type;"
			}
			r := s.cmd("%s", line)
			d.Check(d.Settled() || !r.unknown(), "OPTS implemented, as FEAT is: neither 500 nor 502 to "+line, "%s", r.shown())
		}},
		{name: "opts-not-listed", deviations: []string{"feat-lists-opts"}, run: func(d *driver) {
			f, listed := find(d.login().featureList(), "OPTS")
			d.Check(!listed, "no feature OPTS", "%s", f.shown())
		}},
		{name: "opts-of-feat", deviations: []string{"opts-feat-200"}, run: func(d *driver) {
			s := d.login()
			s.given().askFEAT()
			s.permanent("OPTS FEAT")
			s.permanent("OPTS OPTS")
		}},
	}
}

// noExtensions switches everything off in our mock that FEAT would list.
var noExtensions = func() []string {
	var out []string
	for _, name := range strings.Fields("UTF8 LANG SIZE MDTM MLST REST TVFS MFMT HOST EPRT EPSV AUTH PROT CCC MODE-Z") {
		out = append(out, "?-"+name)
	}
	return out
}()

// noFeatures calls f with the reply to FEAT of a server that lists no feature; if it lists some, the case ends.
func noFeatures(d *driver, f func(r *reply)) {
	if d.Target.StartTLS || d.Target.URL.Scheme == "ftps" {
		d.Absent("a FEAT without features: TLS is one")
	}
	r := d.login().cmd("FEAT")
	switch {
	case d.Settled():
	case r.unknown() && !d.ourMock():
		d.Absent("FEAT")
	case len(r.features()) > 0:
		d.Absent("a FEAT without features: there are extensions")
	default:
		f(r)
	}
}
