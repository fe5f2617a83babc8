package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"harness/clients/nntpclient"
	"harness/internal/tools/recording"
	"harness/protocols/nntp"
	"harness/protocols/wire"
)

// The account of every session, and a password that is not its own.
const (
	user          = "alice"
	password      = "wonderland"
	wrongPassword = "looking-glass"
)

const stepTimeout = 20 * time.Second

// volatiles find what changes from run to run and no rule of the protocol tells.
var volatiles = []recording.Volatile{
	{Kind: "token", Re: regexp.MustCompile(`^340 .*<([^<>]+)>$`)}, // INN recommends a message-id
}

// scenario is what a client does with a server in a session.
type scenario struct {
	name  string
	cites []string
	// implicit has the session begin with TLS; peer is that of another server, where readers have an entrance of their own.
	implicit, peer bool
	// wrong sessions hold no password but wrong ones, which are written down: redacted, they would be replayed with the right one.
	wrong bool
	// alone sessions leave the server changed.
	alone bool
	// lacking are the servers that do not offer what the scenario is about.
	lacking map[string]bool
	// steps lead from the greeting to the end.
	steps []step
}

// step is a part of what a client does. It fails if the server does not do what the scenario is about.
type step func(context.Context, *nntpclient.Client) error

// What is not offered: INN's readers authenticate with USER and PASS alone; Cyrus feeds its groups to readers and peers alike, and knows few lists.
var (
	noSASL  = map[string]bool{"inn2": true}
	noModes = map[string]bool{"cyrus": true}
	noLists = map[string]bool{"cyrus": true}
)

