package ftpspec

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"harness/protocols/ftp"
	"harness/protocols/wire"
)

// extensionRows are the server cases of RFC 2228, 2389, 2428, 2640, 3659, 4217 and 7151.
func extensionRows() []serverCase {
	return slices.Concat(rfc2228Rows(), rfc2389Rows(), rfc2428Rows(), rfc2640Rows(), rfc3659Rows(), rfc4217Rows(), rfc7151Rows())
}

// feature is a line of the response to FEAT.
type feature struct {
	// line is it as it came, text without the white space at its beginning.
	line wire.Line
	text string
	// label is the first word, in upper case, and parameters what follows it and a space.
	label, parameters string
}

// askFEAT sends FEAT and returns the reply. If the server does not know the command, the case ends.
func (s *session) askFEAT() *reply {
	r := s.cmd("FEAT")
	if !s.d.Settled() && (r.code == 500 || r.code == 502) {
		s.d.Absent(fmt.Sprintf("FEAT (%s)", r.shown()))
	}
	return r
}

// featureList sends FEAT and returns the features.
func (s *session) featureList() []feature {
	r := s.askFEAT()
	if !s.d.Settled() && r.code != 211 {
		s.Wrong("211 to FEAT", "%s", r.shown())
	}
	return r.features()
}

// features are the lines of the reply to FEAT between the first and the last.
func (r *reply) features() []feature {
	var out []feature
	for i := 1; i < len(r.raw)-1; i++ {
		f := feature{line: r.raw[i], text: strings.TrimLeft(r.raw[i].String(), " \t")}
		f.label, f.parameters, _ = strings.Cut(f.text, " ")
		f.label = strings.ToUpper(f.label)
		out = append(out, f)
	}
	return out
}

// shown is the feature for a judgement.
func (f feature) shown() string { return wire.Quote(f.line.Text) }

// labels are those of the features, for a judgement.
func labels(list []feature) string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.label
	}
	return strings.Join(out, ", ")
}

// find returns the feature with a label, in upper case.
func find(list []feature, label string) (feature, bool) {
	i := slices.IndexFunc(list, func(f feature) bool { return f.label == label })
	if i < 0 {
		return feature{}, false
	}
	return list[i], true
}

// feature returns the feature with a label; if the server does not list it, the case ends.
func (s *session) feature(label string) feature {
	f, ok := find(s.given().featureList(), label)
	if !ok {
		s.d.Absent(label)
	}
	return f
}

// hasFeature says whether the list has the extension, as the register names it: "REST STREAM" and "AUTH TLS" are a label and one of its
// parameters.
func hasFeature(list []feature, extension string) bool {
	label, parameter, more := strings.Cut(extension, " ")
	return slices.ContainsFunc(list, func(f feature) bool {
		return f.label == label && (!more || slices.Contains(parameters(f.parameters), parameter))
	})
}

// parameters are those of a feature, in upper case: in use are spaces and semicolons between them.
func parameters(text string) []string {
	return strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return r == ' ' || r == ';' || r == ',' })
}

// unknown says whether a reply is that of a server that does not have the command.
func (r *reply) unknown() bool { return r.code == 500 || r.code == 502 }

// ourMock says whether the server is the built-in mock, whose switches are as the case wants them.
func (d *driver) ourMock() bool {
	_, ok := d.T.Env.Server.(*MockServer)
	return ok
}

// shelf returns a session in a directory of its own, with the file "file.txt", which holds textSent, and the directory "sub", which holds the
// file "inner.txt".
func (d *driver) shelf() *session {
	s := d.scratch()
	s.furnish()
	return s
}

// furnish stores the files of shelf in the working directory.
func (s *session) furnish() {
	g := s.given()
	g.put("STOR file.txt", textSent)
	g.ok("MKD sub")
	g.put("STOR sub/inner.txt", textSent)
}

// beforeTLS returns a greeted session without TLS, of a server that offers AUTH TLS; if it does not, the case ends.
func (d *driver) beforeTLS() *session {
	if d.Target.URL.Scheme == "ftps" {
		d.Absent("AUTH TLS: the connection begins with TLS")
	}
	s := d.connect()
	s.given().greet()
	if !d.Settled() && !s.offersTLS() {
		d.Absent("AUTH TLS")
	}
	return s
}

