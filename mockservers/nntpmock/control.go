package nntpmock

import (
	"compress/flate"
	"compress/zlib"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"harness/internal/conn"
	"harness/mockservers"
	"harness/protocols/nntp"
)

func (p *session) capabilities() []string {
	caps := []string{"VERSION 2"}
	add := func(on bool, line string) {
		if on {
			caps = append(caps, line)
		}
	}
	open := p.open()
	add(p.f.implementation != "", "IMPLEMENTATION "+p.f.implementation)
	add((p.reader || p.canSwitch && p.dev("reader-in-transit")) && open && !(p.dev("reader-withdrawn") && p.group != ""), "READER")
	add(p.dev("capability-twice"), "READER again")
	add(p.canSwitch && !p.tooLate() || p.dev("mode-reader-listed"), "MODE-READER")
	add(p.transit && open, "IHAVE")
	add(p.transit && open && p.f.streaming && !(p.stream && p.dev("streaming-withdrawn")), "STREAMING")
	add(p.reader && p.mayPost(), "POST")
	add(open && p.f.newnews, "NEWNEWS")
	add(p.reader && open && p.f.hdr, "HDR")
	if p.reader && open && p.f.over {
		over := "OVER"
		if p.f.overID {
			over += " MSGID"
		}
		caps = append(caps, over)
	}
	if open {
		list := "LIST"
		for _, k := range append([]string{"OVERVIEW.FMT", "HEADERS"}, listVariants...) {
			_, known := handlers["LIST "+k]
			if known && p.lists(k) && p.served(handlers["LIST "+k].role) && !strings.Contains(list+" ", " "+k+" ") {
				list += " " + k
			}
		}
		add(list != "LIST", list)
	}
	add(p.f.starttls && (!p.tls || p.dev("starttls-listed-in-tls")) && (!p.compressed || p.dev("starttls-listed-compressed")) && (p.user == "" || p.dev("starttls-listed-authenticated")), "STARTTLS")
	mechanisms := p.mechanisms()
	if (p.user == "" || p.dev("authinfo-kept")) && (p.f.user || len(p.f.mechanisms) > 0) {
		line := "AUTHINFO"
		if (!p.compressed || p.dev("authinfo-arguments-compressed")) && !p.lacksTLS() {
			if p.f.user && (p.clear() || p.dev("authinfo-user-always")) {
				line += " USER"
			}
			if len(mechanisms) > 0 {
				line += " SASL"
			}
		}
		caps = append(caps, line)
	}
	add(len(mechanisms) > 0 && (!p.compressed || p.user != ""), "SASL "+strings.Join(mechanisms, " "))
	add(p.f.compress && (!p.compressed || p.dev("compress-listed-active")) && !p.lacksTLS(), "COMPRESS DEFLATE")
	if p.dev("version-last") {
		caps = append(caps[1:], caps[0])
	}
	return caps
}

func (p *session) doCapabilities(cmd nntp.Command) error {
	if len(cmd.Args) > 0 && p.dev("capabilities-argument-503") {
		return p.say(nntp.CodeNotSupported, "no such keyword")
	}
	return p.listing(nntp.CodeCapabilities, "capability list", octets(p.capabilities()))
}

// octets yields strings as lines.
func octets(list []string) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for _, s := range list {
			if !yield([]byte(s)) {
				return
			}
		}
	}
}

// tooLate reports whether MODE READER may not be sent any more: STARTTLS, AUTHINFO or COMPRESS was there before (RFC 3977 section 5.3.2, RFC 4642 section
// 2.2.2, RFC 4643 section 2.2, RFC 8054 section 2.2.2). TLS from the start is no command of the client's: a server that switches has to list MODE-READER
// then (RFC 3977 section 3.4.2).
func (p *session) tooLate() bool {
	return p.tls && !p.c.Session.ImplicitTLS() || p.compressed || p.user != ""
}

