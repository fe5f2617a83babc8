package nntpmock

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"harness/mockservers/newsstore"
	"harness/protocols/nntp"
)

// refusal is why an article is not taken.
type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }

func refused(format string, args ...any) error { return &refusal{fmt.Sprintf(format, args...)} }

func (p *session) doPost(nntp.Command) error {
	switch {
	case !p.f.post:
		return p.say(nntp.CodePostForbidden, "posting is not permitted")
	case !p.mayPost():
		return p.say(nntp.CodeAuthRequired, "authenticate first")
	}
	if err := p.say(nntp.CodeSendPost, "send the article"); err != nil {
		return err
	}
	data, large, err := p.readBlock()
	if err != nil {
		return err
	}
	p.first = "" // the log is to have the outcome
	if p.dev("post-silent") {
		return nil
	}
	if code := p.f.refused["POST"]; code != 0 {
		return p.say(code, "refused")
	}
	if large {
		return p.say(nntp.CodePostFailed, fmt.Sprintf("the article has more than %d octets", p.f.maxArticle))
	}
	if p.dev("latin1-as-syntax") && !utf8.Valid(data) {
		return p.say(nntp.CodeSyntax, "it is not UTF-8")
	}
	a, err := p.inject(data)
	if err != nil {
		return p.say(nntp.CodePostFailed, reason(err))
	}
	return p.say(nntp.CodePosted, "posted "+string(a.ID))
}

// reason is an error as a response may show it.
func reason(err error) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, err.Error())
}

// inject does what an injecting agent does (RFC 5537 section 3.5): it checks a proto-article, adds what it may lack, and stores it.
func (p *session) inject(data []byte) (*newsstore.Article, error) {
	if err := nntp.CheckProto(data); err != nil {
		return nil, err
	}
	head, body := nntp.SplitArticle(data)
	field := func(name string) (string, bool) {
		f, ok := nntp.LookupField(head, name)
		return strings.Trim(string(f.Unfolded()), " \t"), ok
	}
	groups, _ := field("Newsgroups")
	names, err := nntp.ParseNewsgroups(groups)
	if err != nil {
		return nil, err
	}
	_, approved := field("Approved")
	here := 0
	for _, n := range names {
		g, ok := p.srv.store.Group(n)
		if !ok {
			continue
		}
		here++
		switch g.Status {
		case "y":
		case "m":
			if !approved {
				return nil, refused("%s is moderated: the article has to go to its moderator", n)
			}
		default:
			return nil, refused("posting to %s is not permitted", n)
		}
	}
	if here == 0 {
		return nil, refused("none of %s is here", groups)
	}
	now := p.srv.store.Now()
	if text, ok := field("Date"); ok {
		t, err := parseDate(text)
		switch {
		case err != nil:
			return nil, refused("the Date header %q cannot be read", text)
		case t.After(now.Add(24 * time.Hour)):
			return nil, refused("the article is dated in the future: %s", text)
		}
	}
	var add bytes.Buffer
	if _, ok := field("Path"); !ok {
		fmt.Fprintf(&add, "Path: %s!.POSTED!not-for-mail\r\n", p.srv.opts.Hostname)
	} else {
		head = prefixPath(head, p.srv.opts.Hostname+"!.POSTED!")
	}
	if _, ok := field("Message-ID"); !ok {
		if p.dev("no-id-refused") {
			return nil, refused("there is no Message-ID header")
		}
		fmt.Fprintf(&add, "Message-ID: <%s@%s>\r\n", rand.Text(), p.srv.opts.Hostname)
	}
	if _, ok := field("Date"); !ok {
		fmt.Fprintf(&add, "Date: %s\r\n", date(now))
	} else if _, ok := field("Injection-Date"); !ok {
		fmt.Fprintf(&add, "Injection-Date: %s\r\n", date(now))
	}
	fmt.Fprintf(&add, "Injection-Info: %s", p.srv.opts.Hostname)
	if p.user != "" {
		fmt.Fprintf(&add, "; posting-account=%q", p.user)
	}
	add.WriteString("\r\n")
	whole := append(append(append(add.Bytes(), head...), "\r\n"...), body...)
	if p.dev("post-ignored") {
		return &newsstore.Article{ID: "<dropped@example.org>"}, nil
	}
	return p.srv.store.Add(whole)
}