// offersTLS says whether FEAT lists AUTH TLS, or, where it may not be asked before login, whether AUTH TLS is not refused.
func (s *session) offersTLS() bool {
	r := s.given().cmd("FEAT")
	if s.d.Settled() || r.code == 211 {
		return hasFeature(r.features(), "AUTH TLS")
	}
	probe := s.d.connect()
	probe.given().greet()
	ok := probe.given().cmd("AUTH TLS").code == ftp.CodeAuthOK
	probe.Close()
	return ok
}

// inTLS returns a session before login in TLS by AUTH; if that is not offered, the case ends.
func (d *driver) inTLS() *session {
	s := d.beforeTLS()
	s.given().startTLS()
	return s
}

// endTLS gives TLS up after CCC was accepted: both sides send close_notify, and the connection goes on in the clear.
func (s *session) endTLS() {
	if s.d.Settled() {
		return
	}
	if err := s.C.EndTLS(s.d.Ctx, s.d.Wait()); err != nil {
		s.Wrong("TLS shut down by close_notify, and the connection left open", "%s", s.Trouble(err))
	}
}

// loggedInTLS returns a session in TLS of the first account, with data connections in the clear.
func (d *driver) loggedInTLS() *session {
	s := d.inTLS()
	s.given().authenticate(d.Target.User, d.Target.Password)
	return s
}

// protectedScratch returns a session in TLS of the first account with PROT P, in a new directory.
func (d *driver) protectedScratch() *session {
	s := d.loggedInTLS()
	g := s.given()
	g.protect()
	if dir := d.scratchDir(s); !d.Settled() {
		g.expect("250 200", "CWD %s", dir)
	}
	g.expect("200", "TYPE I")
	return s
}

// extendedAddress is an address as the argument of EPRT, with a delimiter.
func extendedAddress(delimiter string, addr netip.AddrPort) string {
	family := 1
	if addr.Addr().Is6() {
		family = 2
	}
	return fmt.Sprintf("%[1]s%[2]d%[1]s%[3]s%[1]s%[4]d%[1]s", delimiter, family, addr.Addr(), addr.Port())
}

// drain reads a data connection to its end, whatever that is.
func (d *data) drain() {
	if d.C == nil || d.s.d.Settled() {
		return
	}
	_ = d.C.Do(d.s.d.Ctx, d.s.d.Wait(), func() error {
		for {
			if err := d.C.R.Wait(); err != nil {
				return err
			}
			d.C.R.Discard(d.C.R.Buffered())
		}
	})
}

// extended is the listener's address as the argument of EPRT, with a delimiter.
func (d *data) extended(delimiter string) string { return extendedAddress(delimiter, d.addr) }

// eprt tells the server of a listener by EPRT, and returns the reply. If the server does not know the command, the case ends.
func (s *session) eprt(l *data, delimiter string) *reply {
	if s.d.Settled() {
		return &reply{}
	}
	r := s.cmd("EPRT %s", l.extended(delimiter))
	if !s.d.Settled() && r.unknown() {
		s.d.Absent(fmt.Sprintf("EPRT (%s)", r.shown()))
	}
	return r
}

// entry is an entry of MLST or MLSD (RFC 3659 section 7.2).
type entry struct {
	// raw is it as it came, without the space that MLST puts before it; end is the end of its line.
	raw string
	end wire.Terminator
	// facts are those before the first space, and name is what follows it.
	facts []fact
	name  string
	// problem is what is wrong with its form.
	problem string
}

// fact is a fact of an entry; its name is as it came.
type fact struct{ name, value string }