// scenarios returns all.
func scenarios() []scenario {
	list := []scenario{
		{
			name: "information", cites: []string{"RFC 3977 section 5.2", "RFC 3977 section 7.1"},
			steps: []step{capabilities, raw("CAPABILITIES AUTOUPDATE"), login, capabilities, date, help, raw("XYZZY"), raw("DATE now"), quit},
		},
		{name: "mode-reader", peer: true, lacking: noModes, cites: []string{"RFC 3977 section 5.3"}, steps: []step{capabilities, modeReader, capabilities, group(garden), stat(""), quit}},
		{
			name: "group-walk", cites: []string{"RFC 3977 section 6.1"}, steps: []step{
				login, refused(stat("1")), group(garden), stat(""), next, next, next, last, stat(""), last, last, refused(last), group(kitchen), stat(""), next, group("example.empty"),
				refused(stat("")), refused(next), refused(group("example.nowhere")), refused(next), quit,
			},
		},
		{name: "listgroup", cites: []string{"RFC 3977 section 6.1.2"}, steps: []step{login, listGroup(garden, ""), listGroup(garden, "3-5"), listGroup(garden, "6-"), listGroup(garden, "9-7"), listGroup("example.empty", ""), refused(listGroup("example.nowhere", "")), quit}},
		{
			name: "by-number", cites: []string{"RFC 3977 section 6.2"},
			steps: []step{login, group(words), article("1"), head("2"), body("2"), stat("2"), article(""), body("7"), head("7"), refused(article("4711")), refused(body("4711")), quit},
		},
		{
			name: "by-message-id", cites: []string{"RFC 3977 section 6.2"}, steps: []step{
				login, article("<lone-dot.09@example.org>"), article("<empty-body.10@example.org>"), article("<empty-lines.11@example.org>"),
				article("<trailing-blanks.12@example.org>"), article("<line-998.13@example.org>"), head("<folded.16@example.org>"), body("<utf8-body.33@example.org>"),
				stat("<yenc.49@example.org>"), body("<yenc.49@example.org>"), refused(article("<nobody.has.this@example.org>")), refused(stat("<nobody.has.this@example.org>")), quit,
			},
		},
		{name: "large", cites: []string{"RFC 3977 section 6.2.1"}, steps: []step{login, article("<large.53@example.org>"), article("<line-20000.14@example.org>"), quit}},
		{
			name: "over", cites: []string{"RFC 3977 section 8.3", "RFC 3977 section 8.4"}, steps: []step{
				login, overviewFormat, refused(over("")), group(garden), over(""), over("1-"), over("2-4"), over("3"), refused(over("5-3")), xover("1-3"), raw("OVER <bread.54@example.org>"),
				refused(over("<nobody.has.this@example.org>")), quit,
			},
		},
		{
			name: "hdr", cites: []string{"RFC 3977 section 8.5", "RFC 3977 section 8.6"}, steps: []step{
				login, listHeaders, group(garden), hdr("Subject", ""), hdr("Subject", "1-"), hdr("references", "2-4"), hdr(":bytes", "1-2"), hdr(":lines", "1-2"),
				hdr("Message-ID", "<frost.01@example.org>"), xhdr("From", "1-3"), xpat("Subject", "1-", "*roses*"), refused(hdr("Subject", "4711")), quit,
			},
		},
		{
			name: "post", alone: true, cites: []string{"RFC 3977 section 6.3.1"},
			steps: []step{login, post("example.empty", "<posted.1@example.org>", ""), group("example.empty"), body(""), quit},
		},
		{
			name: "post-refused", alone: true, cites: []string{"RFC 3977 section 6.3.1"}, steps: []step{
				login, refused(post("example.read-only", "<posted.2@example.org>", "")), refused(post("example.nowhere", "<posted.3@example.org>", "")),
				tried(postText("Subject: no more than this\r\n\r\nNothing.\r\n")), tried(post("example.announce", "<posted.4@example.org>", "")),
				tried(post(garden, "<frost.01@example.org>", "")), quit,
			},
		},
		{name: "newnews", cites: []string{"RFC 3977 section 7.4"}, steps: []step{login, newNews("example.*"), newNews("example.*,!example.test"), newNews("example.nowhere"), quit}},
		{name: "newgroups", lacking: noLists, cites: []string{"RFC 3977 section 7.3"}, steps: []step{login, newGroups(1999), newGroups(2003), newGroups(2025), quit}},
		{
			name: "lists", cites: []string{"RFC 3977 section 7.6"}, steps: []step{
				login, list(""), list("example.?a*"), list("*.words,example.b*"), list("nothing.*"), raw("LIST NEWSGROUPS"), raw("LIST NEWSGROUPS example.k*"), raw("LIST ACTIVE.TIMES"),
				raw("LIST DISTRIB.PATS"), raw("LIST NOTHING"), quit,
			},
		},
		{
			name: "lists-further", lacking: noLists, cites: []string{"RFC 6048 section 2"},
			steps: []step{login, raw("LIST COUNTS example.*"), raw("LIST DISTRIBUTIONS"), raw("LIST MODERATORS"), raw("LIST MOTD"), raw("LIST SUBSCRIPTIONS"), raw("XGTITLE example.w*"), quit},
		},
		{name: "pipelining", cites: []string{"RFC 3977 section 3.5"}, steps: []step{login, pipelined, quit}},
		{name: "auth-user", cites: []string{"RFC 4643 section 2.3"}, steps: []step{capabilities, login, capabilities, raw("AUTHINFO USER " + user), quit}},
		{name: "wrong-password", wrong: true, cites: []string{"RFC 4643 section 2.3"}, steps: []step{raw("AUTHINFO PASS " + wrongPassword), refused(loginAs(wrongPassword)), quit}},
		{name: "starttls", cites: []string{"RFC 4642 section 2.2"}, steps: []step{capabilities, startTLS, capabilities, login, group(garden), article("1"), raw("STARTTLS"), quit}},
		{name: "implicit-tls", implicit: true, cites: []string{"RFC 8143 section 3.1"}, steps: []step{login, group(garden), over("1-3"), article("2"), quit}},
		{
			name: "compress", cites: []string{"RFC 8054 section 2.2"},
			steps: []step{login, capabilities, compress, capabilities, group(garden), over("1-"), article("1"), article("<lone-dot.09@example.org>"), raw("COMPRESS DEFLATE"), quit},
		},
		{name: "compress-tls", implicit: true, cites: []string{"RFC 8054 section 2.2"}, steps: []step{login, compress, group(kitchen), over("1-"), article("<large.53@example.org>"), quit}},
		{
			name: "ihave", peer: true, alone: true, cites: []string{"RFC 3977 section 6.3.2"}, steps: []step{
				capabilities, ihave("<fed.1@example.net>", "example.empty"), refused(ihave("<fed.1@example.net>", "example.empty")), refused(ihave("<frost.01@example.org>", garden)),
				refused(ihave("<fed.2@example.net>", "nothing.here")), quit,
			},
		},
		{
			name: "streaming", peer: true, alone: true, cites: []string{"RFC 4644 section 2"}, steps: []step{
				capabilities, modeStream, feed("<fed.3@example.net>", "<frost.01@example.org>", "<fed.4@example.net>"), check("<fed.5@example.net>"), takeThis("<fed.5@example.net>", "example.empty"),
				refused(check("<fed.5@example.net>")), refused(takeThis("<fed.3@example.net>", "example.empty")), refused(takeThis("<fed.6@example.net>", "nothing.here")), quit,
			},
		},
	}
	for _, mech := range []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"} {
		list = append(list, scenario{
			name: "auth-" + strings.ToLower(mech), lacking: noSASL, cites: []string{"RFC 4643 section 2.4"}, steps: []step{capabilities, auth(mech), group(garden), quit},
		})
	}
	return list
}