func (p *session) doModeReader(nntp.Command) error {
	if p.reader {
		if p.dev("mode-reader-forgets") {
			p.group, p.current = "", 0
		}
		return p.say(p.welcome(), "reader mode already")
	}
	if !p.canSwitch || p.tooLate() {
		p.over = !p.dev("mode-reader-502-stays") // the one command behind whose 502 the connection is closed (RFC 3977 section 5.3.1)
		return p.say(nntp.CodeNotPermitted, "no reading here")
	}
	p.reader, p.transit, p.canSwitch = true, false, false
	return p.say(p.welcome(), "reader mode")
}

func (p *session) doQuit(nntp.Command) error {
	if !p.dev("quit-stays-open") {
		p.over = true
	}
	return p.say(nntp.CodeClosing, "good bye")
}

func (p *session) doHelp(nntp.Command) error {
	return p.listing(nntp.CodeHelp, "commands", func(yield func([]byte) bool) {
		for _, spec := range nntp.Commands() {
			h, known := handlers[spec.Name]
			if known && (h.on == nil || h.on(p)) && p.served(h.role) && !yield([]byte("  "+spec.Syntax())) {
				return
			}
		}
	})
}

func (p *session) doSlave(nntp.Command) error { return p.say(nntp.CodeSlaveNoted, "noted") }

func (p *session) doDate(nntp.Command) error {
	now := p.srv.store.Now()
	if p.dev("date-falls") {
		now = now.Add(-time.Duration(p.srv.falls.Add(1)) * time.Hour)
	}
	if p.dev("date-local-form") {
		return p.say(nntp.CodeDate, now.UTC().Format("2006-01-02T15:04:05"))
	}
	return p.say(nntp.CodeDate, nntp.FormatDate(now))
}

func (p *session) doStartTLS(nntp.Command) error {
	var injected []byte
	switch {
	case p.tls, p.compressed:
		return p.say(nntp.CodeNotPermitted, "TLS or compression is active already")
	case p.user != "":
		return p.say(nntp.CodeNotPermitted, "authenticated already")
	case p.c.R.Buffered() > 0 && p.dev("starttls-keeps-buffer"):
		injected = p.c.TakeAhead()
	case p.c.R.Buffered() > 0: // they are discarded with the connection (RFC 8143 section 4)
		p.over = true
		return p.say(nntp.CodeCannotStartTLS, "commands were sent behind STARTTLS")
	}
	if _, err := p.srv.Authority(); err != nil {
		p.c.Fail(err)
		return p.say(nntp.CodeCannotStartTLS, "there is no certificate")
	}
	p.after = func() error {
		if hello := p.hello(); hello != nil {
			return p.c.Write(func() error { _, err := p.c.W.Write(hello); return err })
		}
		if err := p.c.StartTLS(); err != nil {
			if p.dev("tls-failure-stays") {
				return nil
			}
			return err
		}
		p.tls = true
		p.forget()
		return mockservers.EachLine(injected, p.command)
	}
	return p.say(nntp.CodeStartTLS, "begin TLS negotiation")
}

// forget drops what the client said before TLS (RFC 4642 section 2.2.2).
func (p *session) forget() {
	if !p.dev("tls-keeps-group") {
		p.group, p.current = "", 0
	}
	if !p.dev("tls-keeps-name") {
		p.named = ""
	}
}

// hello is a ServerHello of TLS 1.2 (RFC 5246 section 7.4.1.3) that chooses what no library does: the cipher suite TLS_ECDHE_ECDSA_WITH_RC4_128_SHA, or
// compression by DEFLATE. It is nil unless a deviation has it; nothing follows it.
func (p *session) hello() []byte {
	var chosen []byte
	switch {
	case p.dev("tls-rc4"):
		chosen = []byte{0xc0, 0x07, 0}
	case p.dev("tls-compression"):
		chosen = []byte{0xc0, 0x2b, 1}
	default:
		return nil
	}
	body := append([]byte{3, 3}, make([]byte, 33)...) // the version, a random of zeros, and no session
	body = append(body, chosen...)
	n := byte(len(body))
	return append([]byte{22, 3, 3, 0, n + 4, 2, 0, 0, n}, body...)
}