func parseEntry(raw string, end wire.Terminator) entry {
	e := entry{raw: raw, end: end}
	facts, name, ok := strings.Cut(raw, " ")
	if !ok {
		e.problem = "no space before the name"
		return e
	}
	e.name = name
	if name == "" {
		e.problem = "no name"
	}
	for facts != "" {
		one, rest, ok := strings.Cut(facts, ";")
		if !ok {
			e.problem = fmt.Sprintf("no semicolon behind the fact %q", one)
		}
		name, value, ok := strings.Cut(one, "=")
		if !ok || name == "" {
			e.problem = fmt.Sprintf("%q is no fact", one)
		}
		e.facts = append(e.facts, fact{name, value})
		facts = rest
	}
	return e
}

// get returns the value of a fact by its name in lower case.
func (e entry) get(name string) (string, bool) {
	for _, f := range e.facts {
		if strings.EqualFold(f.name, name) {
			return f.value, true
		}
	}
	return "", false
}

// kind is the type of the entry in lower case, "" if it has none.
func (e entry) kind() string {
	v, _ := e.get("type")
	return strings.ToLower(v)
}

// about says whether the entry is of something in the directory, not of it or a parent.
func (e entry) about() bool { return e.kind() != "cdir" && e.kind() != "pdir" }

func (e entry) shown() string { return wire.Quote([]byte(e.raw)) }

// mlst sends MLST and returns the entries.
func (s *session) mlst(line string) []entry {
	return s.code(250, "%s", line).entries()
}

// entries are those of the reply to MLST.
func (r *reply) entries() []entry {
	var out []entry
	for i := 1; i < len(r.raw)-1; i++ {
		out = append(out, parseEntry(strings.TrimPrefix(r.raw[i].String(), " "), r.raw[i].End))
	}
	return out
}

// one is the entry that MLST gives of an object; the case ends if there is none.
func (s *session) one(line string) entry {
	list := s.mlst(line)
	if s.d.Settled() {
		return entry{}
	}
	if len(list) == 0 {
		s.Wrong("an entry in the reply to "+line, "none")
		return entry{}
	}
	return list[0]
}

// mlsd sends MLSD and returns the entries.
func (s *session) mlsd(line string) []entry { return parseListing(s.get(line)) }

// parseListing cuts the data of MLSD into its lines.
func parseListing(listing string) []entry {
	var out []entry
	for listing != "" {
		text, rest, ok := strings.Cut(listing, "\n")
		end := wire.None
		if ok {
			end = wire.LF
			if t, cr := strings.CutSuffix(text, "\r"); cr {
				text, end = t, wire.CRLF
			}
		}
		out = append(out, parseEntry(text, end))
		listing = rest
	}
	return out
}

// named returns the entry of a name; the case ends if there is none.
func (s *session) named(list []entry, name string) entry {
	i := slices.IndexFunc(list, func(e entry) bool { return e.name == name && e.about() })
	if i < 0 {
		if !s.d.Settled() {
			s.Wrong(fmt.Sprintf("an entry of %q in the listing", name), "%d entries, none of it", len(list))
		}
		return entry{}
	}
	return list[i]
}

// advertised are the facts of the feature MLST: name in lower case to whether it has an asterisk.
func (f feature) advertised() map[string]bool {
	out := map[string]bool{}
	for one := range strings.SplitSeq(f.parameters, ";") {
		name, selected := strings.CutSuffix(strings.TrimSpace(one), "*")
		if name != "" {
			out[strings.ToLower(name)] = selected
		}
	}
	return out
}

// selected are the facts with an asterisk, sorted.
func selected(facts map[string]bool) []string {
	var out []string
	for name, on := range facts {
		if on {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

var (
	timeForm  = regexp.MustCompile(`^[1-9][0-9]{3}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([01][0-9]|2[0-3])[0-5][0-9]([0-5][0-9]|60)(\.[0-9]+)?$`)
	tokenForm = regexp.MustCompile(`^[A-Za-z0-9,.:!@#$%^&()\-_+?/\\'"]+$`)
	valueForm = regexp.MustCompile(`^[A-Za-z0-9,.:!@#$%^&()\-_+?/\\'"=]*$`)
)

// standardFacts are those of RFC 3659 section 7.5.
var standardFacts = []string{"size", "modify", "create", "type", "unique", "perm", "lang", "media-type", "charset"}