// Groups.
const (
	garden  = "example.garden"
	kitchen = "example.kitchen"
	words   = "example.words"
)

// play has a client do what the scenario says.
func (sc scenario) play(ctx context.Context, addr string, roots *x509.CertPool) error {
	c, err := nntpclient.Dial(ctx, addr, &nntpclient.Options{
		TLS: &tls.Config{RootCAs: roots, ServerName: recording.ServerName, MinVersion: tls.VersionTLS12}, ImplicitTLS: sc.implicit,
		Timeouts: nntpclient.Timeouts{Connect: stepTimeout, Handshake: stepTimeout, Command: stepTimeout, Idle: stepTimeout},
	})
	if err != nil {
		return err
	}
	defer c.Close()
	for _, s := range sc.steps {
		if err := s(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func capabilities(ctx context.Context, c *nntpclient.Client) error {
	_, err := c.Capabilities(ctx)
	return err
}

func modeReader(ctx context.Context, c *nntpclient.Client) error {
	_, err := c.ModeReader(ctx)
	return err
}

func login(ctx context.Context, c *nntpclient.Client) error { return loginAs(password)(ctx, c) }

func loginAs(password string) step {
	return func(ctx context.Context, c *nntpclient.Client) error { return c.AuthUser(ctx, user, password) }
}

func auth(mechanism string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		return c.AuthMechanism(ctx, mechanism, nntpclient.Credentials{User: user, Password: password})
	}
}

func startTLS(ctx context.Context, c *nntpclient.Client) error   { return c.STARTTLS(ctx) }
func compress(ctx context.Context, c *nntpclient.Client) error   { return c.Compress(ctx) }
func modeStream(ctx context.Context, c *nntpclient.Client) error { return c.ModeStream(ctx) }

func date(ctx context.Context, c *nntpclient.Client) error {
	_, err := c.Date(ctx)
	return err
}

func help(ctx context.Context, c *nntpclient.Client) error {
	_, err := c.Help(ctx)
	return err
}

func group(name string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		_, err := c.Group(ctx, name)
		return err
	}
}

func listGroup(name, articles string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		_, err := c.ListGroup(ctx, name, articles, func(int64) error { return nil })
		return err
	}
}

func stat(which string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		_, err := c.Stat(ctx, which)
		return err
	}
}

func next(ctx context.Context, c *nntpclient.Client) error {
	_, err := c.Next(ctx)
	return err
}

func last(ctx context.Context, c *nntpclient.Client) error {
	_, err := c.Last(ctx)
	return err
}

func article(which string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		_, err := c.ArticleTo(ctx, which, io.Discard)
		return err
	}
}

func head(which string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		_, err := c.HeadTo(ctx, which, io.Discard)
		return err
	}
}

func body(which string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		_, err := c.BodyTo(ctx, which, io.Discard)
		return err
	}
}

func overviewFormat(ctx context.Context, c *nntpclient.Client) error {
	_, err := c.ListOverviewFormat(ctx)
	return err
}

func over(which string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		return c.Over(ctx, which, func(*nntp.Overview) error { return nil })
	}
}

func xover(articles string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		return c.XOver(ctx, articles, func(*nntp.Overview) error { return nil })
	}
}

func listHeaders(ctx context.Context, c *nntpclient.Client) error {
	_, err := c.ListHeaders(ctx, "")
	return err
}

func ignore(nntp.Header) error { return nil }

func hdr(field, which string) step {
	return func(ctx context.Context, c *nntpclient.Client) error { return c.Hdr(ctx, field, which, ignore) }
}