func (p *session) doCompress(cmd nntp.Command) error {
	switch {
	case p.compressed:
		return p.say(nntp.CodeNotPermitted, "compression is active already")
	case cmd.Args[0] != "DEFLATE":
		return p.say(nntp.CodeNotSupported, "the algorithm is not supported: there is DEFLATE")
	}
	p.after = func() error {
		if err := p.c.Release(); err != nil {
			return err
		}
		p.compressed = true
		return p.compress()
	}
	return p.say(nntp.CodeCompressing, "compression begins")
}

// compress begins compression, as the deviations have it.
func (p *session) compress() error {
	switch {
	case p.dev("compress-idle"):
		return nil
	case p.dev("compress-zlib"):
		return p.c.StartDeflateWith(func(out io.Writer) conn.Compressor { return zlib.NewWriter(out) })
	case p.dev("compress-unflushed"):
		return p.c.StartDeflateWith(func(out io.Writer) conn.Compressor {
			z, _ := flate.NewWriter(out, flate.DefaultCompression) // it refuses unknown levels alone
			return unflushed{z}
		})
	}
	return p.c.StartDeflate()
}

// unflushed keeps what it can.
type unflushed struct{ io.Writer }

func (unflushed) Flush() error { return nil }

// --- lists (RFC 3977 section 7.6, RFC 6048)

// matching parses the optional wildmat of a command.
func matching(cmd nntp.Command) *nntp.Wildmat {
	if len(cmd.Args) == 0 {
		return nil
	}
	w, err := nntp.ParseWildmat(cmd.Args[0])
	if err != nil {
		return nil // the command's syntax was checked
	}
	return w
}

// filter is matching for the lists of RFC 6048.
func (p *session) filter(cmd nntp.Command) *nntp.Wildmat {
	if p.dev("list-wildmat-ignored") {
		return nil
	}
	return matching(cmd)
}

func (p *session) doListActive(cmd nntp.Command) error {
	groups := p.srv.store.Groups(matching(cmd))
	return p.listing(nntp.CodeList, "groups", func(yield func([]byte) bool) {
		var b []byte
		for _, g := range groups {
			if p.dev("list-argument-short") && len(cmd.Args) > 0 {
				if !yield([]byte(g.Name)) {
					return
				}
				continue
			}
			b = nntp.AppendActive(b[:0], nntp.Active{Name: g.Name, High: g.High, Low: g.Low, Status: p.status(g.Status)})
			if !yield(b) {
				return
			}
		}
	})
}

// status is a group's status as this client sees it: where nobody may post, "y" and "m" are "n".
func (p *session) status(s string) string {
	if !p.f.post && (s == "y" || s == "m") {
		return "n"
	}
	return s
}

func (p *session) doListCounts(cmd nntp.Command) error {
	groups := p.srv.store.Groups(p.filter(cmd))
	return p.listing(nntp.CodeList, "groups and their counts", func(yield func([]byte) bool) {
		for _, g := range groups {
			if !yield(fmt.Appendf(nil, "%s %d %d %d %s", g.Name, g.High, g.Low, g.Count, p.status(g.Status))) {
				return
			}
		}
	})
}

func (p *session) doListTimes(cmd nntp.Command) error {
	groups := p.srv.store.Groups(matching(cmd))
	return p.listing(nntp.CodeList, "when groups were created", func(yield func([]byte) bool) {
		for _, g := range groups {
			by := g.Creator
			if by == "" {
				by = "unknown"
			}
			if !yield(fmt.Appendf(nil, "%s %d %s", g.Name, g.Created.Unix(), by)) {
				return
			}
		}
	})
}