// prefixPath puts a server's mark before what Path holds.
func prefixPath(head []byte, mark string) []byte {
	for at := 0; at < len(head); {
		n := nntp.FieldLength(head[at:])
		if line := head[at : at+n]; len(line) > 5 && strings.EqualFold(string(line[:5]), "Path:") {
			out := append(bytes.Clone(head[:at]), "Path: "+mark...)
			return append(append(out, bytes.TrimLeft(line[5:], " \t")...), head[at+n:]...)
		}
		at += n
	}
	return head
}

// dateForms are the forms of dates that articles have (RFC 5322 section 3.3 and, obsolete, 4.3).
var dateForms = []string{"Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 06 15:04:05 MST", "2 Jan 06 15:04:05 MST"}

func parseDate(text string) (time.Time, error) {
	text, _, _ = strings.Cut(text, "(")
	text = strings.TrimSpace(text)
	for _, form := range dateForms {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("no date")
}

// --- peers (RFC 3977 section 6.3.2, RFC 4644)

// wanted reports whether an article is taken.
func (p *session) wanted(id string) bool { return !p.srv.store.Seen(nntp.MessageID(id)) }

// transfer takes an article from a peer. It stays as it is but for Path, which gets the server's mark, and Xref.
func (p *session) transfer(id string, data []byte) error {
	if err := nntp.CheckArticle(data); err != nil {
		return err
	}
	head, body := nntp.SplitArticle(data)
	for _, name := range []string{"Date", "From", "Message-ID", "Newsgroups", "Path", "Subject"} {
		if _, ok := nntp.LookupField(head, name); !ok {
			return refused("there is no %s header (RFC 5536 section 3.1)", name)
		}
	}
	f, _ := nntp.LookupField(head, "Message-ID")
	if got := strings.Trim(string(f.Unfolded()), " \t"); got != id {
		return refused("it is %s and not %s", got, id)
	}
	whole := append(append(prefixPath(head, p.srv.opts.Hostname+"!"), "\r\n"...), body...)
	_, err := p.srv.store.Add(whole)
	return err
}

func (p *session) doIHave(cmd nntp.Command) error {
	id := cmd.Args[0]
	if !p.wanted(id) {
		return p.say(nntp.CodeNotWanted, "it is not wanted")
	}
	if p.deferred(id) {
		return p.say(nntp.CodeTransferFailed, "offer it again later")
	}
	if err := p.say(nntp.CodeSendArticle, "send it"); err != nil {
		return err
	}
	data, large, err := p.readBlock()
	if err != nil {
		return err
	}
	p.first = ""
	if code := p.f.refused["IHAVE"]; code != 0 {
		return p.say(code, "refused")
	}
	if large {
		return p.say(nntp.CodeRejected, "it is too large")
	}
	if err := p.transfer(id, data); err != nil {
		return p.say(nntp.CodeRejected, reason(err))
	}
	return p.say(nntp.CodeTransferred, "thank you")
}

func (p *session) doModeStream(nntp.Command) error {
	p.stream = true
	if p.dev("mode-stream-forgets") {
		p.group, p.current = "", 0
	}
	return p.say(nntp.CodeStreamingAllowed, "streaming permitted")
}

func (p *session) doCheck(cmd nntp.Command) error {
	switch id := cmd.Args[0]; {
	case p.dev("mode-stream-required") && !p.stream:
		return p.say(nntp.CodeNotPermitted, "MODE STREAM first")
	case !p.wanted(id):
		return p.say(nntp.CodeHaveIt, id)
	case p.deferred(id):
		return p.say(nntp.CodeTryLater, id)
	default:
		p.owed = true
		return p.say(nntp.CodeSendIt, id)
	}
}

// deferred reports whether an article is to be offered a second time.
func (p *session) deferred(id string) bool {
	if !p.f.deferring {
		return false
	}
	_, again := p.srv.offered.LoadOrStore(id, true)
	return !again
}

// doTakeThis takes an article that was read already; nil is one that was too large.
func (p *session) doTakeThis(cmd nntp.Command) error {
	id := cmd.Args[0]
	p.owed = false
	if p.dev("mode-stream-required") && !p.stream {
		return p.say(nntp.CodeNotPermitted, "MODE STREAM first")
	}
	if p.article == nil {
		return p.say(nntp.CodeTakeRejected, id)
	}
	if err := p.transfer(id, p.article); err != nil {
		p.c.Note("%s: %v", id, err)
		return p.say(nntp.CodeTakeRejected, id)
	}
	return p.say(nntp.CodeTaken, id)
}