func xhdr(field, which string) step {
	return func(ctx context.Context, c *nntpclient.Client) error { return c.XHdr(ctx, field, which, ignore) }
}

func xpat(field, which, pattern string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		return c.XPat(ctx, field, which, pattern, ignore)
	}
}

func newNews(wildmat string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		return c.NewNews(ctx, wildmat, time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), func(nntp.MessageID) error { return nil })
	}
}

func newGroups(year int) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		_, err := c.NewGroups(ctx, time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
		return err
	}
}

func list(wildmat string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		_, err := c.List(ctx, wildmat)
		return err
	}
}

// draft is an article of ours, its date an old one, so that it is the same in every run.
func draft(group, id, more string) string {
	return fmt.Sprintf("From: Alice <alice@example.org>\r\nNewsgroups: %s\r\nSubject: a new article\r\nMessage-ID: %s\r\nDate: Mon, 01 Jan 2024 12:00:00 +0000\r\n%s\r\n"+
		"The first line.\r\n.\r\n..two dots\r\nThe last line.\r\n", group, id, more)
}

func post(group, id, more string) step { return postText(draft(group, id, more)) }

func postText(text string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		_, err := c.Post(ctx, strings.NewReader(text))
		return err
	}
}

// relayed is an article as another server has it.
func relayed(group, id string) io.Reader {
	return strings.NewReader(draft(group, id, "Path: news.example.net!not-for-mail\r\n"))
}

func ihave(id, group string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		_, err := c.IHave(ctx, nntp.MessageID(id), relayed(group, id))
		return err
	}
}

func check(id string) step {
	return func(ctx context.Context, c *nntpclient.Client) error { return c.Check(ctx, nntp.MessageID(id)) }
}

func takeThis(id, group string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		return c.TakeThis(ctx, nntp.MessageID(id), relayed(group, id))
	}
}

// feed offers articles and sends those that are wanted.
func feed(ids ...nntp.MessageID) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		var errs []error
		err := c.Feed(ctx, ids, func(id nntp.MessageID) (io.Reader, error) { return relayed("example.empty", string(id)), nil }, func(_ nntp.MessageID, _ nntpclient.Outcome, err error) {
			errs = append(errs, err)
		})
		return errors.Join(append(errs, err)...)
	}
}

// pipelined has the client say many commands at once.
func pipelined(ctx context.Context, c *nntpclient.Client) error {
	p := c.Pipeline()
	p.Group(garden)
	for _, n := range []string{"1", "2", "3"} {
		p.Stat(n)
		p.Article(n, io.Discard)
	}
	p.Command(nntp.NewCommand("NEXT"), nntp.CodeStat)
	p.Head("", io.Discard)
	last := p.Body("<lone-dot.09@example.org>", io.Discard)
	if err := p.Run(ctx); err != nil {
		return err
	}
	_, err := last.Get()
	return err
}

// refused is a step that the server refuses.
func refused(s step) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		err := s(ctx, c)
		var r *nntp.Response
		switch {
		case err == nil:
			return errors.New("the server did what it was expected to refuse")
		case errors.As(err, &r), errors.Is(err, nntpclient.ErrNoGroup):
			return nil
		}
		return err
	}
}

// tried is a step that the server may refuse.
func tried(s step) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		err := s(ctx, c)
		if r := new(nntp.Response); errors.As(err, &r) {
			return nil
		}
		return err
	}
}

// raw says a line as it is, and takes whatever response the server gives.
func raw(line string) step {
	return func(ctx context.Context, c *nntpclient.Client) error {
		r, err := c.Raw(ctx, line)
		if err != nil {
			return err
		}
		cmd, err := nntp.Rules{Lenient: true}.ParseCommand(wire.Line{Text: []byte(line), End: wire.CRLF})
		if err == nil && r.Multiline(cmd) {
			_, err = c.ReadBlock(ctx)
			return err
		}
		return nil
	}
}

// quit ends the session and lets the server close the connection: a client that closes it as well might be first.
func quit(ctx context.Context, c *nntpclient.Client) error {
	r, err := c.Raw(ctx, "QUIT")
	if err != nil {
		return err
	}
	if r.Code != nntp.CodeClosing {
		return fmt.Errorf("QUIT: %w", r)
	}
	if err := c.ExpectClose(ctx); err != nil {
		return fmt.Errorf("after QUIT: %w", err)
	}
	return nil
}