func (p *session) descriptions(code int, w *nntp.Wildmat) error {
	groups := p.srv.store.Groups(w)
	return p.listing(code, "groups and descriptions", func(yield func([]byte) bool) {
		for _, g := range groups {
			if g.Description != "" && !yield([]byte(g.Name+"\t"+g.Description)) {
				return
			}
		}
	})
}

func (p *session) doListNewsgroups(cmd nntp.Command) error {
	return p.descriptions(nntp.CodeList, matching(cmd))
}

// doXGTitle is of the current group where none is named (RFC 2980 section 2.4).
func (p *session) doXGTitle(cmd nntp.Command) error {
	const unavailable = nntp.CodeAuthFailed // 481 has this meaning here
	switch {
	case !p.lists("NEWSGROUPS"):
		return p.say(unavailable, "descriptions unavailable")
	case len(cmd.Args) == 0 && p.group == "":
		return p.say(unavailable, "descriptions unavailable: no group is selected")
	case len(cmd.Args) == 0 && !p.dev("xgtitle-all"):
		cmd.Args = []string{p.group}
	}
	return p.descriptions(nntp.CodeGroupTitles, matching(cmd))
}

func (p *session) doListDistribPats(nntp.Command) error {
	return p.listing(nntp.CodeList, "distribution patterns", octets(p.srv.opts.DistribPats))
}

func (p *session) doListDistributions(nntp.Command) error {
	return p.listing(nntp.CodeList, "distributions", func(yield func([]byte) bool) {
		for _, d := range p.srv.opts.Distributions {
			if !yield([]byte(d.Name + "\t" + d.Text)) {
				return
			}
		}
	})
}

func (p *session) doListModerators(nntp.Command) error {
	return p.listing(nntp.CodeList, "submission addresses", func(yield func([]byte) bool) {
		for _, m := range p.srv.opts.Moderators {
			if !yield([]byte(m.Pattern + ":" + m.Address)) {
				return
			}
		}
	})
}

func (p *session) doListMotd(nntp.Command) error {
	if len(p.srv.opts.Motd) == 0 {
		return p.say(nntp.CodeNotSupported, "there is no message of the day")
	}
	return p.listing(nntp.CodeList, "message of the day", octets(p.srv.opts.Motd))
}

func (p *session) doListSubscriptions(cmd nntp.Command) error {
	list := p.srv.opts.Subscriptions
	if list == nil {
		for _, g := range p.srv.store.Groups(nil) {
			if g.Status == "y" {
				list = append(list, g.Name)
			}
		}
	}
	if w := p.filter(cmd); w != nil {
		list = slices.DeleteFunc(slices.Clone(list), func(name string) bool { return !w.Match(name) })
	}
	return p.listing(nntp.CodeList, "groups for new readers", octets(list))
}

// overviewFormat is what rows of OVER hold.
var overviewFormat = nntp.OverviewFormat{Extra: []string{"Xref:full"}}

func (p *session) doListOverviewFmt(nntp.Command) error {
	return p.listing(nntp.CodeList, "order of fields", octets(overviewFormat.Lines()))
}

// shownHeaders are the headers that HDR shows if it does not show all: those of the overview.
var shownHeaders = []string{"Subject", "From", "Date", "Message-ID", "References", "Xref"}

func (p *session) doListHeaders(cmd nntp.Command) error {
	if len(cmd.Args) > 0 && !strings.EqualFold(cmd.Args[0], "MSGID") && !strings.EqualFold(cmd.Args[0], "RANGE") {
		return p.say(nntp.CodeSyntax, "expected MSGID or RANGE")
	}
	list := []string{":bytes", ":lines"}
	if p.dev("headers-msgid-short") && len(cmd.Args) > 0 && strings.EqualFold(cmd.Args[0], "MSGID") {
		return p.listing(nntp.CodeList, "headers and metadata", octets(list[:1]))
	}
	if p.f.listHeadersAny {
		list = append([]string{":"}, list...)
	} else {
		list = append(slices.Clone(shownHeaders), list...)
	}
	return p.listing(nntp.CodeList, "headers and metadata", octets(list))
}
