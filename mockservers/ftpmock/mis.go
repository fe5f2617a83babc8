package ftpmock

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/mockservers/filestore"
	"harness/protocols/ftp"
)

// What is in this file is done only by a server that deviates; deviations.go tells how.

// misdispatch carries out the deviations that concern commands of every kind. Done says that the command is dealt with.
func (p *session) misdispatch(cmd ftp.Command, syntax error, last string) (done bool, err error) {
	verb := strings.ToLower(cmd.Verb)
	h, known := handlers[cmd.Verb]
	if !known || verb == "" {
		return false, nil
	}
	switch {
	case p.dev(verb + "-unimplemented"):
		return true, p.reply(ftp.CodeNotImplemented, textUnimplemented, cmd.Verb)
	case p.dev(verb + "-ok"), cmd.Arg == "" && p.dev(verb+"-no-argument-ok"):
		return true, p.reply(ftp.CodeOK, textNoop)
	case p.dev(verb + "-ignored"):
		return true, nil
	case syntax == nil && !h.open && p.state != loggedIn && p.dev(verb+"-before-login"):
		return true, p.borrowed(func() error { return h.run(p, cmd) })
	}
	return false, nil
}

// borrowed has f work as the first user would.
func (p *session) borrowed(f func() error) error {
	view, cwd := p.view, p.cwd
	p.view = filestore.View{Tree: p.host.tree, User: DefaultUser}
	defer func() { p.view, p.cwd = view, cwd }()
	return f()
}

// misreply spoils a reply. Done says that it was sent already, or that there is none.
func (p *session) misreply(code *int, lines *[]string) (done bool, err error) {
	p.mistext(code, lines)
	verb := strings.ToLower(p.last)
	for c := 100; c < 700; c++ {
		n := strconv.Itoa(c)
		if *code >= 400 && p.dev(verb+"-reply-"+n) || *code/100 == 2 && p.dev(verb+"-success-"+n) || *code/100 == 3 && p.dev(verb+"-intermediate-"+n) {
			*code = c
			break
		}
	}
	p.spoilReply(code, lines)
	return false, nil
}

// mislines spoils the octets of a reply.
func (p *session) mislines(b []byte) []byte {
	b = p.spoilOctets(b)
	b = p.misoctets(b)
	if i := bytes.LastIndex(b[:max(len(b)-2, 0)], []byte("\r\n")); i >= 0 && p.dev("reply-multiline-wrong-code") {
		b = slices.Clone(b)
		b[i+2] ^= 1 // 2 and 3, 4 and 5
	}
	if p.dev("reply-bare-lf") {
		return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	}
	return b
}

// mispass decides whether a password does.
func (p *session) mispass(a Account, known bool, given string, right bool) bool {
	return right || known && p.dev("pass-any")
}

// misfeat spoils the lines of FEAT.
func (p *session) misfeat(list []string) []string { return p.spoilFeatures(list) }

// mispasv spoils the six numbers of PASV's reply, misepsv the parenthesis of EPSV's.
func (p *session) mispasv(six string) string { return p.misaddress(six) }

func (p *session) misepsv(form string) string {
	return form
}

// mispreliminary tells whether the preliminary reply of a transfer is left out, and whether the final one comes before the data.
func (p *session) mispreliminary(verb string) (none, early bool) {
	verb = strings.ToLower(verb)
	return p.dev(verb + "-no-preliminary"), p.dev(verb + "-final-before-data")
}

// misfinal spoils the reply at the end of a transfer.
func (p *session) misfinal(t *transfer, code *int, text *text) (done bool, err error) {
	return p.dev(strings.ToLower(t.verb) + "-no-final-reply"), nil
}

// misout spoils what is sent over the data connection, misin what is received.
func (p *session) misout(t *transfer, w io.Writer) io.Writer {
	if t.verb == "RETR" && p.dev("retr-cuts-last-octet") {
		return &cutLast{w: w}
	}
	if spoil := p.misdata(t, true); spoil != nil {
		return &rewriter{w: w, spoil: spoil}
	}
	return w
}

func (p *session) misin(t *transfer, r io.Reader) io.Reader {
	if spoil := p.misdata(t, false); spoil != nil {
		r = &rereader{r: r, spoil: spoil}
	}
	if t.verb == "STOR" && p.dev("stor-drops-first-octet") {
		return &dropFirst{r: r}
	}
	return p.spoilUpload(r)
}

// cutLast holds the last octet back, for good.
type cutLast struct {
	w    io.Writer
	held []byte
}

func (c *cutLast) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if _, err := c.w.Write(slices.Concat(c.held, p[:len(p)-1])); err != nil {
		return 0, err
	}
	c.held = append(c.held[:0], p[len(p)-1])
	return len(p), nil
}

// dropFirst drops the first octet.
type dropFirst struct {
	r    io.Reader
	done bool
}

func (d *dropFirst) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if n > 0 && !d.done {
		d.done = true
		n = copy(p, p[1:n])
	}
	return n, err
}

// misentries spoils the entries of a listing.
func (p *session) misentries(entries []ftp.Entry) []ftp.Entry { return p.spoilEntries(entries) }

// misname appends a name of NLST.
func (p *session) misname(b []byte, l listed, e ftp.Entry) []byte {
	return append(append(b, l.prefix...), fitName(e.Name)...)
}

// misfacts spoils the facts of an entry; mismlsx makes a whole line, without its end.
func (p *session) misfacts(e ftp.Entry, facts ftp.Facts) ftp.Facts { return p.spoilFacts(e, facts) }

func (p *session) mismlsx(facts ftp.Facts, name string) (line string, ok bool) {
	if p.dev("mlsd-no-space") {
		return facts.String() + name, true
	}
	return p.spoilEntry(facts, name)
}

// misfullname returns the name in MLST's line.
func (p *session) misfullname(arg, name string) string { return p.spoilFullName(arg, name) }

// missize spoils what SIZE tells.
func (p *session) missize(i filestore.Info, size int64) int64 {
	if p.dev("size-one-too-many") {
		size++
	}
	return size
}

// mistime spoils a time-val.
func (p *session) mistime(t time.Time) (string, bool) {
	if p.dev("mdtm-local-time") {
		return ftp.FormatTime(t.Truncate(time.Second).Add(2 * time.Hour)), true
	}
	return p.spoilTime(t)
}

// misoffset spoils where RETR begins.
func (p *session) misoffset(offset int64) int64 { return offset }

// misunique spoils the text that announces STOU's name.
func (p *session) misunique(name, text string) string { return p.misstou(name, text) }
